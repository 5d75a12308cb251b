// What a server that dies or a network that swallows packets does to the store, on every client that
// reconnects. A session layer bounds the waiting; here it is seen what becomes of the connections.

import { setTimeout as sleep } from 'node:timers/promises';

import pg from 'pg';
import postgres from 'postgres';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import type { PgConnect, PostgresClient } from '../../../src/stores/postgres/driver.js';
import { postgresStore, type PostgresStore } from '../../../src/stores/postgres/session-store.js';
import { change, newId, times } from '../../../src/testing/session-store/store-case.js';
import { startProxy, type TcpProxy } from '../../services/tcp-proxy.js';
import { recordOf, useDatabase } from './database.js';

const database = useDatabase();
let proxy: TcpProxy;
/** Through the proxy. */
let url: string;

beforeAll(async () => {
  proxy = await startProxy(database.server.port);
  const through = new URL(database.url);
  through.port = String(proxy.port);
  url = through.href;
});

afterAll(() => proxy.stop());

interface Opened {
  readonly client: PostgresClient;
  end(): Promise<void>;
}

const CONFIG = { connectionTimeoutMillis: 1_000, application_name: 'node' } as const;

function ownClients(config: pg.ClientConfig): PgConnect {
  return async () => {
    const client = new pg.Client({ connectionString: url, ...CONFIG, ...config });
    await client.connect();
    return client;
  };
}

const CLIENTS: Readonly<Record<string, () => Opened>> = {
  'a Pool of pg': () => {
    const pool = new pg.Pool({ connectionString: url, max: 4, ...CONFIG });
    pool.on('error', () => undefined);
    return { client: pool, end: () => pool.end() };
  },
  'own Clients of pg that pipeline': () => ({
    client: ownClients({ pipeline: true }),
    end: () => Promise.resolve(),
  }),
  'own Clients of pg that do not': () => ({ client: ownClients({}), end: () => Promise.resolve() }),
  'postgres.js': () => {
    const sql = postgres(url, {
      max: 4,
      connect_timeout: 1,
      backoff: () => 0.1,
      connection: { application_name: 'node' },
    });
    return { client: sql, end: () => sql.end({ timeout: 1 }) };
  },
};

/** The verb's answer, once it has one again. */
async function eventually<T>(verb: () => Promise<T>): Promise<T> {
  for (let tries = 0; ; tries += 1) {
    try {
      return await verb();
    } catch (error) {
      if (tries === 400) throw error;
      await sleep(50);
    }
  }
}

describe.each(Object.entries(CLIENTS))('on %s', (_, open) => {
  let opened: Opened;
  let store: PostgresStore;

  beforeEach(() => {
    opened = open();
    isEnded = false;
    store = postgresStore({ client: opened.client });
  });

  let isEnded = false;

  async function end(): Promise<void> {
    store.close();
    if (!isEnded) await opened.end();
    isEnded = true;
  }

  afterEach(end);

  test('a server that died is an error, and when it is back the store works again', async () => {
    const { id } = recordOf();
    await store.insert(recordOf({ id }), {});
    await store.patch(id, change({ answered: true }), {});
    await database.server.kill();
    await expect(store.read(id)).rejects.toThrow();
    await expect(store.end([id])).rejects.toThrow();
    await database.server.restart();
    expect((await eventually(() => store.read(id)))?.data).toBe('{"answered":true}');
    expect(await eventually(() => store.end([id]))).toEqual([id]);
  });

  test('a store that could not be set up is set up by the verb that comes next', async () => {
    await database.server.kill();
    await expect(store.read(newId(null))).rejects.toMatchObject({ code: 'store-unavailable' });
    await database.server.restart();
    expect(await eventually(() => store.read(newId(null)))).toBeNull();
  });

  test('connections that are cut under way are errors, and nothing else comes of them', async () => {
    const records = times(20, () => recordOf());
    await Promise.all(records.map((record) => store.insert(record, {})));
    const verbs = records.flatMap(({ id }) => [
      store.read(id),
      store.patch(id, change({ a: 1 }), {}),
      store.touch([{ id, seen: Date.now() }]),
    ]);
    const settled = Promise.allSettled(verbs);
    proxy.cut();
    await sleep(200);
    proxy.restore();
    expect((await settled).some(({ status }) => status === 'rejected')).toBe(true);
    const ended = await eventually(() => store.end(records.map(({ id }) => id)));
    expect(ended.length).toBe(records.length);
  });

  test('after close there is no connection of the store', async () => {
    await store.list('user');
    await store.endUser('user', {});
    await end();
    const count = `SELECT count(*)::int FROM pg_stat_activity WHERE application_name = 'node'`;
    await expect.poll(() => database.value(count)).toBe(0);
  });
});

test.each(['a Pool of pg', 'own Clients of pg that pipeline'])(
  'on %s, a connection that a network has swallowed is given up and replaced',
  async (name) => {
    const opened = CLIENTS[name]?.();
    if (opened === undefined) throw new Error(`there is no ${name}`);
    const store = postgresStore({ client: opened.client });
    const { id } = recordOf();
    await store.insert(recordOf({ id }), {});
    await store.read(id);
    proxy.blackHole();
    await expect(store.read(id)).rejects.toThrow();
    proxy.restore();
    expect((await eventually(() => store.read(id)))?.id).toBe(id);
    store.close();
    await opened.end();
  },
);

test('on own Clients, a check does not wait behind a change that waits for a lock', async () => {
  const connect = ownClients({ pipeline: true });
  const store = postgresStore({ client: connect });
  const { id } = recordOf();
  await store.insert(recordOf({ id }), {});
  const keeper = await connect();
  await keeper.query({ text: 'BEGIN' });
  await keeper.query({ text: 'SELECT 1 FROM countersign.sessions FOR UPDATE' });
  let isChanged = false;
  const changing = store.patch(id, change({ a: 1 }), {}).then(() => (isChanged = true));
  expect((await store.read(id))?.data).toBe('{}');
  expect(isChanged).toBe(false);
  await keeper.query({ text: 'ROLLBACK' });
  await keeper.end();
  await changing;
  expect((await store.read(id))?.data).toBe('{"a":1}');
  store.close();
});
