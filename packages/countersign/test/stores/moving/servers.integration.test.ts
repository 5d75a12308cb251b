// The suite that every store passes, on a move from PostgreSQL to Redis and from SQLite to either: real
// servers, in both steps.

import { join } from 'node:path';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';

import pg from 'pg';
import { createClient } from 'redis';
import { afterAll, beforeAll, describe, test } from 'vitest';

import type { Clock } from '../../../src/clock.js';
import type { SessionStore } from '../../../src/session/store.js';
import { movingStore } from '../../../src/stores/moving/moving-store.js';
import { nearCache } from '../../../src/stores/near-cache/near-cache.js';
import { migratePostgres } from '../../../src/stores/postgres/migrate-postgres.js';
import { postgresStore } from '../../../src/stores/postgres/session-store.js';
import { redisStore } from '../../../src/stores/redis/session-store.js';
import { sqliteStore } from '../../../src/stores/sqlite/session-store.js';
import { describeSessionStore } from '../../../src/testing/session-store-suite.js';
import { startPostgres, type PostgresServer } from '../../services/postgres-server.js';
import { startRedis, type RedisServer } from '../../services/redis-server.js';

/** Opens a place for sessions; the same one for the same number. */
type Open = (place: number, clock: Clock) => SessionStore;

const folder = mkdtempSync(join(tmpdir(), 'countersign-'));
let servers: readonly [PostgresServer, RedisServer];
let pool: pg.Pool;
let redis: ReturnType<typeof createClient>;

beforeAll(async () => {
  servers = await Promise.all([startPostgres(), startRedis()]);
  pool = new pg.Pool({ connectionString: servers[0].url, max: 8 });
  await migratePostgres({ client: pool });
  redis = createClient({ url: servers[1].url });
  redis.on('error', () => undefined);
  await redis.connect();
});
afterAll(async () => {
  await pool.end();
  redis.destroy();
  await Promise.all(servers.map((server) => server.stop()));
  rmSync(folder, { recursive: true });
});

const toSqlite: Open = (place, clock) => sqliteStore({ path: join(folder, `${place}.db`), clock });
const toRedis: Open = (place, clock) =>
  redisStore({ client: redis, prefix: `place${place}:`, clock });
const toPostgres: Open = (_, clock) => postgresStore({ client: pool, clock });

let places = 0;

function describeMove(name: string, open: (place: number, clock: Clock) => SessionStore): void {
  const opened = new WeakMap<SessionStore, number>();
  describeSessionStore(
    name,
    {
      async create(clock) {
        await pool.query('TRUNCATE countersign.sessions, countersign.users');
        places += 1;
        const store = open(places, clock);
        opened.set(store, places);
        return store;
      },
      createPeer: (store, clock) => open(opened.get(store) ?? 0, clock),
      start: Date.now() + 3_600_000,
    },
    { describe, test },
  );
}

describeMove('a move from SQLite to PostgreSQL, before the switch', (place, clock) =>
  movingStore({ from: toSqlite(place, clock), to: toPostgres(place, clock), insertInto: 'from' }),
);

describeMove('a move from PostgreSQL to Redis, after the switch', (place, clock) =>
  movingStore({ from: toPostgres(place, clock), to: toRedis(place, clock), insertInto: 'to' }),
);

describeMove('a move from SQLite to Redis, after the switch, behind a near-cache', (place, clock) =>
  nearCache(
    movingStore({ from: toSqlite(place, clock), to: toRedis(place, clock), insertInto: 'to' }),
    { clock },
  ),
);
