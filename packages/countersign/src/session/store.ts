// The store port: what the session layer needs from a place that keeps records. Drivers implement
// it, `countersign/testing` holds the suite that proves them. Not a cache and not a policy: a store
// judges nothing but revisions, epochs and the absolute limit.
//
// For every verb:
// - A miss is a value, not an error. An error means that the store could not do its work; the
//   session layer turns it into a 503. A verb may throw or reject, with any error.
// - Values go in and out whole: a store neither parses nor changes `data`, except that `patch`
//   merges its top-level keys (`mergeData` does that).
// - A verb may answer at once or by a promise. Memory and SQLite answer reads at once.
// - When a promise resolves, the change is in place for every later verb, on every node that shares
//   the store, and survives a crash of this process.
// - Ids and user ids are any text the session layer passes. User ids may be up to 1,024 UTF-16 units
//   of well-formed text, NUL included, and are compared exactly: `a`, `A` and `a ` are three users.

import type { Awaitable } from '../waiting.js';
import type { RenewalState, SessionId, SessionRecord } from './record.js';

/**
 * A value that changes whenever sessions of a user are ended together. Compare only for equality.
 * It also changes for every user when everyone's sessions are ended.
 */
export type Epoch = string;

export interface InsertGuard {
  /** Insert only if the user's epoch is still this one, in the same atomic step. */
  readonly epoch?: Epoch;
  /**
   * The session that this one replaces: in the same atomic step it is marked `replaced`, and its
   * `expiresAt` becomes the earlier of what it is and `until`. Missing or expired: nothing is
   * inserted, and the answer is `replaced-missing`: an ended session has no successor.
   */
  readonly replaces?: { readonly id: SessionId; readonly until: number };
  /**
   * At most `max` sessions of this user after the insert. Not counted: expired ones, replaced ones.
   * Over it, `refuse` inserts nothing; `end-oldest` ends those with the earliest `createdAt` first.
   */
  readonly limit?: { readonly max: number; readonly over: 'refuse' | 'end-oldest' };
}

export type InsertResult =
  | { readonly ok: true; readonly ended: readonly SessionId[] }
  | { readonly ok: false; readonly reason: 'epoch' | 'limit' | 'duplicate' | 'replaced-missing' };

/** Changed keys of the data: JSON text for each key that is set, names of those removed. */
export interface DataChange {
  readonly set: ReadonlyMap<string, string>;
  readonly remove: ReadonlySet<string>;
}

export interface Touch {
  readonly id: SessionId;
  /** Epoch milliseconds. */
  readonly seen: number;
}

/**
 * What a store tells of changes, on this node and on others. Everything is a hint to look again; nothing
 * here is the truth itself. A store may tell too much, never too little while it is `heard`.
 */
export interface StoreListener {
  /** These sessions have ended. */
  ended(ids: readonly SessionId[]): void;
  /** Their data, renewal state, device key or replacement changed. Touches are not told. */
  changed?(ids: readonly SessionId[]): void;
  /** Any session may have changed or ended. */
  everything(): void;
  /**
   * All that any node did before `at` has been told by now. `at`: epoch milliseconds of this process,
   * or `Infinity` where telling cannot fail. Comes again and again, as `heartbeat` asks.
   */
  heard?(at: number): void;
  /** From now on something may go untold. `everything` and then `heard` come once that is over. */
  lost?(): void;
}

export interface SubscribeOptions {
  /** How often `heard` is wanted at least, in milliseconds. Left out: the store need not say it. */
  readonly heartbeat?: number;
}

/** A user's sessions that `list` gives at most. */
export const LONGEST_LIST = 1_000;

export interface SessionStore {
  /** True where a read leaves the process's machine: the session layer then checks a token's tag first. */
  readonly remote: boolean;

  /**
   * What a cache in front of the store can say of a session without asking: a record that was true within
   * the cache's bound, or `null`, which says nothing. Absent where there is no such cache.
   */
  peek?(id: SessionId): SessionRecord | null;

  /**
   * The record. `null` when there is none, or when `expiresAt` has come. With `fresh`, from the
   * primary and past any cache; a store without caches ignores it, as its every read is fresh.
   */
  read(id: SessionId, options?: { readonly fresh: boolean }): Awaitable<SessionRecord | null>;

  /**
   * The user's epoch now. A user never seen has one too. A changed one is remembered for at least 24
   * hours after the last `endUser` or `epoch` of that user: sign-in tickets live for less.
   */
  epoch(userId: string): Awaitable<Epoch>;

  /**
   * Adds a record: record, user index, epoch check, limit and replacement in one atomic step.
   * With `ok: false` nothing changed. `duplicate`: the id exists.
   */
  insert(record: SessionRecord, guard: InsertGuard): Awaitable<InsertResult>;

  /**
   * Merges changed keys into the data and adds 1 to the revision, atomically against other patches.
   * Never creates: `missing` when there is no record. With `ifRevision`, `conflict` when the
   * revision is another one; nothing changed then.
   */
  patch(
    id: SessionId,
    change: DataChange,
    guard: { readonly ifRevision?: number },
  ): Awaitable<'ok' | 'missing' | 'conflict'>;

  /**
   * Replaces the renewal state, if its generation and its pending hash are still those of `from` and
   * the record is not `replaced`; `stale` otherwise. Changes nothing else: neither data nor revision.
   */
  renew(id: SessionId, from: RenewalState, to: RenewalState): Awaitable<'ok' | 'missing' | 'stale'>;

  /** Replaces the device key, if it is still `from`; `stale` otherwise. */
  bind(
    id: SessionId,
    from: string | null,
    to: string | null,
  ): Awaitable<'ok' | 'missing' | 'stale'>;

  /**
   * Moves `lastSeenAt` forward, never back, never past `expiresAt`, and never creates. It does not
   * change `expiresAt`. Ids that are missing are passed over.
   */
  touch(batch: readonly Touch[]): Awaitable<void>;

  /** Removes the records and their index entries. The ids that existed and were not expired. */
  end(ids: readonly SessionId[]): Awaitable<readonly SessionId[]>;

  /**
   * Changes the user's epoch and ends all their sessions, except one, in one atomic step: an insert
   * guarded by an epoch read before either is among those ended or is refused. The ids ended.
   */
  endUser(
    userId: string,
    options: { readonly except?: SessionId },
  ): Awaitable<readonly SessionId[]>;

  /** Changes the user's epoch and ends nothing: sign-ins that began before are refused. */
  changeEpoch(userId: string): Awaitable<void>;

  /** Changes every user's epoch and ends every session, anonymous ones too, in one atomic step. */
  endEveryone(): Awaitable<void>;

  /** The user's records that are not expired, newest `createdAt` first, at most `LONGEST_LIST`. */
  list(userId: string): Awaitable<readonly SessionRecord[]>;

  /** Removes at most `limit` expired records; how many it removed. 0 means nothing is left to sweep. */
  sweep(limit: number): Awaitable<number>;

  /**
   * Tells of endings and changes. Those of this process are told before their verb answers; those of
   * other nodes as soon as the store can know. A store that cannot know of other nodes' changes, and
   * has other nodes, leaves this out. `heard` comes once telling has begun. The function returned stops it.
   */
  subscribe?(listener: StoreListener, options?: SubscribeOptions): () => void;

  /** Lets go of timers and connections that the store opened itself. Verbs reject afterwards. */
  close(): Awaitable<void>;
}
