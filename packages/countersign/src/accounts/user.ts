// An account as applications see it: nothing secret in it, whatever it is written to (G15).

import type { Account, AccountStatus } from './account-store.js';

export interface User {
  readonly userId: string;
  /** The sign-in name as it was typed. */
  readonly name: string;
  readonly status: AccountStatus;
  /** Epoch milliseconds. */
  readonly createdAt: number;
  /** When the person last chose a password, in epoch milliseconds; `null` without one. */
  readonly passwordChangedAt: number | null;
}

export function userOf({ userId, name, status, createdAt, password }: Account): User {
  return { userId, name, status, createdAt, passwordChangedAt: password?.changedAt ?? null };
}
