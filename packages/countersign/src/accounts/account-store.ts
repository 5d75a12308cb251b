// The account store port: what the accounts layer needs from a place that keeps users. Drivers are in
// stores/, `countersign/testing` holds the suite that proves them. It judges nothing but uniqueness,
// versions and whether an account is deleted: names, passwords and statuses are judged by its callers.
//
// For every verb:
// - A miss is a value, not an error. An error means that the store could not do its work. A verb may
//   throw or reject, with any error, and may answer at once or by a promise.
// - When it has answered, the change is in place for every later verb, on every node that shares the
//   store, and survives a crash of this process.
// - Text goes in and out whole, and is compared exactly: `a`, `A` and `a ` are three users. Canonical
//   forms are made by `readAccountName`, not here. All text is well-formed Unicode without NUL; names
//   have at most 254 UTF-16 units, user ids and hashes 1,024.
// - What is given out is a copy or frozen: changing it changes nothing stored.

export type Awaitable<T> = T | Promise<T>;

/**
 * `active` can sign in. `disabled` cannot, and can be made active again. `deleted` is final: what is
 * left is the id and the name, so that nobody else can take the name and be mistaken for its owner.
 */
export type AccountStatus = 'active' | 'disabled' | 'deleted';

export interface PasswordRecord {
  /** The hash as a PHC string. Never leaves the accounts layer. */
  readonly phc: string;
  /** When the person last chose a password, in epoch milliseconds. A rehash does not move it. */
  readonly changedAt: number;
  /** Counts writes, from 1. What a compare-and-swap compares. */
  readonly version: number;
}

export interface Account {
  /** The user's own name for good: random, never reused, in no relation to the sign-in name. */
  readonly userId: string;
  /** The sign-in name as it was typed. */
  readonly name: string;
  /** The sign-in name as it is compared. One account for each. */
  readonly canonicalName: string;
  readonly status: AccountStatus;
  /** Epoch milliseconds. */
  readonly createdAt: number;
  /** `null`: this account has no password, or is deleted. */
  readonly password: PasswordRecord | null;
}

export interface AccountStore {
  /**
   * Adds an account in one atomic step. `taken`, and nothing changed, when an account has the
   * canonical name or the user id already, deleted ones included.
   */
  create(account: Account): Awaitable<'ok' | 'taken'>;

  /** The account with this canonical name, of any status. */
  findByName(canonicalName: string): Awaitable<Account | null>;

  /** The account with this user id, of any status. */
  findById(userId: string): Awaitable<Account | null>;

  /**
   * Compare-and-swap of the password: `to` is stored with version `ifVersion` + 1, if the stored
   * version is still `ifVersion`, where 0 means that there is no password. Otherwise `conflict`, and
   * nothing changed. `missing`: no such account, or a deleted one.
   */
  setPassword(
    userId: string,
    to: { readonly phc: string; readonly changedAt: number },
    guard: { readonly ifVersion: number },
  ): Awaitable<'ok' | 'missing' | 'conflict'>;

  /**
   * Sets the status. With `deleted` the password record is removed in the same step. `missing`: no
   * such account, or one that is deleted already, which no status brings back.
   */
  setStatus(userId: string, status: AccountStatus): Awaitable<'ok' | 'missing'>;

  /**
   * Lets go of what the store opened itself. Verbs throw or reject
   * afterwards; closing again does nothing.
   */
  close(): Awaitable<void>;
}
