import { copyFileSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs';

import { assert, describe, expect, it } from 'vitest';

import type { SessionRecord } from '../../../src/session/record.js';
import type { SqliteDatabase } from '../../../src/stores/sqlite/driver.js';
import { openDatabase } from '../../../src/stores/sqlite/open-database.js';
import { sqliteStore, type SqliteStore } from '../../../src/stores/sqlite/session-store.js';
import { createFakeClock, type FakeClock } from '../../../src/testing/fake-clock.js';
import { makeRecord } from '../../../src/testing/session-store/make-record.js';
import { newPath } from './folder.js';

const HOUR = 3_600_000;
const turn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

function setUp(): { path: string; clock: FakeClock; store: SqliteStore } {
  const path = newPath();
  const clock = createFakeClock();
  return { path, clock, store: sqliteStore({ path, clock }) };
}

function add(store: SqliteStore, clock: FakeClock, fields: Partial<SessionRecord>): void {
  const result = store.insert(makeRecord({ expiresAt: clock.now() + HOUR, ...fields }), {});
  expect(result).toEqual({ ok: true, ended: [] });
}

/** Lets `ms` pass in steps, and what was started by timers finish. */
async function pass(clock: FakeClock, ms: number, step: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += step) {
    clock.advance(step);
    await turn();
  }
}

describe('an SQLite file', () => {
  it('keeps sessions and epochs over a restart', () => {
    const { path, clock, store } = setUp();
    const before = store.epoch('user');
    assert(typeof before === 'string');
    void store.endUser('user', {});
    const epoch = store.epoch('user');
    add(store, clock, { id: 's', data: '{"a":1}' });
    const record = store.read('s');
    store.close();

    const again = sqliteStore({ path, clock });
    expect(again.read('s')).toEqual(record);
    expect(again.epoch('user')).toBe(epoch);
    const late = again.insert(makeRecord({ id: 't' }), { epoch: before });
    expect(late).toEqual({ ok: false, reason: 'epoch' });
    again.close();
  });

  it('never holds a NUL, which drivers stop at', () => {
    const { path, clock, store } = setUp();
    add(store, clock, { id: 's', userId: 'a\0b', deviceKey: '\\0\0' });
    store.close();
    const again = sqliteStore({ path, clock });
    expect(again.read('s')).toMatchObject({ userId: 'a\0b', deviceKey: '\\0\0' });
    again.close();
  });

  it('is complete by itself when the store was closed', () => {
    const { path, clock, store } = setUp();
    for (let i = 0; i < 50; i += 1) add(store, clock, { id: `s${i}` });
    store.close();
    const copy = newPath('copy.db');
    copyFileSync(path, copy);
    const again = sqliteStore({ path: copy, clock });
    expect(again.list('user')).toHaveLength(50);
    again.close();
  });

  it('does not give out what it remembers of a session that was made anew', () => {
    const { clock, store } = setUp();
    add(store, clock, { id: 's', data: '{"first":true}' });
    expect(store.read('s')).toMatchObject({ data: '{"first":true}' });
    void store.end(['s']);
    add(store, clock, { id: 's', data: '{"second":true}' });
    expect(store.read('s')).toMatchObject({ data: '{"second":true}' });
    store.close();
  });

  it('gives the same frozen record again while nothing changes', () => {
    const { clock, store } = setUp();
    add(store, clock, { id: 's' });
    const record = store.read('s');
    expect(store.read('s')).toBe(record);
    expect(() => Object.assign(record ?? {}, { userId: 'admin' })).toThrow(TypeError);
    void store.touch([{ id: 's', seen: clock.now() + 1 }]);
    expect(store.read('s')).not.toBe(record);
    store.close();
  });

  it('takes a long batch of touches in parts', async () => {
    const { clock, store } = setUp();
    const ids = Array.from({ length: 600 }, (_, i) => `s${i}`);
    for (const id of ids) add(store, clock, { id });
    await store.touch(ids.map((id, i) => ({ id, seen: clock.now() + 1 + i })));
    for (const [i, id] of ids.entries()) {
      expect(store.read(id)).toMatchObject({ lastSeenAt: clock.now() + 1 + i });
    }
    store.close();
  });

  it('closes a file that it opened, and no database that it was given', () => {
    const database = openDatabase(':memory:');
    const store = sqliteStore({ database });
    store.close();
    store.close();
    expect(database.prepare('SELECT count(*) AS n FROM sessions').get()).toEqual({ n: 0 });
    database.close();
  });
});

