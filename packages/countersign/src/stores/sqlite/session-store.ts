// Sessions in an SQLite file: the store of one machine. Several processes can share the file. Reads
// answer at once; writes do too, except while another process holds the lock.

import type { Cancel } from '../../clock.js';
import { randomBytes } from '../../crypto/random.js';
import type { RenewalState, SessionId, SessionRecord } from '../../session/record.js';
import type {
  DataChange,
  Epoch,
  InsertGuard,
  InsertResult,
  SessionStore,
  StoreListener,
  SubscribeOptions,
  Touch,
} from '../../session/store.js';
import { StoreListeners } from '../listeners.js';
import type { Awaitable } from '../../waiting.js';
import { ChangeLog } from './change-log.js';
import { SqliteConnection, type SqliteOptions } from './connection.js';
import { isBusy } from './driver.js';
import { ForeignChanges } from './foreign-changes.js';
import { prepareStatements } from './session-statements.js';
import { SessionTable } from './session-table.js';
import { UserEpochs } from './user-epochs.js';

const SWEEP_INTERVAL_MS = 30_000;
/** A few milliseconds of work, after which others may write and requests are answered. */
const BATCH = 250;

/**
 * Makes a store on an SQLite file. Works synchronously: make it before the first request.
 * @throws CountersignError `configuration` for a missing directory, a file of another program or of a
 *   newer version, or no SQLite at all; `store-unavailable` when the file cannot be opened or read
 */
export function sqliteStore(options: SqliteOptions): SqliteStore {
  return new SqliteStore(options);
}

/** The store that `sqliteStore` makes. */
export class SqliteStore implements SessionStore {
  readonly remote = false;
  readonly #db: SqliteConnection;
  readonly #epochs: UserEpochs;
  readonly #table: SessionTable;
  readonly #listeners = new StoreListeners();
  readonly #log: ChangeLog;
  readonly #foreign: ForeignChanges;
  #cancelSweep: Cancel | undefined;

