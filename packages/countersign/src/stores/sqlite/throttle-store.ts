// Throttle counters in an SQLite file, beside the sessions or alone: for the processes of one machine. A
// crash of a process loses none; a loss of power can take back those of the last moments.

import {
  judgeCount,
  judgeSettlement,
  sweptAt,
  type FailureEntry,
  type FailureWrite,
} from '../../accounts/failure-counters.js';
import type {
  Count,
  CountedFailure,
  Counter,
  ThrottleStore,
} from '../../accounts/throttle-store.js';
import { SqliteConnection, type SqliteOptions } from './connection.js';
import { integerOf, type Query, type SqliteStatement } from './driver.js';

const SQL = {
  read: 'SELECT failures, at FROM throttle_counters WHERE key = ?',
  write: `INSERT INTO throttle_counters (key, failures, at, swept_at) VALUES (?, ?, ?, ?)
    ON CONFLICT (key) DO UPDATE SET failures = excluded.failures, at = excluded.at, swept_at = excluded.swept_at`,
  remove: 'DELETE FROM throttle_counters WHERE key = ?',
  sweep: `DELETE FROM throttle_counters WHERE key IN
    (SELECT key FROM throttle_counters WHERE swept_at <= ? ORDER BY swept_at LIMIT ?)`,
} as const;

/**
 * Makes a throttle store on an SQLite file: by `path`, or by `database` on one that is open.
 * @throws CountersignError `configuration` for a path or file that cannot be used; `store-unavailable`
 */
export function sqliteThrottleStore(options: SqliteOptions): SqliteThrottleStore {
  return new SqliteThrottleStore(options);
}

/** The store that `sqliteThrottleStore` makes. */
export class SqliteThrottleStore implements ThrottleStore {
  readonly #db: SqliteConnection;
  readonly #read: Query;
  readonly #write: SqliteStatement;
  readonly #remove: SqliteStatement;
  readonly #sweep: SqliteStatement;

  constructor(options: SqliteOptions) {
    this.#db = new SqliteConnection(options);
    this.#read = this.#db.query(SQL.read);
    this.#write = this.#db.statement(SQL.write);
    this.#remove = this.#db.statement(SQL.remove);
    this.#sweep = this.#db.statement(SQL.sweep);
  }

  async count(counters: readonly Counter[], now: number): Promise<Count> {
    // Who has to wait is told so by reading alone: hammering takes nobody's lock.
    const look = await this.#db.read(() => this.#judge(counters, now));
    if (look.writes.length === 0) return look.answer;
    return this.#db.write(() => {
      const { answer, writes } = this.#judge(counters, now);
      for (const write of writes) this.#apply(write);
      return answer;
    });
  }

  async settle(
    counted: readonly CountedFailure[],
    outcome: 'succeeded' | 'withdrawn',
  ): Promise<void> {
    await this.#db.write(() => {
      for (const counter of counted) {
        const stored = this.#entryOf(counter.key);
        if (stored === undefined) continue;
        const entry = judgeSettlement(counter, stored, outcome);
        if (entry !== stored) this.#apply({ counter, entry });
      }
    });
  }

  async forget(keys: readonly string[]): Promise<void> {
    await this.#db.write(() => {
      for (const key of keys) this.#remove.run(key);
    });
  }

  async sweep(now: number, limit: number): Promise<number> {
    return this.#db.write(() => Number(this.#sweep.run(now, limit).changes));
  }

  close(): void {
    this.#db.close();
  }

  #judge(counters: readonly Counter[], now: number): ReturnType<typeof judgeCount> {
    const stored = counters.map(({ key }) => this.#entryOf(key));
    return judgeCount(counters, stored, now);
  }

  #entryOf(key: string): FailureEntry | undefined {
    const row = this.#read.one(key);
    return row && { failures: integerOf(row[0]), at: integerOf(row[1]) };
  }

  #apply({ counter: { key, rule }, entry }: FailureWrite): void {
    if (entry === undefined) this.#remove.run(key);
    else this.#write.run(key, entry.failures, entry.at, sweptAt(entry, rule));
  }
}
