import pg from 'pg';
import { expect, test } from 'vitest';

import { postgresAccountStore } from '../../../src/stores/postgres/account-store.js';
import { postgresStore } from '../../../src/stores/postgres/session-store.js';
import { makeRow, nextOf } from '../../../src/testing/account-store/account-case.js';
import { change, offered, times } from '../../../src/testing/session-store/store-case.js';
import { recordOf, useDatabase } from './database.js';

const database = useDatabase();

test('on new tables, of which PostgreSQL knows nothing yet, no verb on a session walks the others', async () => {
  const pool = new pg.Pool({ connectionString: database.url, max: 1 });
  const store = postgresStore({ client: pool });
  const records = times(20, (i) => recordOf({ userId: `user ${i}` }));
  for (const record of records) {
    const epoch = await store.epoch(record.userId ?? '');
    const limit = { max: 3, over: 'end-oldest' } as const;
    expect(await store.insert(record, { epoch, limit })).toEqual({ ok: true, ended: [] });
    expect(await store.patch(record.id, change({ key: 'value' }), {})).toBe('ok');
    expect(await store.renew(record.id, record.renewal, offered(record.renewal, record.id))).toBe(
      'ok',
    );
    await store.touch([{ id: record.id, seen: Date.now() }]);
    expect(await store.list(record.userId ?? '')).toHaveLength(1);
  }
  for (const { id, userId } of records.slice(0, 10)) {
    expect(await store.end([id])).toEqual([id]);
    expect(await store.endUser(userId ?? '', {})).toEqual([]);
  }
  store.close();
  // A connection that ends has told the server all its counts.
  await pool.end();
  const scans = await database.value(
    `SELECT idx_scan::integer FROM pg_stat_user_indexes WHERE indexrelname = 'sessions_by_expiry'`,
  );
  const rowsRead = await database.value(
    `SELECT seq_tup_read::integer FROM pg_stat_user_tables
     WHERE schemaname = 'countersign' AND relname = 'sessions'`,
  );
  expect({ scans, rowsRead }).toEqual({ scans: 0, rowsRead: 0 });
});

test('on new tables, no verb on an account walks the others', async () => {
  const pool = new pg.Pool({ connectionString: database.url, max: 1 });
  const store = postgresAccountStore({ client: pool, schema: 'new_accounts' });
  for (const row of times(20, (i) => makeRow({ keys: [`a ${i}`, `b ${i}`] }))) {
    const { userId } = row;
    expect(await store.create(row)).toBe('ok');
    expect(await store.replace(nextOf(row, { keys: [...row.keys, `c ${userId}`] }))).toBe('ok');
    expect(await store.findById(userId)).toMatchObject({ revision: 2 });
    expect(await store.findByKey(`c ${userId}`)).toMatchObject({ userId });
    for (const at of [1, 2]) await store.addActivity(userId, { at, entry: '' }, { keep: 1 });
    expect(await store.listActivity(userId, 5)).toHaveLength(1);
    await store.forgetActivity(userId);
  }
  store.close();
  await pool.end();
  const rowsRead = await database.value(
    `SELECT json_object_agg(relname, seq_tup_read) FROM pg_stat_user_tables
     WHERE schemaname = 'new_accounts' AND relname LIKE 'account%'`,
  );
  expect(rowsRead).toEqual({ account_rows: 0, account_keys: 0, account_activity: 0 });
});

test('the index of expiry serves what a sweep asks', async () => {
  const pool = database.pool({ max: 1 });
  await pool.query('SET enable_seqscan = off');
  const { rows } = await pool.query<{ readonly 'QUERY PLAN': string }>(
    `EXPLAIN SELECT id FROM countersign.sessions
     WHERE era + 0 = 1 AND expires_at + 0 <= 1 ORDER BY expires_at + 0 LIMIT 10 FOR UPDATE SKIP LOCKED`,
  );
  const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
  expect(plan).toContain('Index Scan using sessions_by_expiry');
  expect(plan).not.toContain('Sort');
});
