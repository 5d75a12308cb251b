import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, describe, expect, it, test } from 'vitest';

import { sqliteAccountStore } from '../../../src/stores/sqlite/account-store.js';
import { openDatabase } from '../../../src/stores/sqlite/open-database.js';
import { sqliteStore } from '../../../src/stores/sqlite/session-store.js';
import { describeAccountStore } from '../../../src/testing/account-store-suite.js';
import { makeAccount } from '../../../src/testing/account-store/account-case.js';
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
  it('finds accounts again after it was closed', async () => {
    const file = newFile();
    const account = makeAccount();
    const first = sqliteAccountStore({ path: file });
    await first.create(account);
    await first.setStatus(account.userId, 'disabled');
    first.close();
    const second = sqliteAccountStore({ path: file });
    expect(await second.findById(account.userId)).toEqual({ ...account, status: 'disabled' });
    second.close();
  });

  it('shares one open database with the sessions, and leaves it open', async () => {
    const database = openDatabase(':memory:');
    const sessions = sqliteStore({ database });
    const accounts = sqliteAccountStore({ database });
    const account = makeAccount();
    await accounts.create(account);
    await sessions.insert(makeRecord({ userId: account.userId, expiresAt: 8e15 }), {});
    accounts.close();
    expect(await sessions.list(account.userId)).toHaveLength(1);
    const again = sqliteAccountStore({ database });
    expect(await again.findByName(account.canonicalName)).toEqual(account);
    sessions.close();
    database.close();
  });

  it('leaves nothing of a deleted account’s password behind its row', async () => {
    const database = openDatabase(':memory:');
    const store = sqliteAccountStore({ database });
    const account = makeAccount();
    await store.create(account);
    await store.setStatus(account.userId, 'deleted');
    const row = database.prepare('SELECT * FROM accounts').get();
    expect(row).toMatchObject({
      status: 'deleted',
      password_phc: null,
      password_changed_at: null,
      password_version: null,
    });
    database.close();
  });

  it('lets nobody sign in with a status that it does not know', async () => {
    const database = openDatabase(':memory:');
    const store = sqliteAccountStore({ database });
    const account = makeAccount();
    await store.create(account);
    database.exec("UPDATE accounts SET status = 'from the future'");
    expect(() => store.findById(account.userId)).toThrow(/status/);
    database.close();
  });
});
