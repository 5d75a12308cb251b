// The conformance suite on one client, which a test file connects to a server of its own.

import { afterAll, beforeAll, describe, test } from 'vitest';

import type { SessionStore } from '../../../src/session/store.js';
import { redisStore } from '../../../src/stores/redis/session-store.js';
import { describeSessionStore } from '../../../src/testing/session-store-suite.js';
import type { TestClient } from './clients.js';

export function describeRedisStore(name: string, connect: () => Promise<TestClient>): void {
  const prefixes = new Map<SessionStore, string>();
  let connected: TestClient;
  let peer: TestClient;

  describe(name, () => {
    beforeAll(async () => {
      [connected, peer] = await Promise.all([connect(), connect()]);
    });
    afterAll(() => {
      connected.close();
      peer.close();
    });
    describeSessionStore(
      'redisStore',
      {
        create(clock) {
          const prefix = `test${prefixes.size}:`;
          const store = redisStore({ client: connected.client, prefix, clock });
          prefixes.set(store, prefix);
          return store;
        },
        createPeer: (store, clock) =>
          redisStore({ client: peer.client, prefix: prefixes.get(store) ?? '', clock }),
        // Ahead of the server's clock, which goes on while this one stands: the store's own look at
        // the clock decides, and the server's TTL only clears up.
        start: Date.now() + 3_600_000,
      },
      { describe, test },
    );
  });
}
