import pg from 'pg';
import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';

import type { OneTimeRecord, OneTimeStore } from '../../../src/accounts/one-time-store.js';
import { sha256 } from '../../../src/crypto/digest.js';
import { oneTimeStatements } from '../../../src/stores/postgres/one-time-statements.js';
import {
  postgresOneTimeStore,
  type PostgresOneTimeStore,
} from '../../../src/stores/postgres/one-time-store.js';
import { createFakeClock } from '../../../src/testing/fake-clock.js';
import { describeOneTimeStore } from '../../../src/testing/one-time-store-suite.js';
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
  return `one_time_${schemas}`;
}

/** Which schema a store was made on, for its second connection. */
const schemaOf = new WeakMap<OneTimeStore, string>();

type Make = (schema: string) => PostgresOneTimeStore;

function open(make: Make, schema: string): OneTimeStore {
  const store = make(schema);
  schemaOf.set(store, schema);
  return store;
}

const CLIENTS: readonly (readonly [string, Make])[] = [
  ['a Pool of pg', (schema) => postgresOneTimeStore({ client: pool, schema })],
  ['postgres.js', (schema) => postgresOneTimeStore({ client: sql, schema })],
  [
    'a Pool of pg without preparing',
    (schema) => postgresOneTimeStore({ client: pool, schema, prepare: false }),
  ],
];

for (const [name, make] of CLIENTS) {
  describeOneTimeStore(
    `postgresOneTimeStore on ${name}`,
    {
      create: () => open(make, newSchema()),
      createPeer: (store) => open(make, schemaOf.get(store) ?? ''),
      dispose: async (store) => {
        await pool.query(`DROP SCHEMA ${schemaOf.get(store) ?? ''} CASCADE`);
      },
      dump: async (store) => {
        const rows = await pool.query(
          `SELECT * FROM ${schemaOf.get(store) ?? ''}.one_time_records`,
        );
        return JSON.stringify(rows.rows);
      },
    },
    { describe, test },
  );
}

const START = createFakeClock().now();

function record(hash: string, fields: Partial<OneTimeRecord> = {}): OneTimeRecord {
  const expiresAt = START + 600_000;
  return { hash, kind: 'reset', subject: 'u1', expiresAt, content: '{}', ...fields };
}

