// Setting the first password of an account that has none, such as one that was made by a provider. Who
// may do so is judged in the flows: there is no current password that could be asked for.

import { changeAccount, findAccount, type Decision } from './account-change.js';
import type { AccountParts } from './account-parts.js';
import type { Account, PasswordRecord } from './account.js';
import type { Caller } from './caller.js';
import type { PasswordRefused, Throttled } from './counted-attempt.js';
import { newPassword } from './new-account.js';
import { checkNewPassword, tooShortAlone } from './new-password.js';
import { passwordFits } from './second-factor-change.js';

export interface SetPasswordInput {
  /** As it was typed. */
  readonly next: string;
}

/** `refused`: it has one, or it is not active. */
export type SetPasswordResult =
  | { readonly ok: true }
  | { readonly ok: false; readonly reason: 'refused' }
  | PasswordRefused
  | Throttled;

type SettingRefusal = 'not-active' | 'has-password' | 'password-too-short' | 'changed-meanwhile';

/** @param mayGoOn asked when the hash is made, right before it is written */
export async function setAccountPassword(
  parts: AccountParts,
  userId: string,
  input: SetPasswordInput,
  caller: Caller,
  mayGoOn: () => Promise<boolean> = () => Promise.resolve(true),
): Promise<SetPasswordResult> {
  const { store, hasher, clock, tell } = parts;
  const refuse = (reason: SettingRefusal | 'unknown-account'): SetPasswordResult => {
    tell({ action: 'set-password', outcome: 'refused', reason, userId }, caller);
    return reason === 'password-too-short'
      ? tooShortAlone(parts)
      : { ok: false, reason: 'refused' };
  };
  const found = await findAccount(store, userId);
  if (found === null) return refuse('unknown-account');
  // Before the work of a hash.
  if (found.password !== null) return refuse('has-password');
  const request = { by: `user ${userId}`, userId, action: 'set-password', caller } as const;
  const check = await checkNewPassword(parts, { typed: input.next, account: found, request });
  if (!check.ok) return check;
  const phc = await hasher.hash(check.password);
  if (!(await mayGoOn())) return refuse('changed-meanwhile');
  const first = newPassword({ phc, standsAlone: check.standsAlone }, null, clock.now());
  const changed = await changeAccount(store, userId, (account) => withFirst(account, first));
  if (!changed.ok) {
    const { refusal } = changed;
    return refuse(refusal === 'missing' || refusal === 'taken' ? 'unknown-account' : refusal);
  }
  tell({ action: 'set-password', outcome: 'success', userId }, caller);
  return { ok: true };
}

function withFirst(account: Account, first: PasswordRecord): Decision<SettingRefusal> {
  if (account.status !== 'active') return { refusal: 'not-active' };
  if (account.password !== null) return { refusal: 'has-password' };
  if (!passwordFits(account, first)) return { refusal: 'password-too-short' };
  return { to: { ...account, password: first } };
}
