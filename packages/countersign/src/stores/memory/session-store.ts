// Sessions in this process's memory: for tests and for one process that may forget at a restart.
// Bounded, expires by itself, answers at once. Records are immutable and shared, never copied out.

import type { Cancel, Clock } from '../../clock.js';
import { assertOptionNames, CountersignError, misconfigured } from '../../errors.js';
import { clockFrom } from '../../clock-option.js';
import { mergeData } from '../../session/data.js';
import type { RenewalState, SessionId, SessionRecord } from '../../session/record.js';
import {
  LONGEST_LIST,
  type DataChange,
  type Epoch,
  type InsertGuard,
  type InsertResult,
  type SessionStore,
  type StoreListener,
  type Touch,
} from '../../session/store.js';
import { StoreListeners } from '../listeners.js';
import { freezeRecord, freezeRenewal } from '../frozen-record.js';
import { SessionTable } from './session-table.js';
import { UserEpochs } from './user-epochs.js';

export interface MemoryStoreOptions {
  /** Where time comes from. Default: the machine's clock. */
  readonly clock?: Clock;
  /**
   * How many sessions are held at most. Default 100,000, at about 1 kB each without data. When it is
   * reached, an insert makes room: expired sessions go first, then the oldest anonymous ones. A
   * session of a signed-in user is never dropped: when only those are left, `insert` throws
   * `store-unavailable` (503).
   */
  readonly maxSessions?: number;
}

type Refusal = Exclude<InsertResult, { ok: true }>['reason'];

const DEFAULT_MAX_SESSIONS = 100_000;
const SWEEP_INTERVAL_MS = 30_000;
/** Small enough to take well under a millisecond. */
const SWEEP_BATCH = 500;

/** Makes a store in memory. Throws `configuration` for a `maxSessions` that is not a whole number above 0. */
export function memoryStore(options: MemoryStoreOptions = {}): MemoryStore {
  return new MemoryStore(options);
}

/** The store that `memoryStore` makes: every verb answers at once, by value or by throwing. */
export class MemoryStore implements SessionStore {
  readonly remote = false;
  readonly #clock: Clock;
  readonly #table: SessionTable;
  readonly #epochs: UserEpochs;
  readonly #listeners = new StoreListeners();
  #cancelSweep: Cancel | undefined;
  #closed = false;

  constructor(options: MemoryStoreOptions) {
    assertOptionNames('', options, ['clock', 'maxSessions']);
    const { maxSessions = DEFAULT_MAX_SESSIONS } = options;
    if (!Number.isSafeInteger(maxSessions) || maxSessions < 1) {
      throw misconfigured(
        'maxSessions',
        `${maxSessions} is not a whole number above 0`,
        'Leave it out for 100,000, or give the number of sessions that fit in memory',
      );
    }
    this.#clock = clockFrom(options.clock);
    this.#table = new SessionTable(maxSessions);
    this.#epochs = new UserEpochs(maxSessions);
  }

  /** How many records are held, expired ones that were not swept yet included. */
  get size(): number {
    return this.#table.size;
  }

  read(id: SessionId): SessionRecord | null {
    const record = this.#table.get(id);
    // Closing empties the table, so only a miss needs to look.
    if (record === undefined) {
      this.#checkOpen();
      return null;
    }
    return record.expiresAt > this.#clock.now() ? record : null;
  }

  epoch(userId: string): Epoch {
    this.#checkOpen();
    return this.#epochs.read(userId, this.#clock.now());
  }

