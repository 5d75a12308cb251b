// Disabling, enabling and deleting an account. Ending its sessions comes after, and is for the flows.

import { changeAccount } from './account-change.js';
import type { AccountAction } from './account-events.js';
import type { AccountParts } from './account-parts.js';
import { deletedAccount, type Account, type AccountStatus } from './account.js';
import type { Caller } from './caller.js';
import { withoutAnySecondFactor } from './second-factor-change.js';

const ACTIONS = {
  active: 'enable-account',
  disabled: 'disable-account',
  deleted: 'delete-account',
} as const satisfies Readonly<Record<AccountStatus, AccountAction>>;

/** The account as it was; `undefined` when there is none, or it is deleted, which is final. */
export async function changeAccountStatus(
  { store, activity, tell }: AccountParts,
  userId: string,
  status: AccountStatus,
  caller: Caller,
): Promise<Account | undefined> {
  let before: Account | undefined;
  const changed = await changeAccount(store, userId, (account) => {
    before = account;
    return { to: status === 'deleted' ? deletedAccount(account) : { ...account, status } };
  });
  if (!changed.ok) return undefined;
  if (status === 'deleted') await activity.forget(userId);
  tell({ action: ACTIONS[status], outcome: 'success', userId }, caller);
  return before;
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
    return { to: withoutAnySecondFactor(account, clock.now()) };
  });
  if (!changed.ok) return undefined;
  tell({ action: 'remove-second-factors', outcome: 'success', userId }, caller);
  return before;
}