describe('postgresOneTimeStore', () => {
  it('finds records by an index, whatever they are asked by', async () => {
    const schema = newSchema();
    const store = postgresOneTimeStore({ client: pool, schema });
    await store.read('reset', 'nothing', START);
    await pool.query(
      `INSERT INTO ${schema}.one_time_records
       SELECT 'hash ' || i, 'reset', 'user ' || i, 'key ' || i, false, i, '{}'
       FROM generate_series(1, 5000) AS i`,
    );
    await pool.query(`ANALYZE ${schema}.one_time_records`);
    for (const where of [
      `hash = 'x' AND kind = 'reset' AND expires_at > 1`,
      `subject_key = 'x'`,
      `subject_key = 'x' AND kind = 'reset'`,
      `expires_at <= 1`,
    ]) {
      const plan = await pool.query(
        `EXPLAIN DELETE FROM ${schema}.one_time_records WHERE ${where}`,
      );
      expect(JSON.stringify(plan.rows)).toMatch(/Index Scan/);
    }
    store.close();
  });

  it('gives a record to nobody who waited for one that was replaced meanwhile (G68)', async () => {
    const schema = newSchema();
    const store = postgresOneTimeStore({ client: pool, schema });
    await store.put(record('old'), { replaces: true });
    const client = await pool.connect();
    await client.query('BEGIN');
    await client.query(`UPDATE ${schema}.one_time_records SET hash = 'new', content = '"new"'`);
    const taking = store.take('reset', 'old', START);
    await isWaiting();
    await client.query('COMMIT');
    client.release();
    expect(await taking).toBeNull();
    expect(await store.read('reset', 'new', START)).toMatchObject({ content: '"new"' });
    store.close();
  });

  it('puts a record where another one was being taken', async () => {
    const schema = newSchema();
    const store = postgresOneTimeStore({ client: pool, schema });
    await store.put(record('old'), { replaces: true });
    const client = await pool.connect();
    await client.query('BEGIN');
    await client.query(`DELETE FROM ${schema}.one_time_records`);
    const putting = store.put(record('new'), { replaces: true });
    await isWaiting();
    await client.query('COMMIT');
    client.release();
    await putting;
    expect(await store.read('reset', 'new', START)).toEqual(record('new'));
    store.close();
  });

  it('leaves one of two that replace each other and meet (G68)', async () => {
    const schema = newSchema();
    const store = postgresOneTimeStore({ client: pool, schema });
    await store.read('reset', 'nothing', START);
    const client = await pool.connect();
    await client.query('BEGIN');
    await client.query({
      text: oneTimeStatements(schema).replace.text,
      values: ['first', 'reset', 'u1', sha256('u1'), START + 1, '{}'],
    });
    const putting = store.put(record('second'), { replaces: true });
    await isWaiting();
    await client.query('COMMIT');
    client.release();
    await putting;
    expect(await store.read('reset', 'first', START)).toBeNull();
    expect(await store.read('reset', 'second', START)).toEqual(record('second'));
    store.close();
  });

  it('tries again what a stricter isolation than ours has undone', async () => {
    const options = '-c default_transaction_isolation=serializable';
    const strict = new pg.Pool({ connectionString: server.url, max: 8, options });
    const store = postgresOneTimeStore({ client: strict, schema: newSchema() });
    await store.put(record('a'));
    const taken = await Promise.all(
      Array.from({ length: 4 }, () => store.take('reset', 'a', START)),
    );
    expect(taken.filter((each) => each !== null)).toHaveLength(1);
    store.close();
    await strict.end();
  });

  it('removes expired records by itself', async () => {
    const clock = createFakeClock();
    const schema = newSchema();
    const store = postgresOneTimeStore({ client: pool, schema, clock });
    await store.put(record('brief', { expiresAt: START + 1 }));
    await store.put(record('live'));
    clock.advance(30_000);
    await waitFor(async () => {
      const { rows } = await pool.query(`SELECT hash FROM ${schema}.one_time_records`);
      return rows.length === 1;
    });
    expect(await store.read('reset', 'live', START)).not.toBeNull();
    await waitFor(() => Promise.resolve(clock.waiting === 1));
    store.close();
    expect(clock.waiting).toBe(0);
  });

  it('sweeps past a record that somebody is at work on', async () => {
    const schema = newSchema();
    const store = postgresOneTimeStore({ client: pool, schema });
    await store.put(record('held', { expiresAt: START + 1 }));
    await store.put(record('free', { expiresAt: START + 1 }));
    const client = await pool.connect();
    await client.query('BEGIN');
    await client.query(`SELECT 1 FROM ${schema}.one_time_records WHERE hash = 'held' FOR UPDATE`);
    expect(await store.sweep(START + 1, 10)).toBe(1);
    await client.query('COMMIT');
    client.release();
    expect(await store.sweep(START + 1, 10)).toBe(1);
    store.close();
  });

  it('refuses what is no client, and options that it does not have', () => {
    expect(() => postgresOneTimeStore({ client: {} as never })).toThrow(/client/);
    expect(() => postgresOneTimeStore({ client: pool, table: 'x' } as never)).toThrow(/table/);
    expect(() => postgresOneTimeStore({ client: pool, schema: 'A-b' })).toThrow(/schema/);
    expect(() => postgresOneTimeStore({ client: pool, clock: {} as never })).toThrow(/clock/);
    expect(() => postgresOneTimeStore({ client: pool, prepare: 1 as never })).toThrow(/prepare/);
  });
});

/** Waits until somebody waits for a lock. Outside of any transaction, which would not see new connections. */
async function isWaiting(): Promise<void> {
  await waitFor(async () => {
    const { rowCount } = await pool.query(
      `SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock'`,
    );
    return (rowCount ?? 0) > 0;
  });
}

async function waitFor(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => void setImmediate(resolve));
}
