// What people see and do with their own account as a whole: how it stands, what they are called, what
// has happened to it, and deleting it.

import { changeAccount } from '../accounts/account-change.js';
import type { Activity, ListActivityInput } from '../accounts/activity.js';
import { readDisplayName, type DisplayNameRefused } from '../accounts/display-name.js';
import { changeAccountStatus } from '../accounts/status-change.js';
import { userOf, type User } from '../accounts/user.js';
import { callerOf, type FlowParts } from './flow-parts.js';
import type { NotSignedIn } from './outcome.js';
import { clear, findSignedIn, isStillIn, type Barred } from './step-up.js';
import { closeToSignIns } from './users.js';
import type { Visit } from './visit.js';

export type DisplayNameOutcome = { readonly ok: true } | DisplayNameRefused | NotSignedIn;

export type RemoveAccountOutcome = { readonly ok: true } | Barred;

export interface AccountFlows {
  /** Who is signed in; `undefined` for a visitor, and for an account that is not active any more. */
  user(visit: Visit): Promise<User | undefined>;
  /** What to call the person. An empty one: the sign-in name or address again. */
  setDisplayName(
    visit: Visit,
    input: { readonly displayName: string },
  ): Promise<DisplayNameOutcome>;
  /** What has happened to the account, the newest first; empty for a visitor. */
  activity(visit: Visit, input?: ListActivityInput): Promise<readonly Activity[]>;
  /**
   * Deletes the account for good, ends all its sessions and signs out. Its sign-in name stays taken,
   * and its addresses are free.
   */
  remove(visit: Visit): Promise<RemoveAccountOutcome>;
}

export function createAccountFlows(parts: FlowParts): AccountFlows {
  return {
    async user(visit) {
      const account = await findSignedIn(parts, visit);
      return account === null ? undefined : userOf(account, parts.accounts.keys);
    },
    setDisplayName: (visit, { displayName }) => setDisplayName(parts, visit, displayName),
    async activity(visit, input) {
      const account = await findSignedIn(parts, visit);
      return account === null ? [] : parts.accounts.activity.list(account.userId, input);
    },
    remove: (visit) => remove(parts, visit),
  };
}

async function setDisplayName(
  parts: FlowParts,
  visit: Visit,
  typed: string,
): Promise<DisplayNameOutcome> {
  const signedIn = await findSignedIn(parts, visit);
  if (signedIn === null) return { ok: false, reason: 'not-signed-in' };
  const reading = readDisplayName(typed);
  if (!reading.ok) return reading;
  if (!(await isStillIn(visit))) return { ok: false, reason: 'not-signed-in' };
  const { userId } = signedIn;
  const changed = await changeAccount(parts.accounts.store, userId, (account) => ({
    to: { ...account, displayName: reading.name },
  }));
  if (!changed.ok) return { ok: false, reason: 'not-signed-in' };
  const caller = callerOf(parts, visit);
  parts.accounts.tell({ action: 'set-display-name', outcome: 'success', userId }, caller);
  return { ok: true };
}

async function remove(parts: FlowParts, visit: Visit): Promise<RemoveAccountOutcome> {
  const cleared = await clear(parts, visit, 'delete-account');
  if (!cleared.ok) return cleared;
  const { userId } = cleared.account;
  const caller = callerOf(parts, visit);
  const before = await changeAccountStatus(parts.accounts, userId, { status: 'deleted' }, caller);
  if (before !== undefined) parts.post.notify(before, 'account-deleted', {}, caller);
  await closeToSignIns(parts, userId);
  await visit.session.signOut();
  return { ok: true };
}
