// The bound, with real servers and a network that breaks: a session that was ended on one node is not
// held to be live on the other for longer than maxStaleness, whatever becomes of that one's connections.

import { setTimeout as sleep } from 'node:timers/promises';

import pg from 'pg';
import postgres from 'postgres';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import type { SessionId } from '../../../src/session/record.js';
import type { SessionStore } from '../../../src/session/store.js';
import { nearCache, type NearCache } from '../../../src/stores/near-cache/near-cache.js';
import { migratePostgres } from '../../../src/stores/postgres/migrate-postgres.js';
import { postgresStore } from '../../../src/stores/postgres/session-store.js';
import { redisStore } from '../../../src/stores/redis/session-store.js';
import { startPostgres, type PostgresServer } from '../../services/postgres-server.js';
import { startRedis, type RedisServer } from '../../services/redis-server.js';
import { startProxy, type TcpProxy } from '../../services/tcp-proxy.js';
import { recordOf } from '../postgres/database.js';
import { ioRedis, nodeRedis } from '../redis/clients.js';

const MAX_STALENESS_MS = 600;
/** For what goes well only while this process is not kept waiting for so long. */
const LONG_STALENESS_MS = 2_000;
/** Longer than a busy machine keeps anybody waiting. */
const LONGEST_STALENESS_MS = 30_000;

interface Connected {
  readonly store: SessionStore;
  readonly end: () => unknown;
}

/** A kind of server with a kind of client. */
interface Kind {
  readonly server: () => { readonly port: number };
  readonly connect: (port: number) => Promise<Connected> | Connected;
}

let redis: RedisServer;
let database: PostgresServer;
let databaseUrl = '';

const urlAt = (port: number): string => databaseUrl.replace(`:${database.port}/`, `:${port}/`);

const KINDS: Readonly<Record<string, Kind>> = {
  'Redis by node-redis': {
    server: () => redis,
    connect: async (port) => {
      const { client, close } = await nodeRedis(port);
      return { store: redisStore({ client }), end: close };
    },
  },
  'Redis by ioredis': {
    server: () => redis,
    connect: async (port) => {
      const { client, close } = await ioRedis(port);
      return { store: redisStore({ client }), end: close };
    },
  },
  'PostgreSQL by pg': {
    server: () => database,
    connect: (port) => {
      const client = new pg.Pool({ connectionString: urlAt(port), max: 3 });
      client.on('error', () => undefined);
      return { store: postgresStore({ client }), end: () => void client.end() };
    },
  },
  'PostgreSQL by postgres.js': {
    server: () => database,
    connect: (port) => {
      // By itself it would try again after up to 20 seconds.
      const client = postgres(urlAt(port), { max: 3, backoff: () => 0.1 });
      return { store: postgresStore({ client }), end: () => void client.end({ timeout: 0 }) };
    },
  },
};

beforeAll(async () => {
  [redis, database] = await Promise.all([startRedis(), startPostgres()]);
  databaseUrl = await database.createDatabase();
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  await migratePostgres({ client });
  await client.end();
});

afterAll(() => Promise.all([redis.stop(), database.stop()]));

