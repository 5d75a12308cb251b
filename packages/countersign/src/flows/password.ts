// Changing the password, and setting one for an account that has none (G36; ASVS 6.2.2, 6.2.3, 7.4.3).

import type { PasswordRefused, Throttled } from '../accounts/counted-attempt.js';
import { changeAccountPassword } from '../accounts/password-change.js';
import { setAccountPassword } from '../accounts/password-setting.js';
import { afterCredentialChange } from './credential-change.js';
import { callerOf, type FlowParts } from './flow-parts.js';
import type { Ended, Malformed, Refused } from './outcome.js';
import { clear, isStillIn, type Barred } from './step-up.js';
import type { Visit } from './visit.js';

export interface PasswordChangeInput {
  /** The password that is valid now, as it was typed. */
  readonly current: string;
  /** The one to set, as it was typed. */
  readonly next: string;
  /** End the user's other sessions. Ask with a box that is ticked. */
  readonly endOthers: boolean;
}

/** `refused`: the current password is wrong. `ended`: changed, and this session has ended meanwhile. */
export type PasswordChangeOutcome =
  | { readonly ok: true }
  | Refused
  | Malformed
  | PasswordRefused
  | Throttled
  | Ended
  | Barred;

/** `refused`: there is one already, which has to be changed. */
export type PasswordSetOutcome =
  | { readonly ok: true }
  | Refused
  | PasswordRefused
  | Throttled
  | Ended
  | Barred;

export interface PasswordFlows {
  /**
   * Replaces the password. The current one is a proof of its own, so an account with a second factor
   * only needs a fresh one of that besides.
   */
  change(visit: Visit, input: PasswordChangeInput): Promise<PasswordChangeOutcome>;
  /** Sets the first password of an account that was made without one. */
  set(visit: Visit, input: Omit<PasswordChangeInput, 'current'>): Promise<PasswordSetOutcome>;
}

export function createPasswordFlows(parts: FlowParts): PasswordFlows {
  return {
    change: (visit, input) => changePassword(parts, visit, input),
    set: (visit, input) => setPassword(parts, visit, input),
  };
}

async function changePassword(
  parts: FlowParts,
  visit: Visit,
  { current, next, endOthers }: PasswordChangeInput,
): Promise<PasswordChangeOutcome> {
  const cleared = await clear(parts, visit, 'change-password', { given: ['password'] });
  if (!cleared.ok) return cleared;
  const { account } = cleared;
  const { userId } = account;
  const attempt = await visit.session.beginSignIn(userId);
  const caller = callerOf(parts, visit, account);
  const changed = await changeAccountPassword(parts.accounts, userId, { current, next }, caller);
  if (!changed.ok) return changed;
  parts.post.notify(account, 'password-changed', {}, caller);
  const proof = { factor: 'password', attempt } as const;
  const after = await afterCredentialChange(parts, visit, { userId, endOthers, proof });
  return after === 'ok' ? { ok: true } : { ok: false, reason: after };
}

async function setPassword(
  parts: FlowParts,
  visit: Visit,
  { next, endOthers }: Omit<PasswordChangeInput, 'current'>,
): Promise<PasswordSetOutcome> {
  const cleared = await clear(parts, visit, 'set-password');
  if (!cleared.ok) return cleared;
  const { account } = cleared;
  const { userId } = account;
  const caller = callerOf(parts, visit);
  let isIn = true;
  const mayGoOn = async (): Promise<boolean> => {
    isIn = await isStillIn(visit);
    return isIn;
  };
  const set = await setAccountPassword(parts.accounts, userId, { next }, caller, mayGoOn);
  if (!isIn) return { ok: false, reason: 'not-signed-in' };
  if (!set.ok) return set;
  parts.post.notify(account, 'factor-added', { factor: 'password' }, caller);
  const after = await afterCredentialChange(parts, visit, { userId, endOthers });
  return after === 'ok' ? { ok: true } : { ok: false, reason: after };
}
