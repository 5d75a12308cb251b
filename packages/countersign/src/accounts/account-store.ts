// The account store port: what the accounts layer needs from a place that keeps users. Drivers are in
// stores/, `countersign/testing` holds the suite that proves them. A store judges nothing but
// uniqueness and revisions: what an account is, and may become, is for account.ts and its callers.
//
// For every verb:
// - A miss is a value, not an error. An error means that the store could not do its work. A verb may
//   throw or reject, with any error, and may answer at once or by a promise.
// - When it has answered, the change is in place for every later verb, on every node that shares the
//   store, and survives a crash of this process.
// - Text goes in and out whole, and is compared exactly: `a`, `A` and `a ` are three keys. All text is
//   well-formed Unicode without NUL. User ids have at most 1,024 UTF-16 units, keys 2,000 bytes of
//   UTF-8, documents 256 KiB; an account has at most 100 keys.
// - What is given out is a copy or frozen: changing it changes nothing stored.

import type { Awaitable } from '../waiting.js';

/** One account as a store sees it. */
export interface AccountRow {
  /** The user's own name for good: random, never reused, in no relation to a sign-in name. */
  readonly userId: string;
  /** Counts writes, from 1. What a compare-and-swap compares. */
  readonly revision: number;
  /** What the account is found by besides its id, each once. No two accounts have one in common. */
  readonly keys: readonly string[];
  /** JSON text that only the accounts layer reads. Holds password hashes and sealed secrets. */
  readonly document: string;
}

/** Something that happened to an account, for its owner to look at. */
export interface ActivityRow {
  /** Epoch milliseconds. */
  readonly at: number;
  /** JSON text, at most 4 KiB. */
  readonly entry: string;
}

export interface AccountStore {
  /**
   * Adds an account in one atomic step. `taken`, and nothing changed, when the user id exists or an
   * account has one of the keys.
   */
  create(row: AccountRow): Awaitable<'ok' | 'taken'>;

  findById(userId: string): Awaitable<AccountRow | null>;

  /** The account that has this key. Its `keys` are all of them, in the order they were stored in. */
  findByKey(key: string): Awaitable<AccountRow | null>;

  /**
   * Compare-and-swap of the whole account, keys included, in one atomic step: stored if the stored
   * revision is `row.revision` - 1. Otherwise, and with nothing changed: `missing`, there is no such
   * account; `conflict`, it has another revision; `taken`, another account has one of the new keys.
   */
  replace(row: AccountRow): Awaitable<'ok' | 'missing' | 'conflict' | 'taken'>;

  /**
   * Notes something that happened, and forgets all but the `keep` newest of this account. An account
   * that there is not gets no note.
   */
  addActivity(
    userId: string,
    activity: ActivityRow,
    options: { readonly keep: number },
  ): Awaitable<void>;

  /**
   * What was noted, the newest first, at most `limit`. Of notes with the same time, the newer is the
   * one that was made later.
   */
  listActivity(userId: string, limit: number): Awaitable<readonly ActivityRow[]>;

  /** Forgets all notes of an account. */
  forgetActivity(userId: string): Awaitable<void>;

  /**
   * Lets go of what the store opened itself. Verbs throw or reject
   * afterwards; closing again does nothing.
   */
  close(): Awaitable<void>;
}
