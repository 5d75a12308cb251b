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

  it('tells whatever breaks in it as what it is for a visitor: not available', async () => {
    const path = databasePath(makeFolder());
    const clock = createFakeClock();
    const database = openDatabase(path, clock);
    const stores = joinStores({ database, maxStaleness: 0, clock });
    expect(await stores.probe()).toEqual([]);
    const vandal = openFile(path);
    vandal.exec('DROP TABLE account_rows');
    vandal.close();
    await expect(stores.accounts.findByKey('sign-in:ada')).rejects.toMatchObject({
      code: 'store-unavailable',
      cause: { message: expect.stringContaining('account_rows') as unknown },
    });
    expect(await stores.probe()).toEqual(['database']);
    await stores.close();
  });

  it('can be closed twice', async () => {
    const database = openDatabase(':memory:', createFakeClock());
    await database.close();
    await expect(database.close()).resolves.toBeUndefined();
  });
});
