// The races over PostgreSQL, with both clients. Each node reaches the server through a network of its own.

import pg from 'pg';
import postgres from 'postgres';
import { afterAll, beforeAll } from 'vitest';

import { postgresStore, type PostgresClient } from '../../src/stores/postgres/index.js';
import { startPostgres, type PostgresServer } from '../services/postgres-server.js';
import { startProxy } from '../services/tcp-proxy.js';
import type { StoreSetting } from './countersign-application.js';
import { nearCached } from './near-cached.js';
import { describeRaces } from './race-suite.js';

let server: PostgresServer;
let database = '';
let schemas = 0;

beforeAll(async () => {
  server = await startPostgres();
  database = await server.createDatabase();
});

afterAll(async () => server.stop());

interface OpenClient {
  readonly client: PostgresClient;
  end(): Promise<void>;
}

const CLIENTS: Readonly<Record<string, (url: string) => OpenClient>> = {
  pg: (url) => {
    const pool = new pg.Pool({ connectionString: url, max: 5 });
    // What a pool of an application has too: connections that break while nobody uses them.
    pool.on('error', () => undefined);
    return { client: pool, end: async () => pool.end() };
  },
  'postgres.js': (url) => {
    // By default it waits longer from attempt to attempt, up to 20 seconds.
    const sql = postgres(url, { max: 5, backoff: () => 0.05, onnotice: () => undefined });
    return { client: sql, end: async () => sql.end({ timeout: 1 }) };
  },
};

function setting(name: string, connect: (url: string) => OpenClient): StoreSetting {
  return {
    name: `PostgreSQL by ${name}`,
    bound: 0,
    isDistant: true,
    open: async (nodes, clock) => {
      schemas += 1;
      const schema = `race_${schemas}`;
      const opened = await Promise.all(
        Array.from({ length: nodes }, async () => {
          const network = await startProxy(server.port);
          const url = new URL(database);
          url.port = String(network.port);
          const { client, end } = connect(url.href);
          return { network, end, store: postgresStore({ client, schema, clock }) };
        }),
      );
      return {
        members: opened,
        close: async () => {
          for (const { network, end } of opened) {
            await end();
            await network.stop();
          }
        },
      };
    },
  };
}

for (const [name, connect] of Object.entries(CLIENTS)) {
  describeRaces(setting(name, connect));
  describeRaces(nearCached(setting(name, connect)));
}
