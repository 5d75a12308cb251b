import { statSync } from 'node:fs';

import { openDatabase as openFile } from 'countersign/stores/sqlite';
import { createFakeClock } from 'countersign/testing';
import { describe, expect, it } from 'vitest';

import { databasePath, openDatabase } from '../../src/setup/database.js';
import { joinStores } from '../../src/setup/stores.js';
import { makeFolder } from './folder.js';

describe('the database', () => {
  it('is made for its user alone, in the data folder', async () => {
    const folder = makeFolder();
    const path = databasePath(folder);
    await openDatabase(path, createFakeClock()).close();
    expect(path).toBe(`${folder}/countersign.db`);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('that is broken is one that is down', async () => {
    const path = databasePath(makeFolder());
    const clock = createFakeClock();
    const database = openDatabase(path, clock);
    const stores = joinStores({ database, maxStaleness: 0, clock });
    expect(await stores.probe()).toEqual([]);
    const vandal = openFile(path);
    vandal.exec('DROP TABLE account_rows');
    vandal.close();
    expect(() => stores.accounts.findByKey('sign-in:ada')).toThrow(/account_rows/);
    expect(await stores.probe()).toEqual(['database']);
    await stores.close();
  });

  it('can be closed twice', async () => {
    const database = openDatabase(':memory:', createFakeClock());
    await database.close();
    await expect(database.close()).resolves.toBeUndefined();
  });
});
