// The races over one Redis server, with both clients.

import { afterAll, beforeAll } from 'vitest';

import { ioRedis, nodeRedis } from '../stores/redis/clients.js';
import { startRedis, type RedisServer } from '../services/redis-server.js';
import { nearCached } from './near-cached.js';
import { describeRaces } from './race-suite.js';
import { redisSetting, type Ways } from './redis-setting.js';

let server: RedisServer;

beforeAll(async () => {
  server = await startRedis();
});

afterAll(async () => server.stop());

const ports = (): readonly number[] => [server.port];
const only = (ways: Ways): number => ways.get(server.port) ?? Number.NaN;

for (const [name, connect] of Object.entries({ 'node-redis': nodeRedis, ioredis: ioRedis })) {
  const setting = redisSetting({
    name: `Redis by ${name}`,
    ports,
    connect: async (ways) => connect(only(ways)),
  });
  describeRaces(setting);
  describeRaces(nearCached(setting));
}
