import { describe, expect, test } from 'vitest';

import { CountersignError } from '../../../src/errors.js';
import type { PostgresClient } from '../../../src/stores/postgres/driver.js';
import { migratePostgres } from '../../../src/stores/postgres/migrate-postgres.js';
import type { PostgresStoreOptions } from '../../../src/stores/postgres/options.js';
import { postgresStore } from '../../../src/stores/postgres/session-store.js';

const noRows = { query: () => Promise.resolve({ rows: [] }) };
const pool: PostgresClient = {
  ...noRows,
  totalCount: 0,
  connect: () => Promise.reject(new Error('no server')),
};
const client: PostgresClient = { ...noRows, on: () => undefined, end: () => Promise.resolve() };

describe('postgresStore refuses, with the remedy', () => {
  test.each([
    ['no client', undefined, 'client: is no client'],
    ['a URL', 'postgres://localhost', 'client: is no client'],
    ['an empty object', {}, 'client: is no client'],
    ['a pool without connect', { totalCount: 0, query: () => undefined }, 'client: is no client'],
  ])('%s instead of a client', (_, wrong, message) => {
    const options = { client: wrong } as unknown as PostgresStoreOptions;
    expect(() => postgresStore(options)).toThrow(message);
  });

  test.each(['', 'Sessions', 'a-b', 'a"; DROP', '1a', 'pg_mine', 'a'.repeat(41), 'é', 7])(
    'the schema %j',
    async (schema) => {
      const options = { client: pool, schema: schema as string };
      expect(() => postgresStore(options)).toThrow('schema: ');
      await expect(migratePostgres(options)).rejects.toThrow(CountersignError);
    },
  );

  test.each([
    ['prepare', 'no'],
    ['announce', 1],
    ['listen', 'postgres://localhost'],
    ['clock', { now: (): number => 0 }],
  ])('a %s of another type', (option, value) => {
    const options = { client: pool, [option]: value } as unknown as PostgresStoreOptions;
    expect(() => postgresStore(options)).toThrow(`${option}: `);
  });

  test('a function that gives no client, at the first verb', async () => {
    const connect = (): Promise<unknown> => Promise.resolve({ query: 'nothing' });
    const store = postgresStore({ client: connect } as unknown as PostgresStoreOptions);
    await expect(store.read('id')).rejects.toThrow('client: is a function that gives no Client');
    store.close();
  });

  test('a name that is no option', () => {
    const options = { client: pool, shema: 'x' } as PostgresStoreOptions;
    expect(() => postgresStore(options)).toThrow('shema: is not an option here');
  });
});

describe('subscribe', () => {
  test('is there for a pool, for a client that can listen, and not otherwise', () => {
    const listen = (): Promise<never> => Promise.reject(new Error('no server'));
    const has = (options: PostgresStoreOptions): boolean => {
      const store = postgresStore(options);
      store.close();
      return store.subscribe !== undefined;
    };
    expect(has({ client: pool })).toBe(true);
    expect(has({ client, listen })).toBe(true);
    expect(has({ client: listen })).toBe(true);
    expect(has({ client })).toBe(false);
    expect(has({ client: pool, announce: false })).toBe(false);
  });

  test('needs a second connection in the pool', () => {
    const store = postgresStore({ client: { ...pool, options: { max: 1 } } });
    const listener = { ended: () => undefined, everything: () => undefined };
    expect(() => store.subscribe?.(listener)).toThrow('client: is a Pool of one connection');
    store.close();
  });
});
