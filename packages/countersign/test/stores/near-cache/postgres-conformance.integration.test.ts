// The conformance suite on near-caches in front of PostgreSQL: two processes' worth of them.

import pg from 'pg';
import postgres from 'postgres';
import { afterAll, beforeAll, describe, test } from 'vitest';

import type { Clock } from '../../../src/clock.js';
import type { SessionStore } from '../../../src/session/store.js';
import { nearCache } from '../../../src/stores/near-cache/near-cache.js';
import type { PostgresClient } from '../../../src/stores/postgres/driver.js';
import { migratePostgres } from '../../../src/stores/postgres/migrate-postgres.js';
import { postgresStore } from '../../../src/stores/postgres/session-store.js';
import { describeSessionStore } from '../../../src/testing/session-store-suite.js';
import { useDatabase } from '../postgres/database.js';

const database = useDatabase();

interface Node {
  readonly client: PostgresClient;
  end(): Promise<void>;
}

const CLIENTS: Readonly<Record<string, () => Node>> = {
  'a Pool of pg': () => {
    const client = new pg.Pool({ connectionString: database.url, max: 5 });
    return { client, end: () => client.end() };
  },
  'postgres.js': () => {
    const client = postgres(database.url, { max: 5 });
    return { client, end: () => client.end() };
  },
};

describe.each(Object.entries(CLIENTS))('%s', (name, open) => {
  const nodes: Node[] = [];
  const create = (index: number, clock: Clock): SessionStore => {
    const node = nodes[index];
    if (node === undefined) throw new Error('The nodes are not there yet');
    // Time passes faster in these tests than answers come.
    return nearCache(postgresStore({ client: node.client, clock }), { clock, maxStaleness: '20s' });
  };

  beforeAll(async () => {
    nodes.push(open(), open());
    await migratePostgres({ client: database.pool() });
  });
  afterAll(() => Promise.all(nodes.map((node) => node.end())));

  describeSessionStore(
    `nearCache over postgresStore on ${name}`,
    {
      create: async (clock) => {
        await database.value('TRUNCATE countersign.sessions, countersign.users');
        return create(0, clock);
      },
      createPeer: (_, clock) => create(1, clock),
    },
    { describe, test },
  );
});
