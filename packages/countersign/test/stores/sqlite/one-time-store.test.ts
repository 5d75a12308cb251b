import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { afterAll, describe, expect, it, test } from 'vitest';

import { OneTimeTokens } from '../../../src/accounts/one-time-tokens.js';
import type { OneTimeRecord } from '../../../src/accounts/one-time-store.js';
import { prepareQuery, type SqliteDatabase } from '../../../src/stores/sqlite/driver.js';
import { sqliteOneTimeStore } from '../../../src/stores/sqlite/one-time-store.js';
import { openDatabase } from '../../../src/stores/sqlite/open-database.js';
import { sqliteStore } from '../../../src/stores/sqlite/session-store.js';
import { createFakeClock } from '../../../src/testing/fake-clock.js';
import { describeOneTimeStore } from '../../../src/testing/one-time-store-suite.js';
import { makeRecord } from '../../../src/testing/session-store/make-record.js';
import { newPath } from './folder.js';

const folder = mkdtempSync(join(tmpdir(), 'countersign-one-time-'));
let files = 0;

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function rowsIn(database: SqliteDatabase): readonly (readonly unknown[])[] {
  return prepareQuery(database, 'SELECT * FROM one_time_records').all();
}

let path = '';
describeOneTimeStore(
  'sqliteOneTimeStore',
  {
    create: () => {
      files += 1;
      path = join(folder, `${files}.db`);
      return sqliteOneTimeStore({ path });
    },
    createPeer: () => sqliteOneTimeStore({ path }),
    dump: () => {
      const database = openDatabase(path);
      const text = JSON.stringify(rowsIn(database));
      database.close();
      return text;
    },
  },
  { describe, test },
);

const START = createFakeClock().now();

function record(hash: string, fields: Partial<OneTimeRecord> = {}): OneTimeRecord {
  const expiresAt = START + 600_000;
  return { hash, kind: 'reset', subject: 'u1', expiresAt, content: '{}', ...fields };
}

describe('sqliteOneTimeStore', () => {
  it('finds records again after it was closed, and none that was taken or replaced', async () => {
    const file = newPath();
    const first = sqliteOneTimeStore({ path: file });
    await first.put(record('replaced'));
    await first.put(record('kept'), { replaces: true });
    await first.put(record('taken', { subject: null }));
    await first.take('reset', 'taken', START);
    first.close();
    const second = sqliteOneTimeStore({ path: file });
    expect(await second.read('reset', 'kept', START)).toEqual(record('kept'));
    expect(await second.read('reset', 'taken', START)).toBeNull();
    expect(await second.read('reset', 'replaced', START)).toBeNull();
    second.close();
  });

  it('has every change on the disk before it answers', async () => {
    const database = openDatabase(':memory:');
    const statements: string[] = [];
    const watched: SqliteDatabase = {
      exec: (sql) => {
        statements.push(sql);
        return database.exec(sql);
      },
      prepare: (sql) => database.prepare(sql),
      close: () => database.close(),
    };
    const store = sqliteOneTimeStore({ database: watched });
    const changes = [
      () => store.put(record('a')),
      () => store.put(record('b'), { replaces: true }),
      () => store.take('reset', 'b', START),
      () => store.removeAbout('u1'),
      () => store.removeAbout('u1', { kind: 'reset' }),
    ];
    for (const change of changes) {
      statements.length = 0;
      await change();
      expect(statements).toEqual(['PRAGMA synchronous = FULL', 'PRAGMA synchronous = NORMAL']);
    }
    store.close();
    database.close();
  });

  it('replaces nothing where the new record could not be stored', async () => {
    const database = openDatabase(':memory:');
    const store = sqliteOneTimeStore({ database });
    await store.put(record('a'));
    await store.put(record('b', { subject: 'u2' }));
    // A hash that is there already stands for any failure between the two steps.
    expect(() => store.put(record('b'), { replaces: true })).toThrow(/UNIQUE/);
    expect(await store.read('reset', 'a', START)).toEqual(record('a'));
    store.close();
    database.close();
  });

  it('removes expired records by itself, in portions', async () => {
    const clock = createFakeClock();
    const database = openDatabase(':memory:');
    const store = sqliteOneTimeStore({ database, clock });
    database.exec(`WITH RECURSIVE i(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM i WHERE n < 1200)
      INSERT INTO one_time_records SELECT 'h' || n, 'reset', NULL, ${START + 30_000}, '{}' FROM i`);
    await store.put(record('live'));
    clock.advance(29_999);
    expect(rowsIn(database)).toHaveLength(1_201);
    clock.advance(1);
    expect(rowsIn(database)).toHaveLength(701);
    // Each portion waits for a turn of the event loop, and for the promise of the one before.
    for (let i = 0; i < 2; i += 1) {
      await Promise.resolve();
      await Promise.resolve();
      clock.advance(1);
    }
    expect(rowsIn(database)).toHaveLength(1);
    store.close();
    expect(clock.waiting).toBe(0);
    database.close();
  });

  it('shares one open database with the sessions, and leaves it open', async () => {
    const database = openDatabase(':memory:');
    const sessions = sqliteStore({ database });
    const store = sqliteOneTimeStore({ database });
    await store.put(record('a'));
    await sessions.insert(makeRecord({ userId: 'u1', expiresAt: 8e15 }), {});
    store.close();
    expect(await sessions.list('u1')).toHaveLength(1);
    const again = sqliteOneTimeStore({ database });
    expect(await again.take('reset', 'a', START)).toEqual(record('a'));
    again.close();
    sessions.close();
    database.close();
  });

  it('finds records by an index, whatever they are asked by', () => {
    const database = openDatabase(':memory:');
    sqliteOneTimeStore({ database }).close();
    const planOf = (where: string): string =>
      JSON.stringify(
        prepareQuery(
          database,
          `EXPLAIN QUERY PLAN DELETE FROM one_time_records WHERE ${where}`,
        ).all(),
      );
    expect(planOf("hash = 'a' AND kind = 'b' AND expires_at > 1")).toMatch(/USING PRIMARY KEY/);
    expect(planOf("subject = 'a' AND kind = 'b'")).toMatch(/one_time_records_by_subject/);
    expect(planOf("subject = 'a'")).toMatch(/one_time_records_by_subject/);
    expect(planOf('expires_at <= 1')).toMatch(/one_time_records_by_expiry/);
    database.close();
  });

  it('leaves no token in the file, nor in the log beside it (G64, ASVS 6.5.2)', async () => {
    const file = newPath();
    const store = sqliteOneTimeStore({ path: file });
    const tokens = new OneTimeTokens(store, createFakeClock());
    const { token } = await tokens.issue('reset', { subject: 'u1', content: null });
    store.close();
    const found = readdirSync(dirname(file)).map((name) => readFileSync(join(dirname(file), name)));
    const bytes = Buffer.concat(found);
    expect(bytes.includes('one_time_records')).toBe(true);
    expect(bytes.includes(token)).toBe(false);
  });
});
