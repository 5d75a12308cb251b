// What a sweep says when it cannot look: `sweeper.ts`.

import { Cluster } from 'ioredis';
import { expect, it } from 'vitest';

import { connectDriver } from '../../../src/stores/redis/connect-driver.js';
import { Keys } from '../../../src/stores/redis/keys.js';
import { Sweeper } from '../../../src/stores/redis/sweeper.js';
import { createFakeClock } from '../../../src/testing/index.js';

it('a sweep without a master to look at fails, and does not say that nothing is left', async () => {
  // As it is while all of its connections are gone.
  const cluster = new Cluster([{ host: '127.0.0.1', port: 1 }], { lazyConnect: true });
  const sweeper = new Sweeper(connectDriver(cluster), new Keys('countersign:'), createFakeClock());
  await expect(sweeper.sweep(10)).rejects.toThrow('no master');
});
