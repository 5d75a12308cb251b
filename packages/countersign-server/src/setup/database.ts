// The database file: everything in one SQLite file in the data folder.

import { join } from 'node:path';

import type { Clock } from 'countersign';
import {
  openDatabase as openFile,
  sqliteAccountStore,
  sqliteOneTimeStore,
  sqliteStore,
  sqliteThrottleStore,
} from 'countersign/stores/sqlite';

import type { OpenedDatabase } from './opened.js';

const NAME = 'countersign.db';

/** The file in a data folder. */
export function databasePath(folder: string): string {
  return join(folder, NAME);
}

/**
 * Opens the file, or makes it (0600), and brings it to the newest layout.
 * @param path `:memory:` for one that is gone after closing
 * @throws CountersignError when the file cannot be used
 */
export function openDatabase(path: string, clock: Clock): OpenedDatabase {
  const file = openFile(path);
  const accounts = sqliteAccountStore({ database: file, clock });
  const oneTime = sqliteOneTimeStore({ database: file, clock });
  const throttle = sqliteThrottleStore({ database: file, clock });
  let isOpen = true;
  return {
    sessions: sqliteStore({ database: file, clock }),
    accounts,
    oneTime,
    throttle,
    close() {
      for (const store of [accounts, oneTime, throttle]) store.close();
      if (isOpen) file.close();
      isOpen = false;
      return Promise.resolve();
    },
  };
}
