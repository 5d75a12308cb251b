// The races over a Redis Cluster of three masters, with both clients.

import { Cluster } from 'ioredis';
import { createCluster } from 'redis';
import { afterAll, beforeAll } from 'vitest';

import type { TestClient } from '../stores/redis/clients.js';
import { startRedisCluster, type RedisCluster } from '../services/redis-cluster.js';
import { nearCached } from './near-cached.js';
import { describeRaces } from './race-suite.js';
import { redisSetting, type Ways } from './redis-setting.js';

let cluster: RedisCluster;

beforeAll(async () => {
  cluster = await startRedisCluster();
});

afterAll(async () => cluster.stop());

const ignore = (): void => undefined;

/** The servers name each other by their own ports: each has to be found by the way there. */
function addressesOf(ways: Ways): Record<string, { readonly host: string; readonly port: number }> {
  return Object.fromEntries(
    [...ways].map(([port, way]) => [`127.0.0.1:${port}`, { host: '127.0.0.1', port: way }]),
  );
}

const CLIENTS: Readonly<Record<string, (ways: Ways) => Promise<TestClient>>> = {
  'node-redis': async (ways) => {
    const client = createCluster({
      rootNodes: [...ways.values()].map((port) => ({ url: `redis://127.0.0.1:${port}` })),
      nodeAddressMap: addressesOf(ways),
    });
    client.on('error', ignore);
    await client.connect();
    return { client, close: () => client.destroy() };
  },
  ioredis: async (ways) => {
    const client = new Cluster(
      [...ways.values()].map((port) => ({ host: '127.0.0.1', port })),
      { lazyConnect: true, natMap: addressesOf(ways) },
    );
    client.on('error', ignore);
    await client.connect();
    return { client, close: () => client.disconnect() };
  },
};

for (const [name, connect] of Object.entries(CLIENTS)) {
  const setting = redisSetting({
    name: `Redis Cluster by ${name}`,
    ports: () => cluster.ports,
    connect,
  });
  describeRaces(setting);
  describeRaces(nearCached(setting));
}
