// Disabling, enabling and deleting an account. Ending its sessions comes after, and is for the flows.

import { changeAccount } from './account-change.js';
import type { AccountAction } from './account-events.js';
import type { AccountParts } from './account-parts.js';
import {
  deletedAccount,
  withoutKnownDevices,
  type Account,
  type AccountStatus,
} from './account.js';
import type { Caller } from './caller.js';
import { withoutAnySecondFactor } from './second-factor-change.js';

const ACTIONS = {
  active: 'enable-account',
  disabled: 'disable-account',
  deleted: 'delete-account',
} as const satisfies Readonly<Record<AccountStatus, AccountAction>>;

export interface SetStatusInput {
  readonly status: AccountStatus;
}

/** There is no such account, or it is deleted, which is final. */
export interface Missing {
  readonly ok: false;
  readonly reason: 'missing';
}

export type SetStatusResult = { readonly ok: true } | Missing;

/**
 * The account as it was; `undefined` when there is none, or it is deleted, which is final.
 * @throws TypeError for a status that there is not: what is stored by it, no version could read
 */
export async function changeAccountStatus(
  { store, activity, tell }: AccountParts,
  userId: string,
  { status }: SetStatusInput,
  caller: Caller,
): Promise<Account | undefined> {
  if (!Object.hasOwn(ACTIONS, status))
    throw new TypeError(`A status is ${Object.keys(ACTIONS).join(', ')}`);
  // Before, so that whoever asks again after an error finds an account to delete.
  if (status === 'deleted') await activity.forget(userId);
  let before: Account | undefined;
  const changed = await changeAccount(store, userId, (account) => {
    before = account;
    return { to: withStatus(account, status) };
  });
  if (!changed.ok) return undefined;
  // Again, for what was noted in between. The account is deleted now, so an error is only told.
  if (status === 'deleted')
    await activity.forget(userId).catch((cause: unknown) => {
      tell({ action: 'note-activity', outcome: 'failed', userId, cause }, caller);
    });
  tell({ action: ACTIONS[status], outcome: 'success', userId }, caller);
  return before;
}

/** Whoever is kept out may have had one of the devices on which this account was at home. */
function withStatus(account: Account, status: AccountStatus): Account {
  if (status === 'deleted') return deletedAccount(account);
  return { ...(status === 'disabled' ? withoutKnownDevices(account) : account), status };
}

/** Takes away every second factor of somebody who has lost them all (G86). The account as it was. */
export async function removeAccountSecondFactors(
  { store, clock, tell }: AccountParts,
  userId: string,
  caller: Caller,
): Promise<Account | undefined> {
  let before: Account | undefined;
  const changed = await changeAccount(store, userId, (account) => {
    before = account;
    return { to: withoutKnownDevices(withoutAnySecondFactor(account, clock.now())) };
  });
  if (!changed.ok) return undefined;
  tell({ action: 'remove-second-factors', outcome: 'success', userId }, caller);
  return before;
}
