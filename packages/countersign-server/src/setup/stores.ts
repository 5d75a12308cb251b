// Opens the stores that the operator chose, and puts a near-cache before those on other machines. The
// drivers of servers are loaded only where a server is named.

import type { Clock, SessionStore } from 'countersign';
import type { AccountStore, OneTimeStore, ThrottleStore } from 'countersign/accounts';
import { nearCache } from 'countersign/stores/near-cache';

import type { StoreOptions } from '../cli/store-options.js';
import { databasePath, openDatabase } from './database.js';
import type { OpenedDatabase, OpenedSessions, Opening } from './opened.js';
import { withinTime } from './within-time.js';

/** What the doorkeeper stands on. */
export interface Stores {
  readonly sessions: SessionStore;
  readonly accounts: AccountStore;
  /** Where sessions are, as they are as short-lived. */
  readonly oneTime: OneTimeStore;
  readonly throttle: ThrottleStore;
  /** Which of the stores do not answer. */
  probe(): Promise<readonly StoreName[]>;
  /** After the sessions were closed. */
  close(): Promise<void>;
}

/** `database`: accounts, and all that is short-lived, unless `sessions` is a place of its own. */
export type StoreName = 'database' | 'sessions';

/** An id that no session has, in the shape of one. */
const NOBODY = 'A'.repeat(24);

export type OpenStoresOptions = StoreOptions &
  Omit<Opening, 'patience'> & {
    /** Where SQLite's file is. */
    readonly dataFolder: string;
  };

/**
 * @throws Mistake when a server cannot be used
 * @throws CountersignError when a file cannot, or a schema
 */
export async function openStores(options: OpenStoresOptions): Promise<Stores> {
  const database = await openDatabaseOf(options);
  try {
    const elsewhere = await openSessionsOf(options);
    const { maxStaleness, clock } = options;
    return joinStores({ database, elsewhere, maxStaleness, clock });
  } catch (cause) {
    await database.close();
    throw cause;
  }
}

async function openDatabaseOf(options: OpenStoresOptions): Promise<OpenedDatabase> {
  const { database, dataFolder, clock } = options;
  if (database === undefined) return openDatabase(databasePath(dataFolder), clock);
  const { openPostgres } = await import('./postgres.js');
  return openPostgres(database, options);
}

async function openSessionsOf(options: OpenStoresOptions): Promise<OpenedSessions | undefined> {
  if (options.sessions === undefined) return undefined;
  const { openRedis } = await import('./redis.js');
  return openRedis(options.sessions, options);
}

/** What is open, and how it shall be used. */
export interface Parts {
  readonly database: OpenedDatabase;
  /** Where sessions and all that is short-lived are, if not in the database. */
  readonly elsewhere?: OpenedSessions | undefined;
  /** As of `StoreOptions`. */
  readonly maxStaleness: number;
  readonly clock: Clock;
}

export function joinStores({ database, elsewhere, maxStaleness, clock }: Parts): Stores {
  const { accounts } = database;
  const { sessions, oneTime, throttle } = elsewhere ?? database;
  const checks: readonly StoreCheck[] = [
    // Goes to the disk or the server, unlike sessions, which may be cached.
    { name: 'database', ask: () => accounts.findById('nobody') },
    ...(elsewhere === undefined
      ? []
      : [{ name: 'sessions', ask: () => askFresh(sessions) } as const]),
  ];
  return {
    sessions:
      sessions.remote && maxStaleness > 0
        ? nearCache(sessions, { maxStaleness: `${maxStaleness}ms`, clock })
        : sessions,
    accounts,
    oneTime,
    throttle,
    async probe() {
      const down = await Promise.all(checks.map((check) => nameIfDown(check, clock)));
      return down.flat();
    },
    async close() {
      await elsewhere?.close();
      await database.close();
    },
  };
}

interface StoreCheck {
  readonly name: StoreName;
  readonly ask: () => unknown;
}

async function nameIfDown({ name, ask }: StoreCheck, clock: Clock): Promise<readonly StoreName[]> {
  try {
    await withinTime(clock, ask);
    return [];
  } catch {
    return [name];
  }
}

function askFresh(sessions: SessionStore): ReturnType<SessionStore['read']> {
  return sessions.read(NOBODY, { fresh: true });
}
