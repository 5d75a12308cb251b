import { expect, it } from 'vitest';

import { StoreListeners } from '../../../src/stores/listeners.js';
import { Announcements } from '../../../src/stores/redis/announcements.js';
import type { RedisMaster } from '../../../src/stores/redis/driver.js';
import { Keys } from '../../../src/stores/redis/keys.js';
import { createFakeClock } from '../../../src/testing/fake-clock.js';

/** Lets everything run that waits for promises only. */
const settle = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

it('a client that never says who the masters are is asked again', async () => {
  const clock = createFakeClock(1_000);
  const told: string[] = [];
  const tell = new StoreListeners();
  tell.add({
    ended: () => undefined,
    everything: () => told.push('everything'),
    heard: (at) => told.push(`heard ${at}`),
  });
  const master: RedisMaster = {
    address: 'a',
    send: () => Promise.resolve(null),
    link: () => ({
      open: () => Promise.resolve(),
      ping: () => Promise.resolve(true),
      send: () => Promise.resolve(null),
      close: () => undefined,
    }),
  };
  let asked = 0;
  const announcements = new Announcements({
    driver: {
      isCluster: false,
      send: () => Promise.resolve(null),
      getBoth: () => Promise.resolve([]),
      masters: () => {
        asked += 1;
        return asked === 1 ? new Promise(() => undefined) : Promise.resolve([master]);
      },
    },
    keys: new Keys('a:'),
    clock,
    tell,
    warn: () => undefined,
  });
  announcements.start(100);
  await settle();
  clock.advance(5_000);
  await settle();
  clock.advance(50);
  await settle();
  expect([asked, told]).toEqual([2, ['everything', 'heard 6050']]);
  announcements.stop();
  expect(clock.waiting).toBe(0);
});