describe('cleaning up', () => {
  it('removes expired rows by itself, in small portions', async () => {
    const database = openDatabase(':memory:');
    const clock = createFakeClock();
    const store = sqliteStore({ database, clock });
    for (let i = 0; i < 600; i += 1)
      add(store, clock, { id: `s${i}`, expiresAt: clock.now() + 1_000 });
    add(store, clock, { id: 'live' });
    const count = database.prepare('SELECT count(*) AS n FROM sessions');
    clock.advance(29_999);
    await turn();
    expect(count.get()).toEqual({ n: 601 });
    clock.advance(1);
    await turn();
    expect(count.get()).toEqual({ n: 351 });
    await pass(clock, 5, 1);
    expect(count.get()).toEqual({ n: 1 });
    expect(store.read('live')).not.toBeNull();
    store.close();
    expect(clock.waiting).toBe(0);
  });

  it('forgets a raised epoch some time after 24 hours, but not while it is asked for', async () => {
    const database = openDatabase(':memory:');
    const clock = createFakeClock();
    const store = sqliteStore({ database, clock });
    const kept = database.prepare('SELECT count(*) AS n FROM user_epochs');
    void store.endUser('user', {});
    const raised = store.epoch('user');
    for (let day = 0; day < 3; day += 1) {
      await pass(clock, 24 * HOUR, HOUR);
      expect(store.epoch('user')).toBe(raised);
    }
    await pass(clock, 24 * HOUR, HOUR);
    expect(kept.get()).toEqual({ n: 1 });
    await pass(clock, 14 * HOUR, HOUR);
    expect(kept.get()).toEqual({ n: 0 });
    store.close();
  });
});

/** A database that notes what is executed in text: transactions and settings. */
function noting(database: SqliteDatabase): { database: SqliteDatabase; log: string[] } {
  const log: string[] = [];
  return {
    log,
    database: {
      exec: (sql) => {
        log.push(sql);
        return database.exec(sql);
      },
      prepare: (sql) => {
        const statement = database.prepare(sql);
        if (sql !== 'COMMIT') return statement;
        return {
          get: (...values) => statement.get(...values),
          all: (...values) => statement.all(...values),
          run: (...values) => {
            log.push(sql);
            return statement.run(...values);
          },
        };
      },
      close: () => database.close(),
    },
  };
}

describe('what has to outlive a loss of power', () => {
  const FULL = ['PRAGMA synchronous = FULL', 'COMMIT', 'PRAGMA synchronous = NORMAL'];
  const clock = createFakeClock();
  const { database, log } = noting(openDatabase(':memory:'));
  const store = sqliteStore({ database, clock });
  const during = (verb: () => unknown): string[] => {
    log.length = 0;
    void verb();
    return [...log];
  };
  const limit = { max: 1, over: 'end-oldest' } as const;
  const replaces = { id: 'a', until: clock.now() + 1_000 };

  it('is on the disk at the answer: endings, and inserts that end or shorten others', () => {
    add(store, clock, { id: 'a' });
    add(store, clock, { id: 'b' });
    expect(during(() => store.insert(makeRecord({ id: 'c' }), { replaces }))).toEqual(FULL);
    expect(during(() => store.insert(makeRecord({ id: 'd' }), { limit }))).toEqual(FULL);
    expect(during(() => store.end(['d']))).toEqual(FULL);
    expect(during(() => store.endUser('user', {}))).toEqual(FULL);
    expect(during(() => store.endEveryone())).toEqual(FULL);
  });

  it('does not slow down the rest', () => {
    const { renewal } = makeRecord();
    const change = { set: new Map([['a', '1']]), remove: new Set<string>() };
    expect(during(() => store.insert(makeRecord({ id: 'e' }), {}))).toEqual(['COMMIT']);
    expect(during(() => store.patch('e', change, {}))).toEqual(['COMMIT']);
    expect(during(() => store.renew('e', renewal, renewal))).toEqual(['COMMIT']);
    expect(during(() => store.touch([{ id: 'e', seen: clock.now() + 1 }]))).toEqual(['COMMIT']);
  });

  it('does not leave the setting behind when it fails', () => {
    database.exec('ALTER TABLE session_changes RENAME TO gone');
    expect(during(() => expect(() => store.end(['e'])).toThrow(/no such table/))).toEqual([
      FULL[0],
      'ROLLBACK',
      FULL[2],
    ]);
    database.exec('ALTER TABLE gone RENAME TO session_changes');
    expect(store.end(['e'])).toEqual(['e']);
  });
});