describe.each(Object.entries(KINDS))('%s', (_, { server, connect }) => {
  let proxy: TcpProxy;
  let here: Connected;
  let there: Connected;
  let cache: NearCache;

  beforeEach(async () => {
    proxy = await startProxy(server().port);
    here = await connect(server().port);
  });
  afterEach(async () => {
    proxy.restore();
    await cache.close();
    await here.store.close();
    await there.end();
    await here.end();
    await proxy.stop();
  });

  async function open(maxStalenessMs = MAX_STALENESS_MS): Promise<void> {
    there = await connect(proxy.port);
    cache = nearCache(there.store, { maxStaleness: `${maxStalenessMs}ms` });
  }

  /** A session that the cache holds. */
  async function held(): Promise<SessionId> {
    const record = recordOf();
    await here.store.insert(record, {});
    for (let tries = 0; cache.peek(record.id) === null; tries += 1) {
      if (tries === 500) throw new Error('the cache never held the session');
      await Promise.race([Promise.resolve(cache.read(record.id)).catch(() => null), sleep(1_000)]);
      await sleep(10);
    }
    return record.id;
  }

  /** When the cache has last said that this session is live; looks until it is stopped. */
  function watch(id: SessionId): { readonly stop: () => number } {
    let lastYes = 0;
    const timer = setInterval(() => {
      const asked = Date.now();
      if (cache.peek(id) !== null) lastYes = asked;
    }, 2);
    return {
      stop: () => {
        clearInterval(timer);
        return lastYes;
      },
    };
  }

  test('a network that works passes an ending on in far less', async () => {
    await open(LONGEST_STALENESS_MS);
    const id = await held();
    await here.store.end([id]);
    const ended = Date.now();
    await expect.poll(() => cache.peek(id)).toBeNull();
    expect(Date.now() - ended).toBeLessThan(LONGEST_STALENESS_MS / 2);
    expect(cache.stats().leaseLosses).toBe(0);
  });

  test('a slow network costs time, and neither the bound nor the cache', async () => {
    await open(LONG_STALENESS_MS);
    const id = await held();
    proxy.delay(100);
    // What it believed when the network became slow, it believes no more by then.
    await sleep(LONG_STALENESS_MS + 1);
    expect(cache.peek(id)).not.toBeNull();
    const watched = watch(id);
    await here.store.end([id]);
    const ended = Date.now();
    await sleep(LONG_STALENESS_MS + 100);
    expect(watched.stop() - ended).toBeLessThanOrEqual(LONG_STALENESS_MS);
  });

  // Whether the client that was passed in ever notices is a matter of its own timeouts.
  test('connections that fall silent for ever end what is held in time', async () => {
    await open();
    const id = await held();
    proxy.strand();
    const watched = watch(id);
    await here.store.end([id]);
    const ended = Date.now();
    await sleep(4 * MAX_STALENESS_MS);
    expect(watched.stop() - ended).toBeLessThanOrEqual(MAX_STALENESS_MS);
    expect(cache.stats().leaseLosses).toBeGreaterThan(0);
  });

  test.each(['blackHole', 'cut'] as const)(
    'a network that breaks (%s) ends what is held in time, and mends by itself',
    async (fault) => {
      await open();
      const id = await held();
      proxy[fault]();
      const watched = watch(id);
      await here.store.end([id]);
      const ended = Date.now();
      await sleep(3 * MAX_STALENESS_MS);
      proxy.restore();
      await held();
      await sleep(MAX_STALENESS_MS);
      // Late packets have arrived by now, too, and must not have brought it back.
      expect(watched.stop() - ended).toBeLessThanOrEqual(MAX_STALENESS_MS);
      const { leaseLosses, bypassedMs } = cache.stats();
      expect(leaseLosses).toBeGreaterThan(0);
      expect(bypassedMs).toBeGreaterThan(MAX_STALENESS_MS);
    },
  );
});

describe('FLUSHALL', () => {
  test.each([
    ['node-redis', nodeRedis],
    ['ioredis', ioRedis],
  ])('empties the cache over %s', async (_, connect) => {
    const { client, close } = await connect(redis.port);
    const cache = nearCache(redisStore({ client }));
    const { id, ...record } = recordOf();
    await cache.insert({ ...record, id }, {});
    while (cache.peek(id) === null) {
      await cache.read(id);
      await sleep(10);
    }
    const flusher = await connect(redis.port);
    await flush(flusher.client as { flushAll?: unknown; flushall?: unknown });
    await expect.poll(() => cache.peek(id)).toBeNull();
    expect(await cache.read(id)).toBeNull();
    await cache.close();
    close();
    flusher.close();
  });
});

/** The method has another name in each client. */
async function flush(client: { flushAll?: unknown; flushall?: unknown }): Promise<void> {
  await ((client.flushAll ?? client.flushall) as () => Promise<unknown>).call(client);
}
