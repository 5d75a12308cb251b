// The conformance suite on near-caches in front of Redis: two processes' worth of them.

import { afterAll, beforeAll, describe, test } from 'vitest';

import type { Clock } from '../../../src/clock.js';
import type { SessionStore } from '../../../src/session/store.js';
import { nearCache } from '../../../src/stores/near-cache/near-cache.js';
import { redisStore } from '../../../src/stores/redis/session-store.js';
import { describeSessionStore } from '../../../src/testing/session-store-suite.js';
import { startRedisCluster, type RedisCluster } from '../../services/redis-cluster.js';
import { startRedis, type RedisServer } from '../../services/redis-server.js';
import {
  ioRedis,
  ioRedisCluster,
  nodeRedis,
  nodeRedisCluster,
  type TestClient,
} from '../redis/clients.js';

let server: RedisServer;
let cluster: RedisCluster;

beforeAll(async () => {
  [server, cluster] = await Promise.all([startRedis(), startRedisCluster()]);
});

afterAll(() => Promise.all([server.stop(), cluster.stop()]));

const CLIENTS: Readonly<Record<string, () => Promise<TestClient>>> = {
  'node-redis': () => nodeRedis(server.port),
  ioredis: () => ioRedis(server.port),
  'node-redis in a Cluster': () => nodeRedisCluster(cluster.ports),
  'ioredis in a Cluster': () => ioRedisCluster(cluster.ports),
};

describe.each(Object.entries(CLIENTS))('%s', (name, connect) => {
  const nodes: TestClient[] = [];
  const prefixes = new Map<SessionStore, string>();
  const open = (index: number, prefix: string, clock: Clock): SessionStore => {
    const node = nodes[index];
    if (node === undefined) throw new Error('The clients are not connected yet');
    const store = redisStore({ client: node.client, prefix, clock });
    // Time passes faster in these tests than answers come.
    return nearCache(store, { clock, maxStaleness: '20s' });
  };

  beforeAll(async () => {
    nodes.push(await connect(), await connect());
  });
  afterAll(() => {
    for (const node of nodes) node.close();
  });

  describeSessionStore(
    `nearCache over redisStore on ${name}`,
    {
      create(clock) {
        const prefix = `${name}${prefixes.size}:`.replaceAll(' ', '-');
        const store = open(0, prefix, clock);
        prefixes.set(store, prefix);
        return store;
      },
      createPeer: (store, clock) => open(1, prefixes.get(store) ?? '', clock),
      // Ahead of the server's clock, which goes on while this one stands.
      start: Date.now() + 3_600_000,
    },
    { describe, test },
  );
});
