import pg from 'pg';
import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, test } from 'vitest';

import {
  postgresAccountStore,
  type PostgresAccountStore,
} from '../../../src/stores/postgres/account-store.js';
import { describeAccountStore } from '../../../src/testing/account-store-suite.js';
import { makeRow, nextOf } from '../../../src/testing/account-store/account-case.js';
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
    const [first, second] = ['一', '二'].map((end) => makeRow({ userId: `${long}${end}` }));
    if (first === undefined || second === undefined) throw new Error('There are two');
    expect(await store.create(first)).toBe('ok');
    expect(await store.create(second)).toBe('ok');
    expect(await store.create(makeRow({ userId: first.userId }))).toBe('taken');
    expect(await store.findById(second.userId)).toEqual(second);
    await store.addActivity(second.userId, { at: 1, entry: 'x' }, { keep: 5 });
    expect(await store.listActivity(first.userId, 5)).toEqual([]);
    expect(await store.listActivity(second.userId, 5)).toEqual([{ at: 1, entry: 'x' }]);
  });

  it('finds everything by an index, whatever it is asked by', async () => {
    const schema = newSchema();
    const store = postgresAccountStore({ client: pool, schema });
    await store.findById('nobody');
    const series = `FROM generate_series(1, 5000) AS i`;
    await pool.query(
      `INSERT INTO ${schema}.account_rows SELECT 'id ' || i, 1, '{}' ${series};
       INSERT INTO ${schema}.account_keys SELECT 'key ' || i, 'id ' || i, 0 ${series};
       INSERT INTO ${schema}.account_activity (user_id, at, entry) SELECT 'id ' || i, 1, '' ${series};
       ANALYZE ${schema}.account_rows, ${schema}.account_keys, ${schema}.account_activity`,
    );
    const searches = [
      ['account_rows', 'user_id'],
      ['account_keys', 'key'],
      ['account_keys', 'user_id'],
      ['account_activity', 'user_id'],
    ] as const;
    for (const [table, column] of searches) {
      const plan = await pool.query<Record<string, string>>(
        `EXPLAIN SELECT * FROM ${schema}.${table} WHERE ${column} = 'x'`,
      );
      expect(JSON.stringify(plan.rows)).toMatch(/Index Scan/);
    }
  });

  it('leaves nothing of an older document in its rows', async () => {
    const schema = newSchema();
    const store = postgresAccountStore({ client: pool, schema });
    const row = makeRow({ keys: ['a', 'b'], document: '"old"' });
    await store.create(row);
    await store.replace(nextOf(row, { keys: ['b'], document: '"new"' }));
    const { rows } = await pool.query(`SELECT document FROM ${schema}.account_rows`);
    expect(rows).toEqual([{ document: '"new"' }]);
    const keys = await pool.query(`SELECT key, position FROM ${schema}.account_keys`);
    expect(keys.rows).toEqual([{ key: 'b', position: 0 }]);
  });

  it('answers a change that lost against another without changing what that one wrote', async () => {
    const schema = newSchema();
    const store = postgresAccountStore({ client: pool, schema });
    const row = makeRow({ keys: ['a'] });
    await store.create(row);
    const client = await pool.connect();
    await client.query('BEGIN');
    await client.query(`UPDATE ${schema}.account_rows SET revision = 2, document = 'theirs'`);
    const change = store.replace(nextOf(row, { keys: ['late'], document: 'late' }));
    await isWaiting();
    await client.query('COMMIT');
    client.release();
    expect(await change).toBe('conflict');
    expect(await store.findById(row.userId)).toEqual(nextOf(row, { document: 'theirs' }));
    expect(await store.findByKey('late')).toBeNull();
  });

  it('waits for a key that is being given back, and takes it then', async () => {
    const schema = newSchema();
    const store = postgresAccountStore({ client: pool, schema });
    await store.create(makeRow({ keys: ['wanted'] }));
    for (const [end, answer] of [
      ['ROLLBACK', 'taken'],
      ['COMMIT', 'ok'],
    ] as const) {
      const client = await pool.connect();
      await client.query('BEGIN');
      await client.query(`DELETE FROM ${schema}.account_keys WHERE key = 'wanted'`);
      const taking = store.create(makeRow({ keys: ['wanted'] }));
      await isWaiting();
      await client.query(end);
      client.release();
      expect(await taking).toBe(answer);
    }
  });

  it('trims by what others have noted at the same time', async () => {
    const schema = newSchema();
    const store = postgresAccountStore({ client: pool, schema });
    const { userId } = makeRow();
    await store.create(makeRow({ userId }));
    const client = await pool.connect();
    await client.query('BEGIN');
    await client.query(`SELECT ${schema}.add_account_activity($1, 1, 'first', 1)`, [userId]);
    const adding = store.addActivity(userId, { at: 2, entry: 'second' }, { keep: 1 });
    await isWaiting();
    await client.query('COMMIT');
    client.release();
    await adding;
    const { rows } = await pool.query(`SELECT entry FROM ${schema}.account_activity`);
    expect(rows).toEqual([{ entry: 'second' }]);
  });

  it('many accounts that take and give back the same keys never wait in a ring', async () => {
    const schema = newSchema();
    // The store tries again after a deadlock, so its answers alone would not tell.
    const failures: unknown[] = [];
    const query = async (asked: pg.QueryConfig): Promise<pg.QueryResult> => {
      try {
        return await pool.query(asked);
      } catch (error) {
        failures.push(error);
        throw error;
      }
    };
    const client = { totalCount: 8, query, connect: async () => pool.connect() };
    const store = postgresAccountStore({ client, schema });
    const names = Array.from({ length: 6 }, (_, i) => `key ${i}`);
    const rounds = Array.from({ length: 8 }, async (_, i) => {
      let stored = makeRow({ keys: [] });
      await store.create(stored);
      let won = 0;
      for (let round = 0; round < 40; round += 1) {
        // All of them, each time beginning with another; and given back by whoever got them.
        const turned = [...names.slice((i + round) % 6), ...names.slice(0, (i + round) % 6)];
        const keys = stored.keys.length === 0 ? turned : [];
        const next = nextOf(stored, { keys });
        const answer = await store.replace(next);
        expect(['ok', 'taken']).toContain(answer);
        if (answer === 'taken') continue;
        stored = next;
        won += 1;
      }
      expect(await store.findById(stored.userId)).toEqual(stored);
      return won;
    });
    expect(Math.max(...(await Promise.all(rounds)))).toBeGreaterThan(0);
    expect(failures).toEqual([]);
  });

  it('waits for the disk with every change, whatever the application chose for the rest', async () => {
    const options = '-c synchronous_commit=off';
    const hasty = new pg.Pool({ connectionString: server.url, max: 1, options });
    onTestFinished(() => hasty.end());
    const schema = newSchema();
    const store = postgresAccountStore({ client: hasty, schema });
    await store.findById('nobody');
    // Says at the end of each transaction how that is committed.
    await pool.query(
      `CREATE TABLE ${schema}.seen (level text);
       CREATE FUNCTION ${schema}.see() RETURNS trigger LANGUAGE plpgsql AS $f$
       BEGIN
         INSERT INTO ${schema}.seen VALUES (current_setting('synchronous_commit'));
         RETURN NULL;
       END $f$;
       CREATE CONSTRAINT TRIGGER see AFTER INSERT OR UPDATE ON ${schema}.account_rows
         DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ${schema}.see();
       CREATE CONSTRAINT TRIGGER see AFTER INSERT OR DELETE ON ${schema}.account_activity
         DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ${schema}.see()`,
    );
    const row = makeRow();
    await store.create(row);
    await store.replace(nextOf(row));
    await store.addActivity(row.userId, { at: 1, entry: '' }, { keep: 1 });
    await store.forgetActivity(row.userId);
    const { rows } = await pool.query(`SELECT level FROM ${schema}.seen`);
    expect(rows).toEqual(Array.from({ length: 4 }, () => ({ level: 'on' })));
  });

  it('tries again what a stricter isolation than ours has undone', async () => {
    const options = '-c default_transaction_isolation=serializable';
    const strict = new pg.Pool({ connectionString: server.url, max: 8, options });
    const schema = newSchema();
    const store = postgresAccountStore({ client: strict, schema });
    const row = makeRow();
    await store.create(row);
    const client = await pool.connect();
    await client.query('BEGIN');
    await client.query(`UPDATE ${schema}.account_rows SET revision = 2`);
    const change = store.replace(nextOf(row));
    await isWaiting();
    await client.query('COMMIT');
    client.release();
    expect(await change).toBe('conflict');
    await strict.end();
  });

  it('needs no privilege but those on the tables', async () => {
    const schema = newSchema();
    await postgresAccountStore({ client: pool, schema }).findById('nobody');
    await pool.query(
      `CREATE ROLE application LOGIN;
       GRANT USAGE ON SCHEMA ${schema} TO application;
       GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA ${schema} TO application`,
    );
    const url = new URL(server.url);
    url.username = 'application';
    const client = new pg.Pool({ connectionString: url.href, max: 2 });
    const store = postgresAccountStore({ client, schema });
    const row = makeRow();
    expect(await store.create(row)).toBe('ok');
    expect(await store.replace(nextOf(row, { keys: ['other'] }))).toBe('ok');
    expect(await store.findByKey('other')).not.toBeNull();
    await store.addActivity(row.userId, { at: 1, entry: 'x' }, { keep: 1 });
    await store.addActivity(row.userId, { at: 2, entry: 'y' }, { keep: 1 });
    expect(await store.listActivity(row.userId, 5)).toEqual([{ at: 2, entry: 'y' }]);
    await store.forgetActivity(row.userId);
    await client.end();
  });

  it('refuses what is no client, and options that it does not have', () => {
    expect(() => postgresAccountStore({ client: {} as never })).toThrow(/client/);
    expect(() => postgresAccountStore({ client: pool, table: 'x' } as never)).toThrow(/table/);
    expect(() => postgresAccountStore({ client: pool, schema: 'A-b' })).toThrow(/schema/);
  });
});

/** Waits until somebody waits for a lock. Outside of any transaction, which would not see new connections. */
async function isWaiting(): Promise<void> {
  for (;;) {
    const { rowCount } = await pool.query(
      `SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock'`,
    );
    if ((rowCount ?? 0) > 0) return;
  }
}
