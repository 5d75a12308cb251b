import { afterAll, beforeAll } from 'vitest';

import { startRedis, type RedisServer } from '../../services/redis-server.js';
import { ioRedis, nodeRedis } from './clients.js';
import { describeRedisStore } from './conformance.js';

let servers: readonly RedisServer[] = [];

beforeAll(async () => {
  servers = await Promise.all([startRedis(), startRedis()]);
});

afterAll(() => Promise.all(servers.map((server) => server.stop())));

describeRedisStore('node-redis', () => nodeRedis(servers[0]?.port ?? 0));
describeRedisStore('ioredis', () => ioRedis(servers[1]?.port ?? 0));
