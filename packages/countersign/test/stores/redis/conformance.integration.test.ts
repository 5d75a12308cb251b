import { createClient } from 'redis';
import { afterAll, beforeAll, describe, test } from 'vitest';

import type { Clock } from '../../../src/clock.js';
import type { SessionStore } from '../../../src/session/store.js';
import { redisStore } from '../../../src/stores/redis/session-store.js';
import { describeSessionStore } from '../../../src/testing/session-store-suite.js';
import { startRedis, type RedisServer } from '../../services/redis-server.js';

let server: RedisServer;
let client: ReturnType<typeof createClient>;
const prefixes = new Map<SessionStore, string>();
let count = 0;

beforeAll(async () => {
  server = await startRedis();
  client = createClient({ url: server.url });
  await client.connect();
});

afterAll(async () => {
  client.destroy();
  await server.stop();
});

function create(clock: Clock): SessionStore {
  const prefix = `test${(count += 1)}:`;
  const store = redisStore({ client, prefix, clock });
  prefixes.set(store, prefix);
  return store;
}

describeSessionStore(
  'redisStore',
  {
    create,
    createPeer: (store, clock) => redisStore({ client, prefix: prefixes.get(store) ?? '', clock }),
    // Ahead of the server's clock, which goes on while this one stands: the store's own look at the
    // clock decides, and the server's TTL only clears up.
    start: Date.now() + 3_600_000,
  },
  { describe, test },
);
