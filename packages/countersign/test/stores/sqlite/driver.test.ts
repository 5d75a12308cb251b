// Drivers differ in how they give rows and errors. `node:sqlite` of Node 22.13 gives objects only,
// `@photostructure/sqlite` arrays by `setReturnArrays`, `better-sqlite3` arrays by `raw`.

import { describe, expect, it, test } from 'vitest';

import {
  isBusy,
  prepareQuery,
  type SqliteDatabase,
  type SqliteStatement,
  type SqlValue,
} from '../../../src/stores/sqlite/driver.js';
import { openDatabase } from '../../../src/stores/sqlite/open-database.js';
import { sqliteOneTimeStore } from '../../../src/stores/sqlite/one-time-store.js';
import { sqliteStore } from '../../../src/stores/sqlite/session-store.js';
import { describeOneTimeStore } from '../../../src/testing/one-time-store-suite.js';
import { describeSessionStore } from '../../../src/testing/session-store-suite.js';

/** The interface of better-sqlite3 12 in its own terms, as far as it is used here. */
interface BetterStatement {
  get(...params: unknown[]): unknown;
  all(...params: unknown[]): unknown[];
  run(...params: unknown[]): { changes: number; lastInsertRowid: number | bigint };
  raw(toggle?: boolean): this;
}
interface BetterDatabase {
  exec(source: string): this;
  prepare(source: string): BetterStatement;
  close(): this;
}

/** A driver that gives rows as objects, and nothing else. */
function objectsOnly(database: SqliteDatabase): SqliteDatabase {
  return {
    exec: (sql) => database.exec(sql),
    close: () => database.close(),
    prepare: (sql): SqliteStatement => {
      const statement = database.prepare(sql);
      return {
        get: (...values) => statement.get(...values),
        all: (...values) => statement.all(...values),
        run: (...values) => statement.run(...values),
      };
    },
  };
}

/** A driver with the interface of better-sqlite3. */
function likeBetter(database: SqliteDatabase): BetterDatabase {
  return {
    exec(source) {
      database.exec(source);
      return this;
    },
    close() {
      database.close();
      return this;
    },
    prepare(source) {
      const statement = database.prepare(source);
      return {
        get: (...params) => statement.get(...(params as SqlValue[])),
        all: (...params) => statement.all(...(params as SqlValue[])),
        run: (...params) => ({
          changes: Number(statement.run(...(params as SqlValue[])).changes),
          lastInsertRowid: 0,
        }),
        raw(toggle = true) {
          statement.setReturnArrays?.(toggle);
          return this;
        },
      };
    },
  };
}

describe('rows come by position', () => {
  test.each([
    ['arrays', openDatabase],
    ['objects', (path: string) => objectsOnly(openDatabase(path))],
    ['arrays of raw()', (path: string) => likeBetter(openDatabase(path))],
  ])('from a driver that gives %s', (_, open) => {
    const query = prepareQuery(open(':memory:'), 'SELECT ? AS z, ? AS a WHERE ? = 1');
    expect(query.one('first', 2, 1)).toEqual(['first', 2]);
    expect(query.all('first', null, 1)).toEqual([['first', null]]);
    expect(query.one('first', 2, 0)).toBeUndefined();
    expect(query.all('first', 2, 0)).toEqual([]);
  });
});

for (const [name, wrap] of [
  ['sqliteStore on a driver that gives objects', objectsOnly],
  ['sqliteStore on a driver like better-sqlite3', likeBetter],
] as const) {
  describeSessionStore(
    name,
    { create: (clock) => sqliteStore({ database: wrap(openDatabase(':memory:')), clock }) },
    { describe, test },
  );
  describeOneTimeStore(
    name,
    { create: () => sqliteOneTimeStore({ database: wrap(openDatabase(':memory:')) }) },
    { describe, test },
  );
}

describe('a lock in the way', () => {
  const failure = (fields: object): Error => Object.assign(new Error('no'), fields);

  it.each([
    ['node:sqlite, busy', { code: 'ERR_SQLITE_ERROR', errcode: 5 }],
    ['node:sqlite, busy with recovery', { code: 'ERR_SQLITE_ERROR', errcode: 261 }],
    ['node:sqlite, a stale snapshot', { code: 'ERR_SQLITE_ERROR', errcode: 517 }],
    ['node:sqlite, a locked table', { code: 'ERR_SQLITE_ERROR', errcode: 6 }],
    ['better-sqlite3, busy', { code: 'SQLITE_BUSY' }],
    ['better-sqlite3, busy with recovery', { code: 'SQLITE_BUSY_RECOVERY' }],
    ['better-sqlite3, a locked table', { code: 'SQLITE_LOCKED_SHAREDCACHE' }],
  ])('is told from other errors: %s', (_, fields) => {
    expect(isBusy(failure(fields))).toBe(true);
  });

  it.each([
    ['a full disk', failure({ errcode: 13 })],
    ['a constraint', failure({ errcode: 3_091 })],
    ['a damaged file', failure({ code: 'SQLITE_CORRUPT' })],
    ['another error', new Error('database is locked')],
    ['no error', null],
  ])('is not seen in %s', (_, error) => {
    expect(isBusy(error)).toBe(false);
  });
});
