// Two doorkeepers on one PostgreSQL and one Redis, over one clock that is moved by hand.

import { createFakeClock } from 'countersign/testing';

import type { StoreUrl } from '../../src/cli/store-url.js';
import { openStores } from '../../src/setup/stores.js';
import type { Door, TestDoorOptions } from '../web/door.js';
import { makeFolder } from '../setup/folder.js';
import { openHouse } from './house.js';

export interface SharedStores {
  /** Of PostgreSQL, for accounts. */
  readonly database: string;
  /** Of Redis, for all that is short-lived; everything is in PostgreSQL without it. */
  readonly sessions?: string | undefined;
}

/** The same keys, accounts and sessions; pools, scripts and caches of their own. */
export async function openTwoHouses(
  urls: SharedStores,
  options: TestDoorOptions = {},
): Promise<readonly [Door, Door]> {
  // Redis lets records expire by its own time, so the clock stands at the time of day.
  const clock = createFakeClock(Date.now());
  const open = async (): Promise<Door> => {
    const stores = await openStores({
      database: place(urls.database),
      ...(urls.sessions === undefined ? {} : { sessions: place(urls.sessions) }),
      maxStaleness: 0,
      patience: 0,
      dataFolder: makeFolder(),
      clock,
      say: () => undefined,
    });
    // All connections at once and now: whoever comes later must not wait for them in vain (503).
    const opening = Array.from({ length: 10 }, async () => stores.accounts.findById('nobody'));
    await Promise.allSettled(opening);
    return openHouse({ ...options, stores, clock });
  };
  return [await open(), await open()];
}

function place(url: string): StoreUrl {
  return { url, place: url, flag: 'database', name: 'a test', isExposed: false };
}
