// One-time records in an SQLite file, beside the sessions or alone. Every change is on the disk before
// it is answered: a loss of power must not bring back a link that was used or replaced.

import type { OneTimeRecord, OneTimeStore } from '../../accounts/one-time-store.js';
import type { Cancel } from '../../clock.js';
import type { Awaitable } from '../../waiting.js';
import { SqliteConnection, type SqliteOptions } from './connection.js';
import {
  integerOf,
  textOf,
  textOrNull,
  type Query,
  type Row,
  type SqliteStatement,
} from './driver.js';
import { fromColumn, toColumn } from './exact-text.js';

const SWEEP_INTERVAL_MS = 30_000;
/** A few milliseconds of work, after which others have their turn. */
const BATCH = 500;

const COLUMNS = 'hash, kind, subject, expires_at, content';

const SQL = {
  insert: `INSERT INTO one_time_records (${COLUMNS}) VALUES (?, ?, ?, ?, ?)`,
  read: `SELECT ${COLUMNS} FROM one_time_records WHERE hash = ? AND kind = ? AND expires_at > ?`,
  take: `DELETE FROM one_time_records WHERE hash = ? AND kind = ? AND expires_at > ?
    RETURNING ${COLUMNS}`,
  removeAll: `DELETE FROM one_time_records WHERE subject = ?`,
  removeKind: `DELETE FROM one_time_records WHERE subject = ? AND kind = ?`,
  sweep: `DELETE FROM one_time_records WHERE hash IN
    (SELECT hash FROM one_time_records WHERE expires_at <= ? LIMIT ?)`,
} as const;

/**
 * Makes a store of one-time records on an SQLite file: by `path`, or by `database` on one that is open.
 * @throws CountersignError `configuration` for a path or file that cannot be used; `store-unavailable`
 */
export function sqliteOneTimeStore(options: SqliteOptions): SqliteOneTimeStore {
  return new SqliteOneTimeStore(options);
}

/** The store that `sqliteOneTimeStore` makes. Removes expired records by itself, every 30 seconds. */
export class SqliteOneTimeStore implements OneTimeStore {
  readonly #db: SqliteConnection;
  readonly #read: Query;
  readonly #take: Query;
  readonly #insert: SqliteStatement;
  readonly #removeAll: SqliteStatement;
  readonly #removeKind: SqliteStatement;
  readonly #sweep: SqliteStatement;
  #cancelSweep: Cancel | undefined;

  constructor(options: SqliteOptions) {
    this.#db = new SqliteConnection(options);
    this.#read = this.#db.query(SQL.read);
    this.#take = this.#db.query(SQL.take);
    this.#insert = this.#db.statement(SQL.insert);
    this.#removeAll = this.#db.statement(SQL.removeAll);
    this.#removeKind = this.#db.statement(SQL.removeKind);
    this.#sweep = this.#db.statement(SQL.sweep);
    this.#armSweep(SWEEP_INTERVAL_MS);
  }

  put(record: OneTimeRecord, options: { readonly replaces?: true } = {}): Awaitable<void> {
    const { hash, kind, expiresAt, content } = record;
    const subject = record.subject === null ? null : toColumn(record.subject);
    const values = [toColumn(hash), toColumn(kind), subject, expiresAt, toColumn(content)];
    return this.#write(() => {
      if (options.replaces === true && subject !== null) {
        this.#removeKind.run(subject, toColumn(kind));
      }
      this.#insert.run(...values);
    });
  }

  read(kind: string, hash: string, now: number): Awaitable<OneTimeRecord | null> {
    return this.#db.read(() => recordIn(this.#read.one(toColumn(hash), toColumn(kind), now)));
  }

  take(kind: string, hash: string, now: number): Awaitable<OneTimeRecord | null> {
    return this.#write(() => recordIn(this.#take.one(toColumn(hash), toColumn(kind), now)));
  }

  removeAbout(subject: string, { kind }: { readonly kind?: string } = {}): Awaitable<void> {
    const about = toColumn(subject);
    return this.#write(() => {
      if (kind === undefined) this.#removeAll.run(about);
      else this.#removeKind.run(about, toColumn(kind));
    });
  }

  sweep(now: number, limit: number): Awaitable<number> {
    // Not waiting for the disk: what a loss of power brings back has expired all the same.
    return this.#db.write(() => Number(this.#sweep.run(now, limit).changes));
  }

  close(): void {
    this.#cancelSweep?.();
    this.#db.close();
  }

  #write<T>(operation: () => T): Awaitable<T> {
    return this.#db.write(operation, { durable: true });
  }

  #armSweep(delayMs: number): void {
    this.#cancelSweep = this.#db.clock.after(delayMs, () => void this.#sweepBatch());
  }

  async #sweepBatch(): Promise<void> {
    let removed = 0;
    try {
      removed = await this.sweep(this.#db.clock.now(), BATCH);
    } catch {
      // Whatever is wrong with the file meets the next verb too, which has somebody to tell.
    }
    if (!this.#db.isClosed) this.#armSweep(removed === BATCH ? 1 : SWEEP_INTERVAL_MS);
  }
}

/** By position, as `COLUMNS` has them. */
function recordIn(row: Row | undefined): OneTimeRecord | null {
  if (row === undefined) return null;
  const subject = textOrNull(row[2]);
  return {
    hash: fromColumn(textOf(row[0])),
    kind: fromColumn(textOf(row[1])),
    subject: subject === null ? null : fromColumn(subject),
    expiresAt: integerOf(row[3]),
    content: fromColumn(textOf(row[4])),
  };
}
