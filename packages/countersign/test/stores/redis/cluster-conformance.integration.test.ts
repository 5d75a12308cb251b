import { afterAll, beforeAll } from 'vitest';

import { startRedisCluster, type RedisCluster } from '../../services/redis-cluster.js';
import { ioRedisCluster, nodeRedisCluster } from './clients.js';
import { describeRedisStore } from './conformance.js';

let clusters: readonly RedisCluster[] = [];

beforeAll(async () => {
  clusters = await Promise.all([startRedisCluster(), startRedisCluster()]);
});

afterAll(() => Promise.all(clusters.map((cluster) => cluster.stop())));

describeRedisStore('node-redis in a Cluster', () => nodeRedisCluster(clusters[0]?.ports ?? []));
describeRedisStore('ioredis in a Cluster', () => ioRedisCluster(clusters[1]?.ports ?? []));
