import pg from 'pg';
import { afterAll, beforeAll, describe, test } from 'vitest';

import type { SessionStore } from '../../../src/session/store.js';
import { postgresStore } from '../../../src/stores/postgres/session-store.js';
import { describeSessionStore } from '../../../src/testing/session-store-suite.js';
import { startPostgres, type PostgresServer } from '../../services/postgres-server.js';

let server: PostgresServer;
/** Two, as two nodes have them. */
let pools: readonly pg.Pool[] = [];

beforeAll(async () => {
  server = await startPostgres();
  const connectionString = await server.createDatabase();
  pools = [0, 1].map(() => new pg.Pool({ connectionString, max: 5 }));
});

afterAll(async () => {
  await Promise.all(pools.map((pool) => pool.end()));
  await server.stop();
});

function pool(index: number): pg.Pool {
  const found = pools[index];
  if (found === undefined) throw new Error('The pools are not there yet');
  return found;
}

/** Each case has a schema of its own. */
const schemas = new Map<SessionStore, string>();

describeSessionStore(
  'postgresStore on a Pool',
  {
    create: (clock) => {
      const schema = `case_${schemas.size}`;
      const store = postgresStore({ client: pool(0), schema, clock });
      schemas.set(store, schema);
      return store;
    },
    createPeer: (store, clock) =>
      postgresStore({ client: pool(1), schema: schemas.get(store) ?? '', clock }),
    dispose: async (store) => {
      await pool(0).query(`DROP SCHEMA IF EXISTS ${schemas.get(store) ?? ''} CASCADE`);
    },
  },
  { describe, test },
);
