// The one-time store port: short-lived records that are used once, found by the hash of a secret that
// only its holder knows: mail links, sign-ins that wait for a second factor, ceremonies of passkeys and
// providers. Drivers are in stores/, `countersign/testing` holds the suite that proves them.

import type { Awaitable } from './account-store.js';

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
   * Stores a record. With `replaces`, earlier records of the same kind and subject are worthless once
   * this has answered (G68).
   */
  put(record: OneTimeRecord, options?: { readonly replaces?: true }): Awaitable<void>;

  /** The record, if it is there, of this kind and not expired. Nothing is used up. */
  read(kind: string, hash: string, now: number): Awaitable<OneTimeRecord | null>;

  /** The same, and removed in one atomic step: of any number at once, one gets it (G66; ASVS 6.5.1). */
  take(kind: string, hash: string, now: number): Awaitable<OneTimeRecord | null>;

  /** Removes all records about a subject, of every kind or of one. */
  removeAbout(subject: string, options?: { readonly kind?: string }): Awaitable<void>;

  /** Removes expired records. How many it were, at most `limit`. */
  sweep(now: number, limit: number): Awaitable<number>;

  close(): Awaitable<void>;
}
