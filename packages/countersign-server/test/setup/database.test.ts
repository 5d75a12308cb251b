import { statSync } from 'node:fs';

import { openDatabase as openFile } from 'countersign/stores/sqlite';
import { createFakeClock } from 'countersign/testing';
import { describe, expect, it } from 'vitest';

import { databasePath, openDatabase } from '../../src/setup/database.js';
import { makeFolder } from './folder.js';

describe('the database', () => {
  it('is made for its user alone, in the data folder', () => {
    const folder = makeFolder();
    const path = databasePath(folder);
    openDatabase(path, createFakeClock()).close();
    expect(path).toBe(`${folder}/countersign.db`);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('tells whatever breaks in it as what it is for a visitor: not available', async () => {
    const path = databasePath(makeFolder());
    const database = openDatabase(path, createFakeClock());
    await database.probe();
    const vandal = openFile(path);
    vandal.exec('DROP TABLE accounts');
    vandal.close();
    await expect(database.accounts.findByName('ada')).rejects.toMatchObject({
      code: 'store-unavailable',
      cause: { message: expect.stringContaining('accounts') as unknown },
    });
    await expect(database.probe()).rejects.toThrow();
    database.close();
  });

  it('can be closed twice', () => {
    const database = openDatabase(':memory:', createFakeClock());
    database.close();
    expect(() => database.close()).not.toThrow();
  });
});
