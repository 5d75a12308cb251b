// What a store has told a listener, in order, and waiting for it.

import { setTimeout as sleep } from 'node:timers/promises';

import { expect } from 'vitest';

import type { SessionStore } from '../../../src/session/store.js';

export interface Heard {
  readonly events: string[];
  /** The `at` of the last `heard`. */
  at: number;
  readonly stop: () => void;
}

/** Subscribes; `events` has `lost`, `everything`, `heard`, `ended <id>` and `changed <id>`. */
export function listen(store: SessionStore, heartbeat = 100): Heard {
  const events: string[] = [];
  const note = (text: string): void => void events.push(text);
  const heard: { events: string[]; at: number; stop: () => void } = {
    events,
    at: 0,
    stop: () => undefined,
  };
  heard.stop =
    store.subscribe?.(
      {
        ended: (ids) => ids.forEach((id) => note(`ended ${id}`)),
        changed: (ids) => ids.forEach((id) => note(`changed ${id}`)),
        everything: () => note('everything'),
        heard: (at) => {
          heard.at = at;
          note('heard');
        },
        lost: () => note('lost'),
      },
      { heartbeat },
    ) ?? heard.stop;
  return heard;
}

/** Waits for real time to bring it about; fails with `what` after half a minute. */
export async function until(what: string, check: () => boolean | Promise<boolean>): Promise<void> {
  const end = performance.now() + 30_000;
  while (!(await check())) {
    if (performance.now() > end) expect.fail(`never happened: ${what}`);
    await sleep(5);
  }
}
