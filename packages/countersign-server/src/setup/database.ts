// The database file: sessions and accounts in one SQLite file in the data folder.

import { join } from 'node:path';

import { CountersignError, type Clock, type SessionStore } from 'countersign';
import type { AccountStore } from 'countersign/accounts';
import {
  openDatabase as openFile,
  sqliteAccountStore,
  sqliteStore,
} from 'countersign/stores/sqlite';

export interface Database {
  readonly sessions: SessionStore;
  readonly accounts: AccountStore;
  /** Resolves when the database answers. */
  probe(): Promise<void>;
  /** After the sessions were closed. */
  close(): void;
}

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
export function openDatabase(path: string, clock: Clock): Database {
  const file = openFile(path);
  const accounts = sqliteAccountStore({ database: file, clock });
  let isOpen = true;
  return {
    sessions: sqliteStore({ database: file, clock }),
    accounts: failAsUnavailable(accounts),
    // Goes to the file, unlike sessions, which are cached.
    async probe() {
      await accounts.findById('nobody');
    },
    close() {
      accounts.close();
      if (isOpen) file.close();
      isOpen = false;
    },
  };
}

/** What a failing database throws, as what it is for a visitor: a 503. */
function failAsUnavailable(store: AccountStore): AccountStore {
  const guard = async <T>(verb: () => T | Promise<T>): Promise<T> => {
    try {
      return await verb();
    } catch (cause) {
      if (cause instanceof CountersignError) throw cause;
      throw new CountersignError('store-unavailable', 'The account store failed.', { cause });
    }
  };
  return {
    create: (account) => guard(() => store.create(account)),
    findByName: (name) => guard(() => store.findByName(name)),
    findById: (userId) => guard(() => store.findById(userId)),
    setPassword: (userId, to, condition) => guard(() => store.setPassword(userId, to, condition)),
    setStatus: (userId, status) => guard(() => store.setStatus(userId, status)),
    close: () => store.close(),
  };
}
