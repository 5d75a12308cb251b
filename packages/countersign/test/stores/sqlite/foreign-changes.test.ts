// What a listener hears of other stores on the same file, and when.

import { describe, expect, it } from 'vitest';

import type { SessionRecord } from '../../../src/session/record.js';
import type { SqliteDatabase } from '../../../src/stores/sqlite/driver.js';
import { openDatabase } from '../../../src/stores/sqlite/open-database.js';
import { sqliteStore, type SqliteStore } from '../../../src/stores/sqlite/session-store.js';
import { createFakeClock, type FakeClock } from '../../../src/testing/fake-clock.js';
import { makeRecord } from '../../../src/testing/session-store/make-record.js';
import { newPath } from './folder.js';

const HOUR = 3_600_000;
const turn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

interface Pair {
  readonly path: string;
  readonly clock: FakeClock;
  readonly store: SqliteStore;
  readonly peer: SqliteStore;
}

function setUp(): Pair {
  const path = newPath();
  const clock = createFakeClock();
  return { path, clock, store: sqliteStore({ path, clock }), peer: sqliteStore({ path, clock }) };
}

function add(store: SqliteStore, clock: FakeClock, fields: Partial<SessionRecord>): void {
  const result = store.insert(makeRecord({ expiresAt: clock.now() + HOUR, ...fields }), {});
  expect(result).toEqual({ ok: true, ended: [] });
}

function patch(store: SqliteStore, id: string): void {
  expect(store.patch(id, { set: new Map([['a', '1']]), remove: new Set() }, {})).toBe('ok');
}

/** Notes what is told, without signs of life. */
function listen(store: SqliteStore): { heard: unknown[]; stop: () => void } {
  const heard: unknown[] = [];
  const stop = store.subscribe({
    ended: (ids) => heard.push(['ended', ...ids]),
    changed: (ids) => heard.push(['changed', ...ids]),
    everything: () => heard.push('everything'),
  });
  return { heard, stop };
}

describe('a listener hears', () => {
  it('of the changes of another store within a quarter of a second, of its own at once', () => {
    const { clock, store, peer } = setUp();
    const { heard, stop } = listen(store);
    for (const id of ['a', 'b', 'c']) add(peer, clock, { id });
    void peer.touch([{ id: 'a', seen: clock.now() + 1 }]);
    clock.advance(1_000);
    expect(heard).toEqual([]);
    void store.end(['a']);
    patch(store, 'b');
    const own = [
      ['ended', 'a'],
      ['changed', 'b'],
    ];
    expect(heard).toEqual(own);
    patch(peer, 'c');
    patch(peer, 'c');
    void peer.end(['b']);
    expect(heard).toEqual(own);
    clock.advance(250);
    expect(heard).toEqual([...own, ['ended', 'b'], ['changed', 'c']]);
    stop();
    void peer.end(['c']);
    clock.advance(1_000);
    expect(heard).toHaveLength(4);
    store.close();
    peer.close();
  });

  it('of the others though its own changes come before, after and in between', () => {
    const { clock, store, peer } = setUp();
    for (const id of ['a', 'b', 'c', 'd', 'e']) add(store, clock, { id });
    const { heard } = listen(store);
    patch(store, 'a');
    void peer.end(['b']);
    patch(store, 'c');
    void peer.end(['d']);
    patch(store, 'e');
    heard.length = 0;
    clock.advance(250);
    expect(heard).toEqual([['ended', 'b', 'd']]);
    clock.advance(1_000);
    expect(heard).toHaveLength(1);
    store.close();
    peer.close();
  });

  it('of a second store over the same connection', () => {
    const database = openDatabase(newPath());
    const clock = createFakeClock();
    const [store, peer] = [sqliteStore({ database, clock }), sqliteStore({ database, clock })];
    const { heard } = listen(store);
    add(peer, clock, { id: 'a' });
    void peer.end(['a']);
    clock.advance(250);
    expect(heard).toEqual([['ended', 'a']]);
    store.close();
    peer.close();
    database.close();
  });

  it('of the end of everyone, and of what a newer version may write, as everything', () => {
    const { path, clock, store, peer } = setUp();
    const { heard } = listen(store);
    void peer.endEveryone();
    clock.advance(250);
    expect(heard).toEqual(['everything']);
    const other = openDatabase(path);
    other.exec('INSERT INTO session_changes (writer, kind, session_id) VALUES (1, 9, NULL)');
    other.close();
    clock.advance(250);
    expect(heard).toEqual(['everything', 'everything']);
    store.close();
    peer.close();
  });

  it('of everything, where rows were removed before it could look', async () => {
    const path = newPath();
    const [clock, peerClock] = [createFakeClock(), createFakeClock()];
    const store = sqliteStore({ path, clock });
    const peer = sqliteStore({ path, clock: peerClock });
    const { heard } = listen(store);
    writeChanges(path, 10_600);
    await pass(peerClock, 30_100);
    clock.advance(250);
    expect(heard).toEqual(['everything']);
    // From there on it is precise again.
    add(peer, clock, { id: 'b' });
    void peer.end(['b']);
    clock.advance(250);
    expect(heard).toEqual(['everything', ['ended', 'b']]);
    store.close();
    peer.close();
  });

  it('of everything, where its first look failed', () => {
    const path = newPath();
    const clock = createFakeClock();
    const { database, trouble } = failing(openDatabase(path));
    const store = sqliteStore({ database, clock });
    trouble.is = true;
    const { heard, stop } = listen(store);
    clock.advance(500);
    expect(heard).toEqual([]);
    trouble.is = false;
    clock.advance(250);
    expect(heard).toEqual(['everything']);
    stop();
    store.close();
    database.close();
  });
});

