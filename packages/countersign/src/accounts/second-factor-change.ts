// What else changes with a second factor: recovery codes come with the first one and go with the last,
// and a password that was short beside it must not be left alone (G21, G81). Pure changes of an account.

import type { Decision } from './account-change.js';
import type { Account } from './account.js';
import { hasSecondFactor } from './second-factors.js';

/** Whether this password may be the account's: long enough alone, or beside a second factor (G20, G21). */
export function passwordFits(
  account: Account,
  { standsAlone }: { readonly standsAlone: boolean },
): boolean {
  return standsAlone || hasSecondFactor(account);
}

/**
 * The account after a second factor was added to it, with recovery codes if that is its first.
 * @param codes new ones, made in any case
 */
export function withSecondFactor(
  before: Account,
  added: Account,
  codes: { readonly hashes: readonly string[]; readonly now: number },
): { readonly account: Account; readonly isFirst: boolean } {
  const isFirst = !hasSecondFactor(before);
  if (!isFirst) return { account: added, isFirst };
  const recoveryCodes = { hashes: codes.hashes, madeAt: codes.now };
  return { account: { ...added, recoveryCodes }, isFirst };
}

/** The account after a second factor was taken from it; without the last one, the recovery codes go too. */
export function withoutSecondFactor(removed: Account): Decision<'password-too-short'> {
  if (hasSecondFactor(removed)) return { to: removed };
  const { password } = removed;
  if (password !== null && !passwordFits(removed, password)) {
    return { refusal: 'password-too-short' };
  }
  return { to: { ...removed, recoveryCodes: null } };
}

/**
 * The account without any second factor, whose owner has lost them all. A password that is too short to
 * be alone is closed by it, until a new one is chosen by mail.
 */
export function withoutAnySecondFactor(account: Account, now: number): Account {
  const { password } = account;
  const bare: Account = { ...account, totp: null, passkeys: [], recoveryCodes: null };
  if (password === null || passwordFits(bare, password)) return bare;
  return { ...bare, password: { ...password, closed: { at: now, to: 'everyone' } } };
}
