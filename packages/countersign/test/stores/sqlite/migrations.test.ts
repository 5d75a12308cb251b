import { describe, expect, it } from 'vitest';

import { prepareQuery, type SqliteDatabase } from '../../../src/stores/sqlite/driver.js';
import { migrate, MIGRATIONS } from '../../../src/stores/sqlite/migrations.js';
import { openDatabase } from '../../../src/stores/sqlite/open-database.js';
import { sqliteStore } from '../../../src/stores/sqlite/session-store.js';
import { createFakeClock } from '../../../src/testing/fake-clock.js';
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
