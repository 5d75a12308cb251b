import pg from 'pg';
import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';

import {
  postgresAccountStore,
  type PostgresAccountStore,
} from '../../../src/stores/postgres/account-store.js';
import { describeAccountStore } from '../../../src/testing/account-store-suite.js';
import { makeAccount } from '../../../src/testing/account-store/account-case.js';
import type { AccountStore } from '../../../src/accounts/account-store.js';
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
  return `accounts_${schemas}`;
}

/** Which schema a store was made on, for its second connection. */
const schemaOf = new WeakMap<AccountStore, string>();

function open(make: (schema: string) => PostgresAccountStore, schema: string): AccountStore {
  const store = make(schema);
  schemaOf.set(store, schema);
  return store;
}

const CLIENTS: readonly (readonly [string, (schema: string) => PostgresAccountStore])[] = [
  ['a Pool of pg', (schema) => postgresAccountStore({ client: pool, schema })],
  ['postgres.js', (schema) => postgresAccountStore({ client: sql, schema })],
  [
    'a Pool of pg without preparing',
    (schema) => postgresAccountStore({ client: pool, schema, prepare: false }),
  ],
];

for (const [name, make] of CLIENTS) {
  describeAccountStore(
    `postgresAccountStore on ${name}`,
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

describe('postgresAccountStore', () => {
  it('takes the longest user ids, and tells those apart that differ at their end', async () => {
    const store = postgresAccountStore({ client: pool, schema: newSchema() });
    // Nothing that compresses: an entry of a B-tree has room for 2,704 bytes.
    const long = Array.from({ length: 1_023 }, (_, i) =>
      String.fromCodePoint(0x4e00 + ((i * 7_919) % 20_000)),
    ).join('');
    const [first, second] = ['一', '二'].map((end) => makeAccount({ userId: `${long}${end}` }));
    if (first === undefined || second === undefined) throw new Error('There are two');
    expect(await store.create(first)).toBe('ok');
    expect(await store.create(second)).toBe('ok');
    expect(await store.create(makeAccount({ userId: first.userId }))).toBe('taken');
    expect((await store.findById(second.userId))?.canonicalName).toBe(second.canonicalName);
  });

  it('finds accounts by an index, whatever it is asked by', async () => {
    const schema = newSchema();
    const store = postgresAccountStore({ client: pool, schema });
    await store.findById('nobody');
    await pool.query(
      `INSERT INTO ${schema}.accounts (canonical_name, user_id, name, status, created_at)
       SELECT 'name ' || i, 'id ' || i, 'Name', 'active', 1 FROM generate_series(1, 5000) AS i`,
    );
    await pool.query(`ANALYZE ${schema}.accounts`);
    for (const column of ['canonical_name', 'user_id']) {
      const plan = await pool.query<Record<string, string>>(
        `EXPLAIN SELECT * FROM ${schema}.accounts WHERE ${column} = 'x'`,
      );
      expect(JSON.stringify(plan.rows)).toMatch(/Index Scan/);
    }
  });

  it('leaves nothing of a deleted account’s password behind', async () => {
    const schema = newSchema();
    const store = postgresAccountStore({ client: pool, schema });
    const account = makeAccount();
    await store.create(account);
    await store.setStatus(account.userId, 'deleted');
    const { rows } = await pool.query(`SELECT * FROM ${schema}.accounts`);
    expect(rows).toMatchObject([
      { status: 'deleted', password_phc: null, password_changed_at: null, password_version: null },
    ]);
  });

  it('lets nobody sign in with a status that it does not know', async () => {
    const schema = newSchema();
    const store = postgresAccountStore({ client: pool, schema });
    const account = makeAccount();
    await store.create(account);
    await pool.query(`UPDATE ${schema}.accounts SET status = 'from the future'`);
    await expect(store.findById(account.userId)).rejects.toThrow(/status/);
  });

  it('answers a change that lost against a deletion without changing what is left', async () => {
    const schema = newSchema();
    const store = postgresAccountStore({ client: pool, schema });
    const { userId } = makeAccount();
    await store.create(makeAccount({ userId }));
    const client = await pool.connect();
    await client.query('BEGIN');
    await client.query(
      `UPDATE ${schema}.accounts SET status = 'deleted', password_phc = NULL,
         password_changed_at = NULL, password_version = NULL`,
    );
    const change = store.setPassword(userId, { phc: 'late', changedAt: 1 }, { ifVersion: 1 });
    await isWaiting(client);
    await client.query('COMMIT');
    client.release();
    expect(await change).toBe('missing');
    expect(await store.findById(userId)).toMatchObject({ status: 'deleted', password: null });
  });

  it('tries again what a stricter isolation than ours has undone', async () => {
    const options = '-c default_transaction_isolation=serializable';
    const strict = new pg.Pool({ connectionString: server.url, max: 8, options });
    const schema = newSchema();
    const store = postgresAccountStore({ client: strict, schema });
    const { userId } = makeAccount();
    await store.create(makeAccount({ userId }));
    const client = await pool.connect();
    await client.query('BEGIN');
    await client.query(`UPDATE ${schema}.accounts SET password_version = 2`);
    const change = store.setPassword(userId, { phc: 'late', changedAt: 1 }, { ifVersion: 1 });
    await isWaiting(client);
    await client.query('COMMIT');
    client.release();
    expect(await change).toBe('conflict');
    await strict.end();
  });

  it('refuses what is no client, and options that it does not have', () => {
    expect(() => postgresAccountStore({ client: {} as never })).toThrow(/client/);
    expect(() => postgresAccountStore({ client: pool, table: 'x' } as never)).toThrow(/table/);
    expect(() => postgresAccountStore({ client: pool, schema: 'A-b' })).toThrow(/schema/);
  });
});

/** Waits until somebody waits for a lock. */
async function isWaiting(client: pg.PoolClient): Promise<void> {
  for (;;) {
    const { rowCount } = await client.query(
      `SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock'`,
    );
    if ((rowCount ?? 0) > 0) return;
  }
}
