// Faults of PostgreSQL and of the network in front of it.

import pg from 'pg';
import postgres from 'postgres';

import { postgresStore } from '../../src/stores/postgres/index.js';
import { startPostgres } from '../services/postgres-server.js';
import { startProxy } from '../services/tcp-proxy.js';
import type { Driver } from './application.js';
import { describeFaults, type Stage } from './describe-faults.js';

const NAMES = ['a Pool of pg', 'a function that connects by pg', 'postgres.js'] as const;

function drivers(url: string): Readonly<Record<(typeof NAMES)[number], Driver['connect']>> {
  return {
    'a Pool of pg': () => {
      const client = new pg.Pool({
        connectionString: url,
        max: 5,
        connectionTimeoutMillis: 2_000,
        keepAlive: true,
      });
      client.on('error', () => undefined);
      return Promise.resolve({
        store: (schema) => postgresStore({ client, schema }),
        disconnect: () => client.end(),
      });
    },
    'a function that connects by pg': () => {
      const connect = async (): Promise<pg.Client> => {
        const client = new pg.Client({
          connectionString: url,
          connectionTimeoutMillis: 2_000,
          pipeline: true,
        });
        await client.connect();
        return client;
      };
      return Promise.resolve({
        store: (schema) => postgresStore({ client: connect, schema }),
        disconnect: () => Promise.resolve(),
      });
    },
    'postgres.js': () => {
      const client = postgres(url, { max: 5, backoff: () => 0.2 });
      return Promise.resolve({
        store: (schema) => postgresStore({ client, schema }),
        // It waits for ever for a server that is gone.
        disconnect: () => client.end({ timeout: 1 }),
      });
    },
  };
}

async function setUp(): Promise<Stage> {
  // Without `fsync` too it keeps what it has acknowledged, unless the machine dies.
  const server = await startPostgres();
  const proxy = await startProxy(server.port);
  const url = new URL(await server.createDatabase());
  url.port = String(proxy.port);
  const connect = drivers(url.href);
  return {
    servers: [server],
    proxies: [proxy],
    drivers: NAMES.map((name) => ({
      name,
      connect: connect[name],
      // postgres.js waits for an answer for ever, on a connection that it may use for others meanwhile.
      givesUpSilence: name !== 'postgres.js',
    })),
    async stop() {
      await proxy.stop();
      await server.stop();
    },
  };
}

describeFaults('PostgreSQL', NAMES, setUp);
