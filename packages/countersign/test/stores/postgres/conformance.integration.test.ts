import pg from 'pg';
import postgres from 'postgres';
import { afterAll, beforeAll, describe, test } from 'vitest';

import type { Clock } from '../../../src/clock.js';
import type { SessionStore } from '../../../src/session/store.js';
import type { PostgresClient } from '../../../src/stores/postgres/driver.js';
import type { PostgresStoreOptions } from '../../../src/stores/postgres/options.js';
import { migratePostgres } from '../../../src/stores/postgres/migrate-postgres.js';
import { postgresStore } from '../../../src/stores/postgres/session-store.js';
import { describeSessionStore } from '../../../src/testing/session-store-suite.js';
import { startPostgres, type PostgresServer } from '../../services/postgres-server.js';

let server: PostgresServer;
let url: string;

beforeAll(async () => {
  server = await startPostgres();
  url = await server.createDatabase();
});

afterAll(() => server.stop());

async function connect(config: pg.ClientConfig = {}): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url, ...config });
  await client.connect();
  return client;
}

interface Node {
  readonly client: PostgresClient;
  readonly options?: Partial<PostgresStoreOptions>;
  end(): Promise<void>;
}

const CLIENTS: Readonly<Record<string, () => Promise<Node> | Node>> = {
  'a Pool of pg': () => {
    const client = new pg.Pool({ connectionString: url, max: 5 });
    return { client, end: () => client.end() };
  },
  'a Client of pg': async () => {
    const client = await connect();
    return { client, options: { listen: () => connect() }, end: () => client.end() };
  },
  'own Clients of pg that pipeline': () => ({
    client: () => connect({ pipeline: true }),
    end: () => Promise.resolve(),
  }),
  'postgres.js': () => {
    const client = postgres(url, { max: 5 });
    return { client, end: () => client.end() };
  },
};

describe.each(Object.entries(CLIENTS))('%s', (name, open) => {
  const nodes: Node[] = [];
  let emptier: pg.Client;
  const create = (index: number, clock: Clock): SessionStore => {
    const node = nodes[index];
    if (node === undefined) throw new Error('The nodes are not there yet');
    return postgresStore({ client: node.client, clock, ...node.options });
  };

  beforeAll(async () => {
    nodes.push(await open(), await open());
    emptier = await connect();
    await migratePostgres({ client: emptier });
  });
  afterAll(() => Promise.all([emptier, ...nodes].map((each) => each.end())));

  describeSessionStore(
    `postgresStore on ${name}`,
    {
      create: async (clock) => {
        await emptier.query('TRUNCATE countersign.sessions, countersign.users');
        return create(0, clock);
      },
      createPeer: (_, clock) => create(1, clock),
    },
    { describe, test },
  );
});