describe('a sign of life', () => {
  it('comes at once, and then as often as it is asked for, four times a second at least', () => {
    const { clock, store, peer } = setUp();
    const signs: number[] = [];
    const start = clock.now();
    const listener = {
      ended: () => undefined,
      everything: () => undefined,
      heard: (at: number) => signs.push(at - start),
    };
    const stop = store.subscribe(listener, { heartbeat: 1_000 });
    expect(signs).toEqual([0]);
    clock.advance(500);
    expect(signs).toEqual([0, 250, 500]);
    const stopSecond = store.subscribe(
      { ended: () => undefined, everything: () => undefined },
      { heartbeat: 100 },
    );
    signs.length = 0;
    clock.advance(200);
    expect(signs).toEqual([600, 700]);
    stop();
    stopSecond();
    clock.advance(10_000);
    expect(signs).toHaveLength(2);
    store.close();
    peer.close();
  });

  it('comes no more when nobody listens, and as seldom as ever to who comes next', () => {
    const { clock, store, peer } = setUp();
    const before = clock.waiting;
    const listener = { ended: () => undefined, everything: () => undefined };
    store.subscribe(listener, { heartbeat: 25 })();
    expect(clock.waiting).toBe(before);
    let signs = 0;
    store.subscribe({ ...listener, heard: () => (signs += 1) });
    clock.advance(1_000);
    expect(signs).toBe(1 + 4);
    store.close();
    peer.close();
  });

  it('names the time at which the look began, and comes after what it found', () => {
    const { clock, store, peer } = setUp();
    add(peer, clock, { id: 'a' });
    const heard: unknown[] = [];
    const start = clock.now();
    store.subscribe({
      ended: (ids) => {
        heard.push(...ids);
        // Passing the news on takes a while.
        clock.set(clock.now() + 40);
      },
      everything: () => undefined,
      heard: (at) => heard.push(at - start),
    });
    void peer.end(['a']);
    clock.advance(250);
    expect(heard).toEqual([0, 'a', 250]);
    store.close();
    peer.close();
  });

  it('does not come from a look that failed, and nothing is missed by it', () => {
    const path = newPath();
    const clock = createFakeClock();
    const { database, trouble } = failing(openDatabase(path));
    const store = sqliteStore({ database, clock });
    const peer = sqliteStore({ path, clock });
    add(peer, clock, { id: 'a' });
    const heard: unknown[] = [];
    store.subscribe({
      ended: (ids) => heard.push(...ids),
      everything: () => heard.push('everything'),
      heard: () => heard.push('heard'),
    });
    trouble.is = true;
    void peer.end(['a']);
    clock.advance(1_000);
    expect(heard).toEqual(['heard']);
    trouble.is = false;
    clock.advance(250);
    expect(heard).toEqual(['heard', 'a', 'heard']);
    for (const one of [store, peer, database]) one.close();
  });
});

