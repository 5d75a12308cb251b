// What administrators do with the accounts of others: disable and delete them, start a new password, take
// away second factors that were lost. They choose no password for anybody (G77). Who may do it, the
// application judges.

import { findAccount } from '../accounts/account-change.js';
import type { Caller } from '../accounts/caller.js';
import {
  changeAccountStatus,
  removeAccountSecondFactors,
  type Missing,
  type SetStatusInput,
  type SetStatusResult,
} from '../accounts/status-change.js';
import type { FlowParts } from './flow-parts.js';
import { reachableAt, requireMailer } from './link-request.js';
import { sendReset } from './reset.js';

export type StartResetOutcome =
  | { readonly ok: true }
  /** No address of it is verified. */
  | { readonly ok: false; readonly reason: 'no-address' }
  | Missing;

export interface UserFlows {
  /**
   * Sets the status; all but `active` ends all sessions of the user (ASVS 7.4.2), and makes links and
   * sign-ins that are under way worthless. To be called again if it throws.
   */
  setStatus(userId: string, input: SetStatusInput, caller?: Caller): Promise<SetStatusResult>;
  /**
   * Sends a link for a new password to the primary address. Nothing about the account changes by that.
   * @throws CountersignError `configuration` when there is no mailer
   */
  startReset(userId: string, caller?: Caller): Promise<StartResetOutcome>;
  /**
   * Takes away app, passkeys and recovery codes of somebody who has lost them, and ends all sessions. A
   * password that is too short to be the only factor is closed by it until it is replaced by mail. Find
   * out first, as carefully as when the account was made, that it is its owner who asks (G86; ASVS 6.4.4).
   * To be called again if it throws.
   */
  removeSecondFactors(userId: string, caller?: Caller): Promise<{ readonly ok: true } | Missing>;
}

export function createUserFlows(parts: FlowParts): UserFlows {
  return {
    setStatus: (userId, input, caller = {}) => setStatus(parts, userId, input, caller),
    startReset: (userId, caller = {}) => startReset(parts, userId, caller),
    removeSecondFactors: (userId, caller = {}) => removeSecondFactors(parts, userId, caller),
  };
}

/** After an account was written that lets nobody in: what was let in before ends, and what is on its way. */
export async function closeToSignIns(
  { sessions, tokens }: FlowParts,
  userId: string,
): Promise<void> {
  await sessions.endUser(userId);
  await tokens.removeAbout(userId);
}

async function setStatus(
  parts: FlowParts,
  userId: string,
  input: SetStatusInput,
  caller: Caller,
): Promise<SetStatusResult> {
  const { status } = input;
  const before = await changeAccountStatus(parts.accounts, userId, input, caller);
  // At once: asked again after an error, it is no change any more.
  if (before !== undefined && before.status !== status && status !== 'active') {
    parts.post.notify(before, NOTICES[status], {}, caller);
  }
  // Also when it is deleted already: ending its sessions may have failed then.
  if (status !== 'active') await closeToSignIns(parts, userId);
  return before === undefined ? { ok: false, reason: 'missing' } : { ok: true };
}

const NOTICES = { disabled: 'account-disabled', deleted: 'account-deleted' } as const;

async function startReset(
  parts: FlowParts,
  userId: string,
  caller: Caller,
): Promise<StartResetOutcome> {
  requireMailer(parts);
  const account = await findAccount(parts.accounts.store, userId);
  if (account?.status !== 'active') return { ok: false, reason: 'missing' };
  const reachable = reachableAt(account);
  if (typeof reachable === 'string') return { ok: false, reason: 'no-address' };
  parts.background.run(() => sendReset(parts, reachable, caller));
  parts.accounts.tell({ action: 'request-link', outcome: 'success', userId }, caller);
  return { ok: true };
}

async function removeSecondFactors(
  parts: FlowParts,
  userId: string,
  caller: Caller,
): Promise<{ readonly ok: true } | Missing> {
  const before = await removeAccountSecondFactors(parts.accounts, userId, caller);
  if (before === undefined) return { ok: false, reason: 'missing' };
  const { totp, passkeys, recoveryCodes } = before;
  const { post } = parts;
  if (totp !== null) post.notify(before, 'factor-removed', { factor: 'totp' }, caller);
  for (const { name } of passkeys)
    post.notify(before, 'factor-removed', { factor: 'passkey', name }, caller);
  if (recoveryCodes !== null)
    post.notify(before, 'factor-removed', { factor: 'recovery-codes' }, caller);
  await closeToSignIns(parts, userId);
  return { ok: true };
}
