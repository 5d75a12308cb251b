import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { describe, expect, it, test } from 'vitest';

import { openDatabase } from '../../../src/stores/sqlite/open-database.js';
import { sqliteStore } from '../../../src/stores/sqlite/session-store.js';
import { makeRecord } from '../../../src/testing/session-store/make-record.js';
import { newPath } from './folder.js';

const HOUR = 3_600_000;

function errorOf(action: () => unknown): Error {
  try {
    action();
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new Error('Nothing was thrown');
}

describe('opening a file', () => {
  it('makes it, and the two beside it, readable by this user only', () => {
    const path = newPath();
    const store = sqliteStore({ path });
    void store.insert(makeRecord({ expiresAt: Date.now() + HOUR }), {});
    for (const file of [path, `${path}-wal`, `${path}-shm`]) {
      expect(statSync(file).mode & 0o777).toBe(0o600);
    }
    store.close();
  });

  it('says which directory is missing, and what to do', () => {
    const path = join(dirname(newPath()), 'missing', 'sessions.db');
    const error = errorOf(() => sqliteStore({ path }));
    expect(error).toMatchObject({ code: 'configuration' });
    expect(error.message).toContain(`${dirname(path)} is not a directory. Make it first`);
    expect(existsSync(dirname(path))).toBe(false);
  });

  it('takes no file for a directory', () => {
    const path = newPath('file');
    writeFileSync(path, '');
    expect(() => sqliteStore({ path: join(path, 'sessions.db') })).toThrow(/is not a directory/);
  });

  it('takes no directory for a file', () => {
    const path = newPath();
    mkdirSync(path);
    expect(() => sqliteStore({ path })).toThrow(/is a directory\. Name a file in it/);
  });

  test.each([
    ['an empty path', ''],
    ['a NUL', 'a\0b'],
  ])('refuses %s', (_, path) => {
    expect(() => openDatabase(path)).toThrow(expect.objectContaining({ code: 'configuration' }));
  });

  it('needs a path or a database', () => {
    expect(() => sqliteStore({})).toThrow(/^path: is not set/);
    const withoutOptions = sqliteStore as () => unknown;
    expect(withoutOptions).toThrow(/^options: is not an object of options/);
  });

  it('takes one of the two, and no option that it does not know', () => {
    const both = { path: ':memory:', database: openDatabase(':memory:') };
    expect(() => sqliteStore(both)).toThrow(/^path: is given beside `database`/);
    const misspelt: object = { file: ':memory:' };
    expect(() => sqliteStore(misspelt)).toThrow(/^file: is not an option here.*path/);
  });

  it('takes no half of a clock', () => {
    const half: object = { path: ':memory:', clock: { now: () => 0 } };
    expect(() => sqliteStore(half)).toThrow(/^clock: is not a clock. Leave it out/);
  });

  it('takes a name that looks like an address for a name', () => {
    const folder = dirname(newPath());
    const before = process.cwd();
    process.chdir(folder);
    try {
      sqliteStore({ path: 'file:sessions.db?mode=memory' }).close();
    } finally {
      process.chdir(before);
    }
    expect(existsSync(join(folder, 'file:sessions.db?mode=memory'))).toBe(true);
  });

  it('works in memory, without a file', () => {
    const store = sqliteStore({ path: ':memory:' });
    void store.insert(makeRecord({ id: 's', expiresAt: Date.now() + HOUR }), {});
    expect(store.read('s')).not.toBeNull();
    store.close();
    expect(existsSync(':memory:')).toBe(false);
  });
});

describe('a file that is not ours', () => {
  it('is refused and left alone when it is no database', () => {
    const path = newPath();
    const text = 'the accounts of 2019\n'.repeat(200);
    writeFileSync(path, text);
    expect(errorOf(() => sqliteStore({ path }))).toMatchObject({
      code: 'store-unavailable',
      cause: { message: 'file is not a database' },
    });
    expect(readFileSync(path, 'utf8')).toBe(text);
  });

  it('is refused and left alone when it belongs to another program', () => {
    const path = newPath();
    const other = openDatabase(path);
    other.exec('CREATE TABLE invoices (id INTEGER) STRICT');
    other.close();
    const before = readFileSync(path);
    expect(() => sqliteStore({ path })).toThrow(/belongs to another program/);
    expect(readFileSync(path).equals(before)).toBe(true);
  });
});
