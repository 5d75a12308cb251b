// Two connections to one file in one process: the other one holds the lock for as long as a test likes.

import { describe, expect, it, vi } from 'vitest';

import type { SqliteDatabase } from '../../../src/stores/sqlite/driver.js';
import { openDatabase } from '../../../src/stores/sqlite/open-database.js';
import { sqliteStore, type SqliteStore } from '../../../src/stores/sqlite/session-store.js';
import { createFakeClock, type FakeClock } from '../../../src/testing/fake-clock.js';
import { makeRecord } from '../../../src/testing/session-store/make-record.js';
import { newPath } from './folder.js';

interface Locked {
  readonly clock: FakeClock;
  readonly store: SqliteStore;
  readonly other: SqliteDatabase;
}

function setUpLocked(): Locked {
  const path = newPath();
  const clock = createFakeClock();
  const store = sqliteStore({ path, clock });
  const other = openDatabase(path);
  other.exec('BEGIN IMMEDIATE');
  return { clock, store, other };
}

const insert = (store: SqliteStore, id: string) => store.insert(makeRecord({ id }), {});
const patch = (store: SqliteStore, id: string, key: string) =>
  store.patch(id, { set: new Map([[key, '1']]), remove: new Set() }, {});

describe('while another process writes', () => {
  it('a write waits without blocking, and is done when the lock is free', async () => {
    const { clock, store, other } = setUpLocked();
    const settled = vi.fn<() => void>();
    const result = Promise.resolve(insert(store, 's'));
    void result.then(settled);
    clock.advance(1_000);
    await Promise.resolve();
    expect(settled).not.toHaveBeenCalled();
    other.exec('COMMIT');
    clock.advance(20);
    expect(await result).toEqual({ ok: true, ended: [] });
    expect(store.read('s')).not.toBeNull();
    store.close();
  });

  it('reads are answered at once', () => {
    const { store, other } = setUpLocked();
    expect(store.read('s')).toBeNull();
    expect(store.list('user')).toEqual([]);
    expect(typeof store.epoch('user')).toBe('string');
    other.close();
    store.close();
  });

  it('writes keep their order, those that come later too', async () => {
    const { clock, store, other } = setUpLocked();
    const results = [
      Promise.resolve<unknown>(insert(store, 's')),
      Promise.resolve(patch(store, 's', 'a')),
      Promise.resolve(patch(store, 's', 'b')),
    ];
    clock.advance(100);
    other.exec('COMMIT');
    // The lock is free, yet this one has to stand in line: it needs what the others write.
    results.push(Promise.resolve(patch(store, 's', 'c')), Promise.resolve(store.end(['s'])));
    clock.advance(20);
    expect(await Promise.all(results)).toEqual([{ ok: true, ended: [] }, 'ok', 'ok', 'ok', ['s']]);
    expect(await patch(store, 's', 'd')).toBe('missing');
    store.close();
  });

  it('a write gives up after two seconds, and says so', async () => {
    const { clock, store, other } = setUpLocked();
    const result = Promise.resolve(insert(store, 's'));
    const failed = expect(result).rejects.toMatchObject({
      code: 'store-unavailable',
      message: 'Another process has locked the database for 2000 ms.',
    });
    clock.advance(2_050);
    await failed;
    other.exec('COMMIT');
    expect(store.read('s')).toBeNull();
    expect(await insert(store, 's')).toEqual({ ok: true, ended: [] });
    store.close();
  });

  it('a listener hears of an ending when it has happened, not before', async () => {
    const { clock, store, other } = setUpLocked();
    other.exec('COMMIT');
    await insert(store, 's');
    other.exec('BEGIN IMMEDIATE');
    const heard: string[] = [];
    store.subscribe({ ended: (ids) => heard.push(...ids), everything: () => heard.push('?') });
    const result = store.end(['s']);
    clock.advance(100);
    expect(heard).toEqual([]);
    other.exec('COMMIT');
    clock.advance(20);
    expect(await result).toEqual(['s']);
    expect(heard).toEqual(['s']);
    store.close();
  });

  it('close gives up on what waits', async () => {
    const { clock, store } = setUpLocked();
    const result = Promise.resolve(insert(store, 's'));
    store.close();
    await expect(result).rejects.toMatchObject({ code: 'store-unavailable' });
    expect(clock.waiting).toBe(0);
  });

  it('an operation that fails by itself does not wait', () => {
    const { store, other } = setUpLocked();
    other.exec('COMMIT');
    other.exec('DROP TABLE sessions');
    expect(() => insert(store, 's')).toThrow(/no such table/);
    store.close();
  });
});
