// The same at two doorkeepers that share one PostgreSQL, with and without a Redis.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import {
  startPostgres,
  type PostgresServer,
} from '../../../countersign/test/services/postgres-server.js';
import { redisCommand } from '../../../countersign/test/services/redis-command.js';
import { startRedis, type RedisServer } from '../../../countersign/test/services/redis-server.js';
import { ONE_TIME_THINGS } from './one-time-things.js';
import { openTwoHouses } from './shared-doors.js';

let postgres: PostgresServer;
let redis: RedisServer;

beforeAll(async () => {
  postgres = await startPostgres();
  redis = await startRedis();
});

afterAll(async () => {
  await redis.stop();
  await postgres.stop();
});

describe.each([
  ['PostgreSQL', () => undefined],
  ['PostgreSQL and Redis', () => redis.url],
])('over two doorkeepers on one %s', (_name, sessions) => {
  it.each(ONE_TIME_THINGS)(
    '$name is of use to one of twenty at the same moment (6.5.1; G66)',
    async ({ prepare }) => {
      await redisCommand(redis.port, 'FLUSHALL');
      const database = await postgres.createDatabase();
      const [here, there] = await openTwoHouses({ database, sessions: sessions() });
      const { shoot } = await prepare(here, 20);
      const results = await Promise.all(
        Array.from({ length: 20 }, async (_, index) =>
          shoot(index % 2 === 0 ? here : there, index),
        ),
      );
      expect(results.filter(({ won }) => won)).toHaveLength(1);
      for (const { page } of results) expect(page.status).toBeLessThan(500);
      for (const door of [here, there])
        expect(door.entries.filter(({ level }) => level === 'error')).toEqual([]);
      expect((await shoot(there, 0)).won).toBe(false);
    },
  );
});
