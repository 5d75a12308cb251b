// An account as applications see it: nothing secret in it, whatever it is written to (G15).

import { primaryAddressOf, type Account, type AccountStatus } from './account.js';

export interface User {
  readonly userId: string;
  /** What to call the person: the display name, the sign-in name or the primary address. */
  readonly name: string;
  readonly status: AccountStatus;
  /** Epoch milliseconds. */
  readonly createdAt: number;
  /** When the person last chose a password, in epoch milliseconds; `null` without one. */
  readonly passwordChangedAt: number | null;
}

export function userOf(account: Account): User {
  const { userId, status, createdAt, password } = account;
  return {
    userId,
    name: calledName(account),
    status,
    createdAt,
    passwordChangedAt: password?.changedAt ?? null,
  };
}

function calledName(account: Account): string {
  return account.displayName ?? account.name?.typed ?? primaryAddressOf(account) ?? account.userId;
}

/** What anybody would try in a password of this account (G28). */
export function contextOf({ name, displayName, addresses }: Account): readonly string[] {
  const words = [name?.typed, displayName, ...addresses.map(({ address }) => address)];
  return words.filter((word) => typeof word === 'string');
}
