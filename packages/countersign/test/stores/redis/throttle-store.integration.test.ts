import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';

import type { ThrottleStore } from '../../../src/accounts/throttle-store.js';
import { createThrottle } from '../../../src/accounts/throttle.js';
import { redisThrottleStore } from '../../../src/stores/redis/throttle-store.js';
import { createFakeClock } from '../../../src/testing/fake-clock.js';
import { describeThrottleStore } from '../../../src/testing/throttle-store-suite.js';
import { startRedisCluster, type RedisCluster } from '../../services/redis-cluster.js';
import { redisCommand } from '../../services/redis-command.js';
import { startRedis, type RedisServer } from '../../services/redis-server.js';
import { expectSameAsMemory } from '../throttle-model.js';
import {
  ioRedis,
  ioRedisCluster,
  ioRedisSentinel,
  nodeRedis,
  nodeRedisCluster,
  nodeRedisSentinel,
  type TestClient,
} from './clients.js';
import { startSentinel } from './sentinel.js';

let server: RedisServer | undefined;
let cluster: RedisCluster | undefined;

beforeAll(async () => {
  [server, cluster] = await Promise.all([startRedis(), startRedisCluster()]);
});

afterAll(async () => {
  await Promise.all([server?.stop(), cluster?.stop()]);
});

const CLIENTS: readonly (readonly [string, () => Promise<TestClient>])[] = [
  ['node-redis', () => nodeRedis(server?.port ?? 0)],
  ['ioredis', () => ioRedis(server?.port ?? 0)],
  ['node-redis in a Cluster', () => nodeRedisCluster(cluster?.ports ?? [])],
  ['ioredis in a Cluster', () => ioRedisCluster(cluster?.ports ?? [])],
];

describe.each(CLIENTS)('%s', (name, connect) => {
  const prefixes = new Map<ThrottleStore, string>();
  let connected: TestClient;
  let peer: TestClient;

  beforeAll(async () => {
    [connected, peer] = await Promise.all([connect(), connect()]);
  });
  afterAll(() => {
    connected.close();
    peer.close();
  });

  describeThrottleStore(
    'redisThrottleStore',
    {
      create() {
        const prefix = `${name.replaceAll(/\W/g, '')}${prefixes.size}:`;
        const store = redisThrottleStore({ client: connected.client, prefix });
        prefixes.set(store, prefix);
        return store;
      },
      createPeer: (store) =>
        redisThrottleStore({ client: peer.client, prefix: prefixes.get(store) ?? '' }),
      expiry: 'server',
    },
    { describe, test },
  );
});

describe('redisThrottleStore', () => {
  let client: TestClient;

  beforeAll(async () => {
    client = await nodeRedis(server?.port ?? 0);
  });
  afterAll(() => client.close());

  /** How long the server keeps the one key that begins so. */
  const keptFor = async (prefix: string): Promise<number> =>
    Number(
      await redisCommand(
        server?.port ?? 0,
        `EVAL "return redis.call('PTTL', redis.call('KEYS', '${prefix}*')[1])" 0`,
      ),
    );

  it('answers as the one in memory does, whatever is done to it', async () => {
    const store = redisThrottleStore({ client: client.client, prefix: 'model:' });
    await expectSameAsMemory(store, { runs: 200 });
  });

  it('lets the server drop a counter an hour after it is over, and keeps it till then', async () => {
    const prefix = 'expiry:';
    const store = redisThrottleStore({ client: client.client, prefix });
    const throttle = createThrottle({ store, clock: createFakeClock(), closeAfter: 3 });
    const hour = 3_600_000;
    await throttle.begin({ account: 'ada' });
    expect(await keptFor(prefix)).toBeGreaterThan(25 * hour - 10_000);
    expect(await keptFor(prefix)).toBeLessThanOrEqual(25 * hour);
    for (let i = 0; i < 2; i += 1) await throttle.begin({ account: 'ada' });
    expect(await keptFor(prefix)).toBeGreaterThan(400 * 24 * hour);
  });

  it('refuses what is no client, and options that nobody reads', () => {
    // @ts-expect-error as it may come from JavaScript
    expect(() => redisThrottleStore()).toThrow(/client: is not set/);
    const misspelt = { client: client.client, prefixes: 'x:' };
    expect(() => redisThrottleStore(misspelt)).toThrow(/prefixes: is not an option/);
  });

  it('counts by clients of a Sentinel', async () => {
    const setup = await startSentinel();
    const clients = await Promise.all([
      nodeRedisSentinel(setup.sentinelPort, setup.name),
      ioRedisSentinel(setup.sentinelPort, setup.name),
    ]);
    try {
      const clock = createFakeClock();
      const throttles = clients.map((each) =>
        createThrottle({ store: redisThrottleStore({ client: each.client }), clock }),
      );
      const begun = Array.from({ length: 100 }, async (_, i) =>
        throttles[i % 2]?.begin({ account: 'ada', address: '192.0.2.1' }),
      );
      const passed = (await Promise.all(begun)).filter((decision) => decision?.ok === true);
      expect(passed).toHaveLength(5);
    } finally {
      for (const each of clients) each.close();
      await setup.stop();
    }
  });
});
