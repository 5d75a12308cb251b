import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, describe, expect, it, test } from 'vitest';

import { sqliteAccountStore } from '../../../src/stores/sqlite/account-store.js';
import { openDatabase } from '../../../src/stores/sqlite/open-database.js';
import { sqliteStore } from '../../../src/stores/sqlite/session-store.js';
import { describeAccountStore } from '../../../src/testing/account-store-suite.js';
import { makeRow, nextOf } from '../../../src/testing/account-store/account-case.js';
import { makeRecord } from '../../../src/testing/session-store/make-record.js';

const folder = mkdtempSync(join(tmpdir(), 'countersign-accounts-'));
let files = 0;

function newFile(): string {
  files += 1;
  return join(folder, `${files}.db`);
}

afterAll(() => rmSync(folder, { recursive: true, force: true }));

let path = '';
describeAccountStore(
  'sqliteAccountStore',
  {
    create: () => {
      path = newFile();
      return sqliteAccountStore({ path });
    },
    createPeer: () => sqliteAccountStore({ path }),
  },
  { describe, test },
);

describe('sqliteAccountStore', () => {
  it('finds accounts and notes again after it was closed', async () => {
    const file = newFile();
    const row = makeRow({ keys: ['a', 'b'] });
    const next = nextOf(row, { keys: ['b', 'c'] });
    const first = sqliteAccountStore({ path: file });
    await first.create(row);
    await first.replace(next);
    await first.addActivity(row.userId, { at: 1, entry: 'x' }, { keep: 5 });
    first.close();
    const second = sqliteAccountStore({ path: file });
    expect(await second.findByKey('c')).toEqual(next);
    expect(await second.findByKey('a')).toBeNull();
    expect(await second.listActivity(row.userId, 5)).toEqual([{ at: 1, entry: 'x' }]);
    second.close();
  });

  it('shares one open database with the sessions, and leaves it open', async () => {
    const database = openDatabase(':memory:');
    const sessions = sqliteStore({ database });
    const accounts = sqliteAccountStore({ database });
    const row = makeRow({ keys: ['name'] });
    await accounts.create(row);
    await sessions.insert(makeRecord({ userId: row.userId, expiresAt: 8e15 }), {});
    accounts.close();
    expect(await sessions.list(row.userId)).toHaveLength(1);
    const again = sqliteAccountStore({ database });
    expect(await again.findByKey('name')).toEqual(row);
    sessions.close();
    database.close();
  });

  it('leaves nothing of an older document in its rows', async () => {
    const database = openDatabase(':memory:');
    const store = sqliteAccountStore({ database });
    const row = makeRow({ keys: ['a', 'b'], document: '"old"' });
    await store.create(row);
    await store.replace(nextOf(row, { keys: ['b'], document: '"new"' }));
    expect(database.prepare('SELECT document FROM account_rows').all()).toEqual([
      { document: '"new"' },
    ]);
    expect(database.prepare('SELECT key, position FROM account_keys').all()).toEqual([
      { key: 'b', position: 0 },
    ]);
    database.close();
  });

  it('undoes a change that fails in the middle', async () => {
    const database = openDatabase(':memory:');
    const store = sqliteAccountStore({ database });
    const row = makeRow({ keys: ['a'] });
    await store.create(row);
    database.exec(`CREATE TRIGGER full BEFORE UPDATE ON account_rows
      BEGIN SELECT RAISE(ABORT, 'disk full'); END`);
    expect(() => store.replace(nextOf(row, { keys: ['b'] }))).toThrow(/disk full/);
    expect(await store.findById(row.userId)).toEqual(row);
    expect(await store.findByKey('b')).toBeNull();
    database.close();
  });

  it('waits for the disk with every change', async () => {
    const database = openDatabase(':memory:');
    const levels: string[] = [];
    const exec = (sql: string): unknown => {
      if (sql.startsWith('PRAGMA synchronous')) levels.push(sql);
      return database.exec(sql);
    };
    const store = sqliteAccountStore({
      database: { exec, prepare: (sql) => database.prepare(sql), close: () => database.close() },
    });
    const full = ['PRAGMA synchronous = FULL', 'PRAGMA synchronous = NORMAL'];
    const row = makeRow();
    const changes = [
      () => store.create(row),
      () => store.replace(nextOf(row)),
      () => store.addActivity(row.userId, { at: 1, entry: '' }, { keep: 1 }),
      () => store.forgetActivity(row.userId),
    ];
    for (const change of changes) {
      levels.length = 0;
      await change();
      expect(levels).toEqual(full);
    }
    database.close();
  });

  it.each(['byId', 'byKey', 'notes'] as const)('asks %s by an index alone', (name) => {
    const database = openDatabase(':memory:');
    const asked: string[] = [];
    const prepare = (sql: string): ReturnType<typeof database.prepare> => {
      asked.push(sql);
      return database.prepare(sql);
    };
    sqliteAccountStore({
      database: { prepare, exec: (sql) => database.exec(sql), close: () => database.close() },
    });
    const marks = { byId: /WHERE user_id = \?$/, byKey: /WHERE key = \?\)$/, notes: /LIMIT \?$/ };
    const sql = asked.find(
      (each) => each.includes('document') === (name !== 'notes') && marks[name].test(each),
    );
    const plan = JSON.stringify(database.prepare(`EXPLAIN QUERY PLAN ${sql ?? ''}`).all());
    expect(plan).toMatch(/SEARCH account_/);
    expect(plan).not.toMatch(/SCAN account_|TEMP B-TREE/);
    database.close();
  });
});
