// The one-time store port: short-lived records that are used once, found by the hash of a secret that
// only its holder knows: mail links, sign-ins that wait for a second factor, ceremonies of passkeys and
// providers. Drivers are in stores/, `countersign/testing` holds the suite that proves them.
//
// For every verb:
// - A miss is a value, not an error. An error means that the store could not do its work. A verb may
//   throw or reject, with any error, and may answer at once or by a promise.
// - When it has answered, the change is in place for every later verb, on every node that shares the
//   store, and what was taken or removed stays so after a crash of this process.
// - The caller says what time it is. A record is there while `now` is before its `expiresAt`, to the
//   millisecond. A store may lose a record early, never keep one late.
// - Text goes in and out whole, and is compared exactly. It is well-formed Unicode without NUL.
// - What is given out is a copy or frozen: changing it changes nothing stored.

import type { Awaitable } from '../waiting.js';

/** The most bytes of UTF-8 that a record's content has: 16 KiB. */
export const MAX_ONE_TIME_CONTENT_BYTES = 16_384;

export interface OneTimeRecord {
  /** SHA-256 of the secret, 43 characters of base64url. Never the secret (G64). */
  readonly hash: string;
  /** What it is for, such as `reset`: a record of one kind is worthless as another. At most 40 characters. */
  readonly kind: string;
  /** Whom it is about, such as a user id; `null` for nobody. At most 1,024 characters. */
  readonly subject: string | null;
  /** Epoch milliseconds. */
  readonly expiresAt: number;
  /** JSON text of the caller's, at most 16 KiB. */
  readonly content: string;
}

export interface OneTimeStore {
  /**
   * Stores a record, whose hash is new. With `replaces`, earlier records of the same kind and subject
   * are worthless once this has answered (G68), and of any number at once one is left. A record about
   * nobody replaces nothing.
   */
  put(record: OneTimeRecord, options?: { readonly replaces?: true }): Awaitable<void>;

  /** The record, if it is there, of this kind and not expired. Nothing is used up. */
  read(kind: string, hash: string, now: number): Awaitable<OneTimeRecord | null>;

  /**
   * The same, and removed in one atomic step: of any number at once, one gets it (G66; ASVS 6.5.1).
   * A miss removes no record that another kind could still find.
   */
  take(kind: string, hash: string, now: number): Awaitable<OneTimeRecord | null>;

  /** Removes all records about a subject, of every kind or of one. */
  removeAbout(subject: string, options?: { readonly kind?: string }): Awaitable<void>;

  /**
   * Removes expired records. How many it were, at most `limit`. Stores do so by themselves as well;
   * 0, with nothing to do, where the server drops them.
   */
  sweep(now: number, limit: number): Awaitable<number>;

  /**
   * Lets go of what the store opened itself. Verbs throw or reject afterwards; closing again does
   * nothing.
   */
  close(): Awaitable<void>;
}
