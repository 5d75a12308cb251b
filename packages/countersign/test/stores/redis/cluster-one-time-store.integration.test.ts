import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { OneTimeRecord } from '../../../src/accounts/one-time-store.js';
import { encodeBase64url } from '../../../src/crypto/base64url.js';
import { randomBytes } from '../../../src/crypto/random.js';
import { redisOneTimeStore } from '../../../src/stores/redis/one-time-store.js';
import { startRedisCluster, type RedisCluster } from '../../services/redis-cluster.js';
import { ioRedisCluster, nodeRedisCluster, type TestClient } from './clients.js';
import { contentOf, describeRedisOneTimeStore } from './one-time-conformance.js';

let clusters: readonly RedisCluster[] = [];

const portsOf = (which: 0 | 1): readonly number[] => clusters[which]?.ports ?? [];
const node = (): Promise<TestClient> => nodeRedisCluster(portsOf(0));
const io = (): Promise<TestClient> => ioRedisCluster(portsOf(1));

beforeAll(async () => {
  clusters = await Promise.all([startRedisCluster(), startRedisCluster()]);
});

afterAll(() => Promise.all(clusters.map((cluster) => cluster.stop())));

describeRedisOneTimeStore('node-redis in a Cluster', node, () => portsOf(0));
describeRedisOneTimeStore('ioredis in a Cluster', io, () => portsOf(1));

describe.each([
  ['node-redis', node, 0],
  ['ioredis', io, 1],
] as const)('one-time records in a Cluster by %s', (_, connect, which) => {
  it('lie on every master, and those about one subject are found on all of them', async () => {
    const { client, close } = await connect();
    const prefix = 'spread:';
    const store = redisOneTimeStore({ client, prefix });
    const expiresAt = Date.now() + 600_000;
    const records = Array.from({ length: 60 }, (): OneTimeRecord => ({
      hash: encodeBase64url(randomBytes(32)),
      kind: 'reset',
      subject: 'u1',
      expiresAt,
      content: '{}',
    }));
    await Promise.all(records.map((record) => store.put(record)));
    const before = await Promise.all(portsOf(which).map((port) => contentOf(port)));
    for (const held of before) {
      expect(held.filter((line) => line.startsWith(`${prefix}o:`)).length).toBeGreaterThan(0);
    }
    const last = { ...records[0], hash: encodeBase64url(randomBytes(32)) } as OneTimeRecord;
    await store.put(last, { replaces: true });
    const after = (await Promise.all(portsOf(which).map((port) => contentOf(port)))).flat();
    const left = after.filter((line) => line.startsWith(prefix));
    expect(left).toHaveLength(2);
    expect(left.filter((line) => line.includes(last.hash))).toHaveLength(2);
    close();
  });
});