describe('the log of changes', () => {
  it('has a row for each change, and none for touches, inserts and what was refused', () => {
    const { path, clock, store, peer } = setUp();
    const database = openDatabase(path);
    const rows = (): unknown =>
      database.prepare('SELECT kind, session_id FROM session_changes WHERE number > 1').all();
    const { renewal } = makeRecord();
    add(store, clock, { id: 'a' });
    add(store, clock, { id: 'old', expiresAt: clock.now() });
    void store.touch([{ id: 'a', seen: clock.now() + 1 }]);
    void store.patch('none', { set: new Map(), remove: new Set() }, {});
    void store.patch('a', { set: new Map(), remove: new Set() }, { ifRevision: 9 });
    void store.renew('a', { ...renewal, generation: 9 }, renewal);
    void store.bind('a', 'key', null);
    void store.end(['none', 'old']);
    void store.insert(makeRecord({ id: 'a' }), { replaces: { id: 'a', until: 1 } });
    expect(rows()).toEqual([]);
    patch(store, 'a');
    void store.renew('a', renewal, renewal);
    void store.bind('a', null, 'key');
    void store.insert(makeRecord({ id: 'b' }), { replaces: { id: 'a', until: clock.now() + 1 } });
    void store.endUser('user', {});
    expect(rows()).toEqual([
      ...Array.from({ length: 4 }, () => ({ kind: 1, session_id: 'a' })),
      { kind: 0, session_id: 'a' },
      { kind: 0, session_id: 'b' },
    ]);
    for (const one of [store, peer, database]) one.close();
  });

  it('keeps its 10,000 newest rows, and loses the others in small portions', async () => {
    const { path, clock, store, peer } = setUp();
    peer.close();
    writeChanges(path, 10_600);
    const database = openDatabase(path);
    const count = database.prepare(
      'SELECT count(*) AS n, max(number) AS newest FROM session_changes',
    );
    clock.advance(30_000);
    await turn();
    expect(count.get()).toEqual({ n: 10_351, newest: 10_601 });
    await pass(clock, 100);
    expect(count.get()).toEqual({ n: 10_000, newest: 10_601 });
    await pass(clock, 60_000);
    expect(count.get()).toEqual({ n: 10_000, newest: 10_601 });
    store.close();
    database.close();
  });
});

/** A connection whose reads of the log fail while there is trouble. */
function failing(database: SqliteDatabase): {
  readonly database: SqliteDatabase;
  readonly trouble: { is: boolean };
} {
  const trouble = { is: false };
  return {
    trouble,
    database: {
      exec: (sql) => database.exec(sql),
      close: () => database.close(),
      prepare: (sql) => {
        const statement = database.prepare(sql);
        if (!sql.startsWith('SELECT') || !sql.includes('session_changes')) return statement;
        const check = (): void => {
          if (trouble.is) throw Object.assign(new Error('disk I/O error'), { errcode: 10 });
        };
        return {
          get: (...values) => (check(), statement.get(...values)),
          all: (...values) => (check(), statement.all(...values)),
          run: (...values) => statement.run(...values),
        };
      },
    },
  };
}

/** Lets time pass in steps, and what timers started finish. */
async function pass(clock: FakeClock, ms: number): Promise<void> {
  const step = Math.max(ms / 100, 1);
  for (let passed = 0; passed < ms; passed += step) {
    clock.advance(step);
    await turn();
  }
}

/** As many changes as another process would have left. */
function writeChanges(path: string, count: number): void {
  const database = openDatabase(path);
  database.exec(
    `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${count})
     INSERT INTO session_changes (writer, kind, session_id) SELECT 1, 1, 'a' FROM n`,
  );
  database.close();
}
