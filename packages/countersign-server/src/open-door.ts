// Puts sessions and accounts together as the doorkeeper wants them.

import { createSessions, type Clock } from 'countersign';
import { createAccounts, createPasswordPolicy, type PasswordHasher } from 'countersign/accounts';

import { accountEvents, sessionEvents } from './event-log.js';
import { errorFields, type Log } from './log.js';
import type { Stores } from './setup/stores.js';
import { loadAssets } from './web/assets.js';
import type { Doorkeeper, DoorkeeperData } from './web/doorkeeper.js';

/** What anyone would try in a password here (ASVS 6.1.2). */
const CONTEXT_WORDS = ['countersign', 'doorkeeper'];

export interface DoorOptions {
  readonly stores: Pick<Stores, 'sessions' | 'accounts'>;
  readonly hasher: PasswordHasher;
  /** For the key ring, newest first. */
  readonly secrets: readonly string[];
  readonly log: Log;
  readonly clock: Clock;
}

/** @throws CountersignError `configuration` for keys that are none */
export function openDoor({ stores, hasher, secrets, log, clock }: DoorOptions): Doorkeeper {
  return {
    sessions: createSessions<DoorkeeperData>({
      store: stores.sessions,
      keys: secrets,
      on: sessionEvents(log),
      clock,
    }),
    accounts: createAccounts({
      store: stores.accounts,
      hasher,
      keys: secrets,
      policy: createPasswordPolicy({ contextWords: CONTEXT_WORDS }),
      on: accountEvents(log),
      clock,
    }),
    assets: loadAssets(),
    clock,
    log,
  };
}

/** Stores what is still to be stored. A store that is down keeps nobody from stopping. */
export async function closeDoor({ sessions, log }: Doorkeeper): Promise<void> {
  try {
    await sessions.close();
  } catch (cause) {
    log.warning('last-seen-lost', errorFields(cause));
  }
}
