// A listener of a store that notes what it is told, and waits for it.

import { setTimeout as sleep } from 'node:timers/promises';

import type { SessionStore, StoreListener } from '../../../src/session/store.js';

export interface Hearing {
  /** `ended a,b`, `changed a`, `everything`, `lost`, `heard`; the last stands once where it came in a row. */
  readonly told: string[];
  /** The times that `heard` came with. */
  readonly heardAt: number[];
  /** Resolves when `told` ends with these; throws after half a minute. */
  ends(...last: string[]): Promise<void>;
  /** Resolves when it was told this; throws after half a minute. */
  has(what: string): Promise<void>;
  readonly stop: () => void;
}

export function listenTo(store: SessionStore, heartbeat = 50): Hearing {
  const told: string[] = [];
  const heardAt: number[] = [];
  const note = (what: string): void => {
    if (what !== 'heard' || told.at(-1) !== what) told.push(what);
  };
  const listener: StoreListener = {
    ended: (ids) => note(`ended ${ids.join()}`),
    changed: (ids) => note(`changed ${ids.join()}`),
    everything: () => note('everything'),
    heard: (at) => {
      heardAt.push(at);
      note('heard');
    },
    lost: () => note('lost'),
  };
  const until = async (check: () => boolean, wanted: string): Promise<void> => {
    for (let tries = 0; !check(); tries += 1) {
      if (tries === 3_000) throw new Error(`never told: ${wanted}; told: ${told.join(' | ')}`);
      await sleep(10);
    }
  };
  const stop = store.subscribe?.(listener, { heartbeat });
  if (stop === undefined) throw new Error('the store cannot tell');
  return {
    told,
    heardAt,
    ends: (...last) =>
      until(() => told.slice(-last.length).join('|') === last.join('|'), last.join('|')),
    has: (what) => until(() => told.includes(what), what),
    stop,
  };
}