  insert(record: SessionRecord, guard: InsertGuard): InsertResult {
    this.#checkOpen();
    const now = this.#clock.now();
    const ended = this.#overLimit(record.userId, guard, now);
    const reason = this.#refusal(record, guard, ended.length);
    if (reason !== null) return { ok: false, reason };
    const evicted = this.#table.makeRoom(1 - ended.length, now);
    if (evicted === 'full') throw fullOfUsers(this.#table.size);
    this.#table.remove(ended);
    this.#table.add(freezeRecord(record));
    if (guard.replaces !== undefined) this.#replace(guard.replaces.id, guard.replaces.until);
    this.#armSweep();
    this.#listeners.ended([...ended, ...evicted]);
    if (guard.replaces !== undefined) this.#listeners.changed([guard.replaces.id]);
    return { ok: true, ended };
  }

  patch(
    id: SessionId,
    change: DataChange,
    guard: { readonly ifRevision?: number },
  ): 'ok' | 'missing' | 'conflict' {
    const record = this.read(id);
    if (record === null) return 'missing';
    const { revision } = record;
    if (guard.ifRevision !== undefined && guard.ifRevision !== revision) return 'conflict';
    const data = mergeData(record.data, change);
    this.#change({ ...record, revision: revision + 1, data });
    return 'ok';
  }

  renew(id: SessionId, from: RenewalState, to: RenewalState): 'ok' | 'missing' | 'stale' {
    const record = this.read(id);
    if (record === null) return 'missing';
    const { generation, pending } = record.renewal;
    if (record.replaced || generation !== from.generation || pending?.hash !== from.pending?.hash) {
      return 'stale';
    }
    this.#change({ ...record, renewal: freezeRenewal(to) });
    return 'ok';
  }

  bind(id: SessionId, from: string | null, to: string | null): 'ok' | 'missing' | 'stale' {
    const record = this.read(id);
    if (record === null) return 'missing';
    if (record.deviceKey !== from) return 'stale';
    this.#change({ ...record, deviceKey: to });
    return 'ok';
  }

  touch(batch: readonly Touch[]): void {
    this.#checkOpen();
    for (const { id, seen } of batch) {
      const record = this.read(id);
      if (record === null) continue;
      const lastSeenAt = Math.min(seen, record.expiresAt);
      if (lastSeenAt > record.lastSeenAt) this.#table.update({ ...record, lastSeenAt });
    }
  }

  end(ids: readonly SessionId[]): readonly SessionId[] {
    this.#checkOpen();
    return this.#end(ids);
  }

  endUser(userId: string, options: { readonly except?: SessionId }): readonly SessionId[] {
    this.#checkOpen();
    this.#epochs.raise(userId, this.#clock.now());
    this.#armSweep();
    return this.#end(this.#table.idsOf(userId).filter((id) => id !== options.except));
  }

  changeEpoch(userId: string): void {
    this.#checkOpen();
    this.#epochs.raise(userId, this.#clock.now());
    this.#armSweep();
  }

  endEveryone(): void {
    this.#checkOpen();
    this.#epochs.raiseAll();
    this.#table.clear();
    this.#listeners.everything();
  }

  list(userId: string): readonly SessionRecord[] {
    this.#checkOpen();
    return this.#table
      .liveOf(userId, this.#clock.now())
      .toReversed()
      .toSorted((a, b) => b.createdAt - a.createdAt)
      .slice(0, LONGEST_LIST);
  }

  sweep(limit: number): number {
    this.#checkOpen();
    return this.#table.removeExpired(this.#clock.now(), limit);
  }

  subscribe(listener: StoreListener): () => void {
    const stop = this.#listeners.add(listener);
    // Telling is a call within this process: it cannot fail, now or later.
    listener.heard?.(Number.POSITIVE_INFINITY);
    return stop;
  }

  close(): void {
    this.#closed = true;
    this.#cancelSweep?.();
    this.#listeners.clear();
    this.#table.clear();
  }

  #checkOpen(): void {
    if (this.#closed) {
      throw new CountersignError('store-unavailable', 'The memory store was closed.');
    }
  }

  /** Why `guard` forbids the insert, or `null`. */
  #refusal(record: SessionRecord, guard: InsertGuard, over: number): Refusal | null {
    const { id, userId } = record;
    if (this.#table.get(id) !== undefined) return 'duplicate';
    if (userId !== null && guard.epoch !== undefined && guard.epoch !== this.epoch(userId)) {
      return 'epoch';
    }
    if (guard.replaces !== undefined && this.read(guard.replaces.id) === null) {
      return 'replaced-missing';
    }
    return over > 0 && guard.limit?.over === 'refuse' ? 'limit' : null;
  }

  /** The sessions that have to end before this user has room for one more. */
  #overLimit(
    userId: string | null,
    { limit, replaces }: InsertGuard,
    now: number,
  ): readonly SessionId[] {
    if (userId === null || limit === undefined) return [];
    const counted = this.#table
      .liveOf(userId, now)
      .filter((record) => !record.replaced && record.id !== replaces?.id);
    const excess = counted.length + 1 - limit.max;
    if (excess <= 0) return [];
    return counted
      .toSorted((a, b) => a.createdAt - b.createdAt)
      .slice(0, excess)
      .map((record) => record.id);
  }

  #change(record: SessionRecord): void {
    this.#table.update(record);
    this.#listeners.changed([record.id]);
  }

  #replace(id: SessionId, until: number): void {
    const record = this.#table.get(id);
    if (record === undefined) return;
    const expiresAt = Math.min(record.expiresAt, until);
    this.#table.update({ ...record, replaced: true, expiresAt });
  }

  #end(ids: readonly SessionId[]): readonly SessionId[] {
    const now = this.#clock.now();
    const ended = this.#table
      .remove(ids)
      .filter((record) => record.expiresAt > now)
      .map((record) => record.id);
    this.#listeners.ended(ended);
    return ended;
  }

  #armSweep(delayMs: number = SWEEP_INTERVAL_MS): void {
    this.#cancelSweep ??= this.#clock.after(delayMs, () => {
      this.#cancelSweep = undefined;
      const now = this.#clock.now();
      this.#epochs.forget(now);
      const removed = this.#table.removeExpired(now, SWEEP_BATCH);
      // The rest waits for a turn of the event loop, so that requests are answered in between.
      if (removed === SWEEP_BATCH) this.#armSweep(1);
      else if (this.#table.size > 0 || this.#epochs.size > 0) this.#armSweep();
    });
  }
}

function fullOfUsers(size: number): CountersignError {
  return new CountersignError(
    'store-unavailable',
    `The memory store holds ${size} sessions of signed-in users and drops none of them. ` +
      'Raise maxSessions, limit the sessions per user, or use a store on disk.',
  );
}
