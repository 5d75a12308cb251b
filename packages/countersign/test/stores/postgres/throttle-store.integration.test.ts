import pg from 'pg';
import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';

import type { ThrottleStore } from '../../../src/accounts/throttle-store.js';
import { createThrottle } from '../../../src/accounts/throttle.js';
import {
  postgresThrottleStore,
  type PostgresThrottleStore,
} from '../../../src/stores/postgres/throttle-store.js';
import { createFakeClock } from '../../../src/testing/fake-clock.js';
import { describeThrottleStore } from '../../../src/testing/throttle-store-suite.js';
import { expectSameAsMemory } from '../throttle-model.js';
import { startPostgres, type PostgresServer } from '../../services/postgres-server.js';

let server: PostgresServer;
let pool: pg.Pool;
let sql: postgres.Sql;

beforeAll(async () => {
  server = await startPostgres();
  pool = new pg.Pool({ connectionString: server.url, max: 8 });
  sql = postgres(server.url, { max: 8, onnotice: () => undefined });
});

afterAll(async () => {
  await pool.end();
  await sql.end();
  await server.stop();
});

let schemas = 0;

/** An empty place of its own. */
function newSchema(): string {
  schemas += 1;
  return `throttle_${schemas}`;
}

/** Which schema a store was made on, for its second connection. */
const schemaOf = new WeakMap<ThrottleStore, string>();

function open(make: (schema: string) => PostgresThrottleStore, schema: string): ThrottleStore {
  const store = make(schema);
  schemaOf.set(store, schema);
  return store;
}

const CLIENTS: readonly (readonly [string, (schema: string) => PostgresThrottleStore])[] = [
  ['a Pool of pg', (schema) => postgresThrottleStore({ client: pool, schema })],
  ['postgres.js', (schema) => postgresThrottleStore({ client: sql, schema })],
];

for (const [name, make] of CLIENTS) {
  describeThrottleStore(
    `postgresThrottleStore on ${name}`,
    {
      create: () => open(make, newSchema()),
      createPeer: (store) => open(make, schemaOf.get(store) ?? ''),
      dispose: async (store) => {
        await pool.query(`DROP SCHEMA ${schemaOf.get(store) ?? ''} CASCADE`);
      },
    },
    { describe, test },
  );
}

async function firstOf(text: string): Promise<unknown> {
  const { rows } = await pool.query<unknown[]>({ text, rowMode: 'array' });
  return rows[0]?.[0];
}

describe('postgresThrottleStore', () => {
  it('answers as the one in memory does, whatever is done to it', async () => {
    const store = postgresThrottleStore({ client: pool, schema: newSchema() });
    await expectSameAsMemory(store, { runs: 100 });
  });

  it('leaves no row behind for an attempt that it refused', async () => {
    const schema = newSchema();
    const store = postgresThrottleStore({ client: pool, schema });
    const throttle = createThrottle({ store, clock: createFakeClock(), addressLimit: 3 });
    for (let i = 0; i < 20; i += 1) {
      await throttle.begin({ account: `user ${i}`, address: '192.0.2.1' });
    }
    const parallel = Array.from({ length: 50 }, async (_, i) =>
      throttle.begin({ account: `parallel ${i}`, address: '192.0.2.2' }),
    );
    await Promise.all(parallel);
    // Three accounts of each address, and the two addresses.
    expect(await firstOf(`SELECT count(*)::int FROM ${schema}.throttle_counters`)).toBe(8);
  });

  it('tells who has to wait without a lock or a write', async () => {
    const schema = newSchema();
    const store = postgresThrottleStore({ client: pool, schema });
    const throttle = createThrottle({ store, clock: createFakeClock() });
    for (let i = 0; i < 5; i += 1) await throttle.begin({ account: 'ada' });
    const client = await pool.connect();
    try {
      await client.query('BEGIN');
      await client.query(`SELECT 1 FROM ${schema}.throttle_counters FOR UPDATE`);
      expect(await throttle.begin({ account: 'ada' })).toMatchObject({ retryAfterMs: 1_000 });
    } finally {
      await client.query('ROLLBACK');
      client.release();
    }
  });

  it('walks through no table, however small it was when a plan was made', async () => {
    const schema = newSchema();
    const client = new pg.Client({ connectionString: server.url });
    await client.connect();
    const store = postgresThrottleStore({ client, schema });
    const throttle = createThrottle({ store, clock: createFakeClock() });
    const guess = async (i: number): Promise<void> => {
      const by = { account: `user ${i}`, address: `192.0.2.${i}` };
      const decision = await throttle.begin(by);
      if (decision.ok && i % 2 === 0) await decision.attempt.withdraw();
      await throttle.forget({ account: `user ${i}`, device: 'laptop' });
    };
    // Plans of a connection are kept after the first few calls.
    for (let i = 0; i < 20; i += 1) await guess(i);
    await client.query(`INSERT INTO ${schema}.throttle_counters
      SELECT 'row ' || i, 1, 0, 9e15 FROM generate_series(1, 20000) AS i`);
    const walks = async (): Promise<number> => {
      const { rows } = await client.query<{ seq_scan: string }>(
        `SELECT seq_scan FROM pg_stat_xact_user_tables
         WHERE schemaname = $1 AND relname = 'throttle_counters'`,
        [schema],
      );
      return Number(rows[0]?.seq_scan);
    };
    await client.query('BEGIN');
    const before = await walks();
    for (let i = 0; i < 20; i += 1) await guess(i);
    expect(await walks()).toBe(before);
    await client.query(`SELECT count(*) FROM ${schema}.throttle_counters`);
    expect(await walks()).toBe(before + 1);
    await client.query('ROLLBACK');
    await client.end();
  });

  it('loses nothing in a crash of the server: its table is logged', async () => {
    const schema = newSchema();
    const store = postgresThrottleStore({ client: pool, schema });
    await createThrottle({ store }).begin({ account: 'ada' });
    const persistence = `SELECT relpersistence::text FROM pg_class
      WHERE oid = '${schema}.throttle_counters'::regclass`;
    expect(await firstOf(persistence)).toBe('p');
  });

  it('says so where transactions are isolated in another way', async () => {
    const strict = new pg.Pool({
      connectionString: server.url,
      options: '-c default_transaction_isolation=serializable',
    });
    const throttle = createThrottle({
      store: postgresThrottleStore({ client: strict, schema: newSchema() }),
    });
    await expect(throttle.begin({ account: 'ada' })).rejects.toMatchObject({
      code: 'store-unavailable',
      cause: { message: expect.stringContaining('read committed') as string },
    });
    await strict.end();
  });
});
