import { describe, expect, test } from 'vitest';

import { systemClock } from '../../../src/clock.js';
import { accountOf, rowOf } from '../../../src/accounts/account-document.js';
import { accountRowsLayout } from '../../../src/stores/postgres/account-rows-layout.js';
import { postgresAccountStore } from '../../../src/stores/postgres/account-store.js';
import { driverOf } from '../../../src/stores/postgres/drivers.js';
import { migratePostgres } from '../../../src/stores/postgres/migrate-postgres.js';
import { LAYOUTS, migrate } from '../../../src/stores/postgres/migrations.js';
import { postgresStore } from '../../../src/stores/postgres/session-store.js';
import { change, offered, times } from '../../../src/testing/session-store/store-case.js';
import { carriedOver, OLD_ACCOUNTS } from '../old-accounts.js';
import { recordOf, useDatabase } from './database.js';

const database = useDatabase();

const layoutOf = (schema: string): Promise<unknown> =>
  database.value(`SELECT version FROM ${schema}.layout`);

describe('setting up', () => {
  test('many nodes at once, by their first verbs', async () => {
    for (const schema of ['race_1', 'race_2', 'race_3', 'race_4']) {
      const stores = times(6, () => postgresStore({ client: database.pool({ max: 2 }), schema }));
      const users = times(12, (i) => `user ${i}`);
      const epochs = await Promise.all(users.map(async (user, i) => stores[i % 6]?.epoch(user)));
      expect(new Set(epochs).size).toBe(1);
      expect(await layoutOf(schema)).toBe(LAYOUTS.length);
      for (const store of stores) store.close();
    }
  });

  test('again, and after an upgrade: only the steps that are new are taken', async () => {
    const driver = driverOf(database.pool(), { prepare: false, clock: systemClock });
    const steps = ['first', 'second', 'third'].map(
      (table) => (schema: string) => `CREATE TABLE ${schema}.${table} ()`,
    );
    await migrate(driver, 'upgraded', steps.slice(0, 2));
    await migrate(driver, 'upgraded', steps.slice(0, 2));
    expect(await layoutOf('upgraded')).toBe(2);
    await migrate(driver, 'upgraded', steps);
    expect(await layoutOf('upgraded')).toBe(3);
    await expect(migrate(driver, 'upgraded', steps.slice(0, 2))).rejects.toThrow(
      'schema: "upgraded" has a newer layout than 2',
    );
  });

  test('accounts of the layout before rows become rows, whatever text is in them', async () => {
    const client = database.pool();
    const driver = driverOf(client, { prepare: false, clock: systemClock });
    await migrate(driver, 'columns', LAYOUTS.slice(0, LAYOUTS.indexOf(accountRowsLayout)));
    const long = OLD_ACCOUNTS.slice(0, 1).map((account) => ({
      ...account,
      userId: '漢'.repeat(1_024),
      canonicalName: 'long',
    }));
    const old = [...OLD_ACCOUNTS, ...long];
    for (const { userId, name, canonicalName, status, createdAt, password } of old) {
      await client.query(
        `INSERT INTO columns.accounts (user_id, name, canonical_name, status, created_at,
           password_phc, password_changed_at, password_version)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
        [
          userId,
          name,
          canonicalName,
          status,
          createdAt,
          password?.phc,
          password?.changedAt,
          password?.version,
        ],
      );
    }
    const store = postgresAccountStore({ client, schema: 'columns' });
    for (const account of old) {
      const row = await store.findById(account.userId);
      expect(row).toEqual(rowOf(carriedOver(account)));
      expect(row && accountOf(row)).toEqual(carriedOver(account));
      expect(await store.findByKey(`sign-in:${account.canonicalName}`)).toEqual(row);
    }
    expect(await layoutOf('columns')).toBe(LAYOUTS.length);
    expect(await database.value(`SELECT to_regclass('columns.accounts')`)).toBeNull();
    expect(await database.value('SELECT count(*)::int FROM columns.account_keys')).toBe(old.length);
  });

  test('a step that fails leaves nothing behind', async () => {
    const driver = driverOf(database.pool(), { prepare: false, clock: systemClock });
    const steps = [
      (schema: string) => `CREATE TABLE ${schema}.good ()`,
      (schema: string) => `CREATE TABLE ${schema}.bad (x nonsense)`,
    ];
    await expect(migrate(driver, 'half', steps)).rejects.toMatchObject({
      code: 'store-unavailable',
    });
    const schemas = `SELECT count(*)::int FROM pg_namespace WHERE nspname = 'half'`;
    expect(await database.value(schemas)).toBe(0);
  });

  test('a schema of another program is left alone', async () => {
    await database.value('CREATE SCHEMA theirs CREATE TABLE sessions (sid text)');
    await expect(migratePostgres({ client: database.pool(), schema: 'theirs' })).rejects.toThrow(
      'schema: "theirs" holds tables of another program',
    );
  });

  test('a schema that somebody made and left empty is used', async () => {
    await database.value('CREATE SCHEMA prepared');
    await migratePostgres({ client: database.pool(), schema: 'prepared' });
    expect(await layoutOf('prepared')).toBe(LAYOUTS.length);
  });

  test.each(['user', 'order'])(
    'the name %s, which SQL keeps for itself, is refused',
    async (schema) => {
      const store = postgresStore({ client: database.pool(), schema });
      await expect(store.read('any')).rejects.toMatchObject({
        code: 'configuration',
        message: expect.stringContaining(`"${schema}" is a word that SQL keeps`) as string,
      });
      store.close();
    },
  );
});

describe('privileges', () => {
  test('a role that may only use the tables is enough for every verb', async () => {
    await database.value('CREATE ROLE application LOGIN');
    const url = new URL(database.url);
    url.username = 'application';
    const client = database.pool({ connectionString: url.href, max: 4 });
    const store = postgresStore({ client, schema: 'granted' });
    await expect(store.read('any')).rejects.toMatchObject({
      code: 'configuration',
      message: expect.stringContaining('GRANT USAGE ON SCHEMA granted') as string,
    });
    await migratePostgres({ client: database.pool(), schema: 'granted' });
    await expect(store.read('any')).rejects.toMatchObject({ code: 'configuration' });
    await database.value('GRANT USAGE ON SCHEMA granted TO application');
    await database.value(
      'GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA granted TO application',
    );
    const old = recordOf();
    const { id, renewal } = old;
    const told: string[] = [];
    store.subscribe?.({ ended: (ids) => void told.push(...ids), everything: () => undefined });
    await store.insert(old, { epoch: await store.epoch('user') });
    await store.patch(id, change({ a: 1 }), {});
    await store.renew(id, renewal, offered(renewal, 'a'));
    await store.bind(id, null, 'key');
    await store.touch([{ id, seen: Date.now() + 1 }]);
    await store.insert(recordOf(), { limit: { max: 1, over: 'end-oldest' } });
    expect([...new Set(told)]).toEqual([id]);
    expect((await store.list('user')).length).toBe(1);
    expect((await store.endUser('user', {})).length).toBe(1);
    await store.changeEpoch('user');
    await store.endEveryone();
    expect(await store.sweep(10)).toBe(0);
    await database.value('SELECT granted.forget_users(0, 1)');
    store.close();
  });
});
