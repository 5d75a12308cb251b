import { describe, expect, it } from 'vitest';

import { accountOf, rowOf } from '../../../src/accounts/account-document.js';
import { ACCOUNTS_AS_ROWS } from '../../../src/stores/sqlite/account-migration.js';
import { sqliteAccountStore } from '../../../src/stores/sqlite/account-store.js';
import { prepareQuery, type SqliteDatabase } from '../../../src/stores/sqlite/driver.js';
import { toColumn } from '../../../src/stores/sqlite/exact-text.js';
import { migrate, MIGRATIONS } from '../../../src/stores/sqlite/migrations.js';
import { openDatabase } from '../../../src/stores/sqlite/open-database.js';
import { sqliteStore } from '../../../src/stores/sqlite/session-store.js';
import { createFakeClock } from '../../../src/testing/fake-clock.js';
import { carriedOver, OLD_ACCOUNTS } from '../old-accounts.js';
import { newPath } from './folder.js';

const FIRST = 'CREATE TABLE one (a INTEGER NOT NULL) STRICT; INSERT INTO one VALUES (1)';
const SECOND = 'ALTER TABLE one ADD COLUMN b INTEGER NOT NULL DEFAULT 2';

function version(database: SqliteDatabase): unknown {
  return prepareQuery(database, 'PRAGMA user_version').one()?.[0];
}

function rows(database: SqliteDatabase): unknown {
  return prepareQuery(database, 'SELECT * FROM one').all();
}

describe('migrations', () => {
  it('take a new file through every step, and count them', () => {
    const database = openDatabase(':memory:');
    migrate(database);
    expect(version(database)).toBe(MIGRATIONS.length);
    migrate(database);
    expect(version(database)).toBe(MIGRATIONS.length);
  });

  it('take an older file through the missing steps only', () => {
    const database = openDatabase(':memory:');
    migrate(database, [FIRST]);
    expect(rows(database)).toEqual([[1]]);
    migrate(database, [FIRST, SECOND]);
    expect(rows(database)).toEqual([[1, 2]]);
    expect(version(database)).toBe(2);
  });

  it('take a file of the layout before the log of changes along, with its sessions', () => {
    const database = openDatabase(':memory:');
    migrate(database, MIGRATIONS.slice(0, 2));
    const clock = createFakeClock();
    database.exec(
      `INSERT INTO user_epochs VALUES ('user', 'raised', ${clock.now()});
       UPDATE session_state SET endings = 7`,
    );
    const store = sqliteStore({ database, clock });
    expect(store.epoch('user')).toBe('raised');
    expect(prepareQuery(database, 'SELECT * FROM session_state').one()).toHaveLength(1);
    expect(prepareQuery(database, 'SELECT * FROM session_changes').all()).toEqual([
      [1, 0, 2, null],
    ]);
    store.close();
  });

  it('make rows of the accounts of the layout before them, whatever text is in them', async () => {
    const path = newPath('accounts.db');
    const database = openDatabase(path);
    migrate(database, MIGRATIONS.slice(0, MIGRATIONS.indexOf(ACCOUNTS_AS_ROWS)));
    // A NUL too: the columns could hold it.
    const nul = OLD_ACCOUNTS.slice(0, 1).map((account) => ({
      ...account,
      userId: 'a\0b\\0',
      name: '\0\\\0',
      canonicalName: '\\0\0 0',
    }));
    const old = [...OLD_ACCOUNTS, ...nul];
    const insert = database.prepare('INSERT INTO accounts VALUES (?, ?, ?, ?, ?, ?, ?, ?)');
    for (const { userId, name, canonicalName, status, createdAt, password } of old) {
      insert.run(
        ...[userId, name, canonicalName].map(toColumn),
        status,
        createdAt,
        password && toColumn(password.phc),
        password && password.changedAt,
        password && password.version,
      );
    }
    database.close();

    const store = sqliteAccountStore({ path });
    for (const account of old) {
      const row = await store.findById(account.userId);
      expect(row).toEqual(rowOf(carriedOver(account)));
      expect(row && accountOf(row)).toEqual(carriedOver(account));
      expect(await store.findByKey(`sign-in:${account.canonicalName}`)).toEqual(row);
    }
    store.close();
    const newest = openDatabase(path);
    const count = 'SELECT (SELECT count(*) FROM account_rows), (SELECT count(*) FROM account_keys)';
    expect(prepareQuery(newest, count).one()).toEqual([old.length, old.length]);
    expect(() => prepareQuery(newest, 'SELECT * FROM accounts')).toThrow(/no such table/);
    newest.close();
  });

  it('leave nothing behind when a step fails', () => {
    const database = openDatabase(':memory:');
    expect(() => migrate(database, [FIRST, 'not SQL'])).toThrow(/syntax error/);
    expect(version(database)).toBe(0);
    expect(() => rows(database)).toThrow(/no such table/);
    migrate(database, [FIRST, SECOND]);
    expect(rows(database)).toEqual([[1, 2]]);
  });

  it('refuse a file of a newer version, and say what to do', () => {
    const path = newPath();
    const database = openDatabase(path);
    migrate(database, [...MIGRATIONS, FIRST]);
    database.close();
    expect(() => sqliteStore({ path })).toThrow(
      expect.objectContaining({
        code: 'configuration',
        message: `database: the file has layout ${MIGRATIONS.length + 1}, and this version of Countersign knows up to ${MIGRATIONS.length}. Upgrade Countersign, or restore the copy from before the upgrade`,
      }),
    );
  });

  it('refuse a database with a version of its own', () => {
    const database = openDatabase(':memory:');
    database.exec('PRAGMA user_version = 1');
    expect(() => migrate(database)).toThrow(/belongs to another program/);
  });

  it('make strict tables only', () => {
    const database = openDatabase(':memory:');
    migrate(database);
    const loose = prepareQuery(
      database,
      "SELECT name FROM pragma_table_list WHERE schema = 'main' AND strict = 0 AND name NOT LIKE 'sqlite_%'",
    );
    expect(loose.all()).toEqual([]);
  });
});
