// The conformance suite for one-time records on one client, which a test file connects to servers of its own.

import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, test } from 'vitest';

import type { OneTimeStore } from '../../../src/accounts/one-time-store.js';
import { redisOneTimeStore } from '../../../src/stores/redis/one-time-store.js';
import { describeOneTimeStore } from '../../../src/testing/one-time-store-suite.js';
import type { TestClient } from './clients.js';

/** @param ports of all masters, for a look behind the store's back */
export function describeRedisOneTimeStore(
  name: string,
  connect: () => Promise<TestClient>,
  ports: () => readonly number[],
): void {
  const prefixes = new Map<OneTimeStore, string>();
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
    describeOneTimeStore(
      'redisOneTimeStore',
      {
        create() {
          const prefix = `test${prefixes.size}:`;
          const store = redisOneTimeStore({ client: connected.client, prefix });
          prefixes.set(store, prefix);
          return store;
        },
        createPeer: (store) =>
          redisOneTimeStore({ client: peer.client, prefix: prefixes.get(store) ?? '' }),
        dump: async (store) => {
          const all = await Promise.all(ports().map((port) => contentOf(port)));
          return all
            .flat()
            .filter((line) => line.startsWith(prefixes.get(store) ?? ''))
            .join('\n');
        },
        // Ahead of the server's clock, which goes on while this one stands.
        start: Date.now() + 3_600_000,
        expiry: 'server',
      },
      { describe, test },
    );
  });
}

/** Every key of one master with what it holds. */
export async function contentOf(port: number): Promise<readonly string[]> {
  const client = new Redis({ port });
  try {
    const keys = await client.keys('*');
    return await Promise.all(
      keys
        .toSorted((a, b) => a.localeCompare(b))
        .map(async (key) => {
          const isText = (await client.type(key)) === 'string';
          const held = isText
            ? await client.get(key)
            : await client.zrange(key, '0', '-1', 'WITHSCORES');
          return `${key} = ${JSON.stringify(held)}`;
        }),
    );
  } finally {
    client.disconnect();
  }
}