describe('a file in trouble', () => {
  it('a full disk is an error, changes nothing, and is over when there is room again', () => {
    const database = openDatabase(newPath());
    const clock = createFakeClock();
    const store = sqliteStore({ database, clock });
    add(store, clock, { id: 'before' });
    database.exec('PRAGMA max_page_count = 1');
    const large = makeRecord({ id: 'large', data: JSON.stringify({ a: 'x'.repeat(100_000) }) });
    expect(() => store.insert(large, {})).toThrow(/full/);
    expect(store.read('large')).toBeNull();
    expect(store.read('before')).not.toBeNull();
    database.exec('PRAGMA max_page_count = 1000000');
    expect(store.insert(large, {})).toEqual({ ok: true, ended: [] });
    expect(store.end(['before', 'large'])).toEqual(['before', 'large']);
    store.close();
    database.close();
  });

  it('a read-only file answers reads and fails at writes', () => {
    const { path, clock, store } = setUp();
    add(store, clock, { id: 's' });
    const database = openDatabase(path);
    const reader = sqliteStore({ database, clock });
    database.exec('PRAGMA query_only = ON');
    expect(reader.read('s')).not.toBeNull();
    expect(() => reader.end(['s'])).toThrow(/readonly/);
    expect(() => reader.touch([{ id: 's', seen: clock.now() + 1 }])).toThrow(/readonly/);
    expect(store.read('s')).not.toBeNull();
    reader.close();
    database.close();
    store.close();
  });

  it('a damaged file is an error', () => {
    const { path, clock, store } = setUp();
    for (let i = 0; i < 200; i += 1) add(store, clock, { id: `s${i}` });
    store.close();
    const pages = readFileSync(path).length / 4_096;
    const file = openSync(path, 'r+');
    for (let page = 2; page < pages; page += 1)
      writeSync(file, Buffer.alloc(4_096, 0xa5), 0, 4_096, page * 4_096);
    const damaged = sqliteStore({ path, clock });
    expect(() => Array.from({ length: 200 }, (_, i) => damaged.read(`s${i}`))).toThrow(/malformed/);
    expect(() => damaged.endUser('user', {})).toThrow(/malformed/);
    damaged.close();
  });

  it('a row that this store did not write is an error, not a session', () => {
    const database = openDatabase(':memory:');
    const clock = createFakeClock();
    const store = sqliteStore({ database, clock });
    for (const [column, value] of [
      ['facts', '{}'],
      ['facts', 'not JSON'],
      ['facts', '{"format":2}'],
      ['renewal', 'null'],
      ['renewal', '{"generation":"0"}'],
    ] as const) {
      void store.endEveryone();
      add(store, clock, { id: 's' });
      database.prepare(`UPDATE sessions SET ${column} = ?`).run(value);
      expect(() => store.read('s')).toThrow(Error);
    }
    store.close();
    database.close();
  });

  it('a file that lost its end is an error', () => {
    const { path, clock, store } = setUp();
    for (let i = 0; i < 200; i += 1) add(store, clock, { id: `s${i}` });
    store.close();
    writeFileSync(path, readFileSync(path).subarray(0, 10_000));
    expect(() => {
      const short = sqliteStore({ path, clock });
      for (let i = 0; i < 200; i += 1) void short.read(`s${i}`);
    }).toThrow(/malformed|cannot be used/);
  });
});
