// One connection to a database file as the stores use it: settings, layout, transactions, and waiting
// for locks without blocking. Sessions and accounts can share a database; each makes its own of these.

import type { Clock } from '../../clock.js';
import { assertOptionNames, CountersignError, misconfigured } from '../../errors.js';
import { clockFrom } from '../../clock-option.js';
import type { Awaitable } from '../../waiting.js';
import {
  isBusy,
  prepareQuery,
  type Query,
  type SqliteDatabase,
  type SqliteStatement,
} from './driver.js';
import { LockRetry } from './lock-retry.js';
import { isCurrent, migrate } from './migrations.js';
import { openDatabase } from './open-database.js';

export interface SqliteOptions {
  /** The file. It is made when it is missing, with mode 0600; its directory has to exist. */
  readonly path?: string;
  /**
   * An open database instead, such as `openDatabase` gives: for several stores on one file. It is
   * configured and brought to the newest layout, and stays open when the store is closed.
   */
  readonly database?: SqliteDatabase;
  /** Where time comes from. Default: the machine's clock. */
  readonly clock?: Clock;
}

/** While opening, nobody is served yet, and another process may be at work on the layout. */
const OPENING_BUSY_MS = 5_000;
/** The longest that a lock can stop the event loop at a time. */
const BUSY_MS = 5;

export class SqliteConnection {
  readonly clock: Clock;
  readonly #database: SqliteDatabase;
  readonly #isOwn: boolean;
  readonly #begin: SqliteStatement;
  readonly #commit: SqliteStatement;
  readonly #reads: LockRetry;
  readonly #writes: LockRetry;
  #isClosed = false;

  constructor(options: SqliteOptions) {
    assertOptionNames('', options ?? null, ['path', 'database', 'clock']);
    const { path, database } = options;
    if (path !== undefined && database !== undefined) {
      throw misconfigured('path', 'is given beside `database`', 'Give one of the two');
    }
    this.clock = clockFrom(options.clock);
    this.#isOwn = database === undefined;
    this.#database = database ?? openDatabase(pathOf(path));
    try {
      configure(this.#database);
    } catch (cause) {
      if (this.#isOwn) this.#database.close();
      if (cause instanceof CountersignError) throw cause;
      throw new CountersignError('store-unavailable', 'The database cannot be used.', { cause });
    }
    this.#begin = this.#database.prepare('BEGIN IMMEDIATE');
    this.#commit = this.#database.prepare('COMMIT');
    this.#reads = new LockRetry(this.clock);
    this.#writes = new LockRetry(this.clock);
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  query(sql: string): Query {
    return prepareQuery(this.#database, sql);
  }

  statement(sql: string): SqliteStatement {
    return this.#database.prepare(sql);
  }

  /** Runs something that only reads. At once, except while another process recovers the file. */
  read<T>(operation: () => T): Awaitable<T> {
    this.checkOpen();
    return this.#reads.run(operation);
  }

  /**
   * Runs `operation` in a transaction of its own, which another process may make wait.
   * @param options `durable`: not answered before the change is on the disk, so that a loss of power
   *   cannot undo it. Otherwise a loss of power can undo the last moments; a crash of the process never
   */
  write<T>(operation: () => T, options: { readonly durable?: boolean } = {}): Awaitable<T> {
    this.checkOpen();
    return this.#writes.run(() => this.#transact(operation, options.durable === true));
  }

  checkOpen(): void {
    if (this.#isClosed) {
      throw new CountersignError('store-unavailable', 'The SQLite store was closed.');
    }
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#reads.close();
    this.#writes.close();
    if (!this.#isOwn) return;
    this.#emptyLog();
    this.#database.close();
  }

  /**
   * Moves what is in the write-ahead log into the file, so that the file alone is complete. SQLite does
   * that by itself when the last connection closes, but `@photostructure/sqlite` keeps a connection
   * half open until its statements are garbage.
   */
  #emptyLog(): void {
    try {
      this.#database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    } catch {
      // Others are at work on the file, or it is damaged. Nothing is lost: the log stays beside it.
    }
  }

  #transact<T>(operation: () => T, durable: boolean): T {
    // Cannot be changed inside a transaction. In WAL mode FULL adds the sync at each commit.
    if (durable) this.#database.exec('PRAGMA synchronous = FULL');
    try {
      this.#begin.run();
      try {
        const value = operation();
        this.#commit.run();
        return value;
      } catch (error) {
        this.#rollBack();
        throw error;
      }
    } finally {
      if (durable) this.#database.exec('PRAGMA synchronous = NORMAL');
    }
  }

  #rollBack(): void {
    try {
      this.#database.exec('ROLLBACK');
    } catch {
      // After some errors (disk full, I/O) SQLite has rolled back by itself. The first error counts.
    }
  }
}

function pathOf(path: string | undefined): string {
  if (path !== undefined) return path;
  throw misconfigured('path', 'is not set', 'Give a path, or an open database as `database`');
}

function configure(database: SqliteDatabase): void {
  database.exec(`PRAGMA busy_timeout = ${OPENING_BUSY_MS}`);
  database.exec('PRAGMA trusted_schema = OFF');
  const isReady = isCurrent(database);
  useWal(database);
  database.exec('PRAGMA synchronous = NORMAL');
  // 16 MiB: reads past SQLite's own cache cost a system call each.
  database.exec('PRAGMA cache_size = -16384');
  database.exec('PRAGMA journal_size_limit = 67108864');
  if (!isReady) migrate(database);
  database.exec(`PRAGMA busy_timeout = ${BUSY_MS}`);
}

/** Changing to WAL needs the file for a moment alone, and SQLite does not always wait for that. */
function useWal(database: SqliteDatabase): void {
  const sleeper = new Int32Array(new SharedArrayBuffer(4));
  for (let tries = 1; ; tries += 1) {
    try {
      database.exec('PRAGMA journal_mode = WAL');
      return;
    } catch (error) {
      if (!isBusy(error) || tries === 100) throw error;
      // Blocks, as everything does here: a store is made before anybody is served.
      Atomics.wait(sleeper, 0, 0, 20);
    }
  }
}
