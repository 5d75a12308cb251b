// The two writes of a reset: the old password is closed, and then replaced. Each holds the account against
// what the link is bound to (G65). What comes before, between and after them is for reset.ts.

import { changeAccount } from '../accounts/account-change.js';
import { withoutKnownDevices, type Account } from '../accounts/account.js';
import { newPassword } from '../accounts/new-account.js';
import { passwordFits } from '../accounts/second-factor-change.js';
import type { FlowParts } from './flow-parts.js';
import { stillHolds, type CredentialState } from './link-token.js';

export interface PasswordReset {
  readonly userId: string;
  /** What the link is bound to. */
  readonly state: CredentialState;
  readonly next: { readonly phc: string; readonly standsAlone: boolean };
}

export interface Replaced {
  readonly before: Account;
  readonly after: Account;
}

/**
 * Closes the old password first. The new one may be written late, after the store was given up, or the
 * process end right after it: nobody may sign in by the old one in between, and stay in. False when the
 * account was changed since the link was sent.
 */
export async function closePassword(
  { accounts: { store, clock } }: FlowParts,
  reset: PasswordReset,
): Promise<boolean> {
  const closed = { at: clock.now(), to: 'everyone' } as const;
  const changed = await changeAccount<'changed-meanwhile' | 'closed'>(
    store,
    reset.userId,
    (account) => {
      if (!mayHave(account, reset)) return { refusal: 'changed-meanwhile' };
      const { password } = account;
      if (password === null || password.closed?.to === 'everyone') return { refusal: 'closed' };
      return { to: { ...account, password: { ...password, closed } } };
    },
  );
  return changed.ok || changed.refusal === 'closed';
}

/** A short password needs the second factor that the account had when it was judged (G21). */
function mayHave(account: Account, { state, next }: PasswordReset): boolean {
  return stillHolds(account, state) && passwordFits(account, next);
}

/** `undefined` when the account was changed since the link was sent. */
export async function replacePassword(
  { accounts: { store, clock } }: FlowParts,
  reset: PasswordReset,
): Promise<Replaced | undefined> {
  let before: Account | undefined;
  const changed = await changeAccount(store, reset.userId, (account) => {
    if (!mayHave(account, reset)) return { refusal: 'changed-meanwhile' };
    before = account;
    const password = newPassword(reset.next, account.password, clock.now());
    return { to: withoutKnownDevices({ ...account, password }) };
  });
  return changed.ok && before !== undefined ? { before, after: changed.account } : undefined;
}
