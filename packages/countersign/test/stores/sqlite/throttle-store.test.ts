import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { describe, expect, it, test } from 'vitest';

import { createThrottle } from '../../../src/accounts/throttle.js';
import type { ThrottleStore } from '../../../src/accounts/throttle-store.js';
import { openDatabase } from '../../../src/stores/sqlite/open-database.js';
import { sqliteStore } from '../../../src/stores/sqlite/session-store.js';
import { sqliteThrottleStore } from '../../../src/stores/sqlite/throttle-store.js';
import { createFakeClock } from '../../../src/testing/fake-clock.js';
import { describeThrottleStore } from '../../../src/testing/throttle-store-suite.js';
import { expectSameAsMemory } from '../throttle-model.js';
import { newPath } from './folder.js';

const folders = new Map<ThrottleStore, string>();
const pathOf = (store: ThrottleStore): string => join(folders.get(store) ?? '', 'throttle.db');

function create(): ThrottleStore {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-'));
  const store = sqliteThrottleStore({ path: join(folder, 'throttle.db') });
  folders.set(store, folder);
  return store;
}

describeThrottleStore(
  'sqliteThrottleStore',
  {
    create,
    createPeer: (store) => sqliteThrottleStore({ path: pathOf(store) }),
    dispose: (store) => rmSync(folders.get(store) ?? '', { recursive: true, force: true }),
  },
  { describe, test },
);

describe('sqliteThrottleStore', () => {
  it('answers as the one in memory does, whatever is done to it', async () => {
    const store = sqliteThrottleStore({ path: newPath() });
    await expectSameAsMemory(store, { runs: 100 });
    store.close();
  });

  it('remembers the failures of an account over a restart', async () => {
    const path = newPath();
    const clock = createFakeClock();
    const first = sqliteThrottleStore({ path });
    const before = createThrottle({ store: first, clock });
    for (let i = 0; i < 5; i += 1) await before.begin({ account: 'ada' });
    first.close();
    const second = sqliteThrottleStore({ path });
    const after = createThrottle({ store: second, clock });
    expect(await after.begin({ account: 'ada' })).toMatchObject({ retryAfterMs: 1_000 });
    second.close();
  });

  it('shares an open database with sessions, and leaves it open', async () => {
    const database = openDatabase(newPath());
    const sessions = sqliteStore({ database });
    const store = sqliteThrottleStore({ database });
    expect(await createThrottle({ store }).begin({ account: 'ada' })).toMatchObject({ ok: true });
    store.close();
    expect(sessions.list('ada')).toEqual([]);
    sessions.close();
    database.close();
  });

  it('tells who has to wait without a lock or a write', async () => {
    const path = newPath();
    const store = sqliteThrottleStore({ path });
    const throttle = createThrottle({ store, clock: createFakeClock() });
    for (let i = 0; i < 5; i += 1) await throttle.begin({ account: 'ada' });
    const other = openDatabase(path);
    other.exec('BEGIN IMMEDIATE');
    expect(await throttle.begin({ account: 'ada' })).toMatchObject({ retryAfterMs: 1_000 });
    other.exec('ROLLBACK');
    other.close();
    store.close();
  });
});