  constructor(options: SqliteOptions) {
    this.#db = new SqliteConnection(options);
    const sql = prepareStatements(this.#db);
    this.#epochs = new UserEpochs(sql);
    this.#log = new ChangeLog(sql, newWriter());
    const { clock } = this.#db;
    this.#table = new SessionTable(sql, { epochs: this.#epochs, log: this.#log, clock });
    this.#foreign = new ForeignChanges(clock, this.#log, this.#listeners);
    this.#armSweep(SWEEP_INTERVAL_MS);
  }

  read(id: SessionId): Awaitable<SessionRecord | null> {
    this.#db.checkOpen();
    // Not through `db.read` at first: this is the way of every request.
    try {
      return this.#table.read(id);
    } catch (error) {
      if (!isBusy(error)) throw error;
      return this.#db.read(() => this.#table.read(id));
    }
  }

  epoch(userId: string): Awaitable<Epoch> {
    const now = this.#db.clock.now();
    return then(
      this.#db.read(() => this.#epochs.read(userId, now)),
      ({ epoch, isUseDue }) => {
        if (!isUseDue) return epoch;
        return this.#db.write(() => {
          this.#epochs.use(userId, now);
          return this.#epochs.read(userId, now).epoch;
        });
      },
    );
  }

  insert(record: SessionRecord, guard: InsertGuard): Awaitable<InsertResult> {
    // One that can end or shorten other sessions is as durable as an ending.
    const durable = guard.replaces !== undefined || guard.limit?.over === 'end-oldest';
    return then(
      this.#db.write(() => this.#table.insert(record, guard), { durable }),
      (result) => {
        if (result.ok) this.#listeners.ended(result.ended);
        if (result.ok && guard.replaces !== undefined) {
          this.#listeners.changed([guard.replaces.id]);
        }
        return result;
      },
    );
  }

  patch(
    id: SessionId,
    change: DataChange,
    guard: { readonly ifRevision?: number },
  ): Awaitable<'ok' | 'missing' | 'conflict'> {
    return this.#change(id, () => this.#table.patch(id, change, guard.ifRevision));
  }

  renew(
    id: SessionId,
    from: RenewalState,
    to: RenewalState,
  ): Awaitable<'ok' | 'missing' | 'stale'> {
    return this.#change(id, () => this.#table.renew(id, from, to));
  }

  bind(
    id: SessionId,
    from: string | null,
    to: string | null,
  ): Awaitable<'ok' | 'missing' | 'stale'> {
    return this.#change(id, () => this.#table.bind(id, from, to));
  }

  touch(batch: readonly Touch[]): Awaitable<void> {
    if (batch.length <= BATCH) return this.#db.write(() => this.#table.touch(batch));
    return this.#touchInParts(batch);
  }

  end(ids: readonly SessionId[]): Awaitable<readonly SessionId[]> {
    return this.#endDurably(() => this.#table.end(ids));
  }

  endUser(
    userId: string,
    options: { readonly except?: SessionId },
  ): Awaitable<readonly SessionId[]> {
    return this.#endDurably(() => this.#table.endUser(userId, options.except));
  }

  changeEpoch(userId: string): Awaitable<void> {
    return this.#db.write(() => this.#epochs.raise(userId, this.#db.clock.now()), {
      durable: true,
    });
  }

  endEveryone(): Awaitable<void> {
    return then(
      this.#db.write(() => this.#table.endEveryone(), { durable: true }),
      () => {
        this.#table.forgetCached();
        this.#listeners.everything();
      },
    );
  }

  list(userId: string): Awaitable<readonly SessionRecord[]> {
    return this.#db.read(() => this.#table.list(userId));
  }

  sweep(limit: number): Awaitable<number> {
    return this.#db.write(() => this.#table.sweep(limit));
  }

  subscribe(listener: StoreListener, options: SubscribeOptions = {}): () => void {
    this.#db.checkOpen();
    const stop = this.#listeners.add(listener);
    this.#foreign.start(options.heartbeat);
    return () => {
      stop();
      if (this.#listeners.size === 0) this.#foreign.stop();
    };
  }

  close(): void {
    this.#cancelSweep?.();
    this.#foreign.stop();
    this.#listeners.clear();
    this.#table.forgetCached();
    this.#db.close();
  }

  #endDurably(end: () => readonly SessionId[]): Awaitable<readonly SessionId[]> {
    return then(this.#db.write(end, { durable: true }), (ids) => {
      this.#listeners.ended(ids);
      return ids;
    });
  }

  #change<T extends string>(id: SessionId, change: () => T | 'ok'): Awaitable<T | 'ok'> {
    return then(this.#db.write(change), (result) => {
      if (result === 'ok') this.#listeners.changed([id]);
      return result;
    });
  }

  async #touchInParts(batch: readonly Touch[]): Promise<void> {
    for (let start = 0; start < batch.length; start += BATCH) {
      await this.#db.write(() => this.#table.touch(batch.slice(start, start + BATCH)));
      await new Promise<void>((resolve) => void setImmediate(resolve));
    }
  }

  #armSweep(delayMs: number): void {
    this.#cancelSweep = this.#db.clock.after(delayMs, () => void this.#sweepBatch());
  }

  async #sweepBatch(): Promise<void> {
    let removed = 0;
    try {
      removed = await this.#db.write(() => {
        this.#epochs.forget(this.#db.clock.now(), BATCH);
        return Math.max(this.#table.sweep(BATCH), this.#log.prune(BATCH));
      });
    } catch {
      // Whatever is wrong with the file meets the next verb too, which has somebody to tell.
    }
    if (!this.#db.isClosed) this.#armSweep(removed === BATCH ? 1 : SWEEP_INTERVAL_MS);
  }
}

/** Random: stores on one file tell their own changes from those of others. */
function newWriter(): number {
  return randomBytes(6).readUIntBE(0, 6);
}

/** Goes on with a value, at once where it is there at once. */
function then<T, U>(value: Awaitable<T>, use: (value: T) => Awaitable<U>): Awaitable<U> {
  return value instanceof Promise ? value.then(use) : use(value);
}
