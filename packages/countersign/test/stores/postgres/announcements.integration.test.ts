import pg from 'pg';
import postgres from 'postgres';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import { postgresStore, type PostgresStore } from '../../../src/stores/postgres/session-store.js';
import { change, newId, offered } from '../../../src/testing/session-store/store-case.js';
import { makeRecord } from '../../../src/testing/session-store/make-record.js';
import type { SessionRecord } from '../../../src/session/record.js';
import { startPostgres, type PostgresServer } from '../../services/postgres-server.js';
import { startProxy, type TcpProxy } from '../../services/tcp-proxy.js';
import { listenTo } from './heard.js';

let server: PostgresServer;
/** Between the hearing node and the server. */
let proxy: TcpProxy;
let url: string;

beforeAll(async () => {
  server = await startPostgres();
  url = await server.createDatabase();
  proxy = await startProxy(server.port);
});

afterAll(async () => {
  await proxy.stop();
  await server.stop();
});

function record(fields: Partial<SessionRecord> = {}): SessionRecord {
  const now = Date.now();
  return makeRecord({ id: newId('user'), createdAt: now, expiresAt: now + 3_600_000, ...fields });
}

/** The store's own connections, as the server sees them. */
async function count(application: string): Promise<number> {
  const client = new pg.Client(url);
  await client.connect();
  const { rows } = await client.query<{ n: number }>(
    'SELECT count(*)::int AS n FROM pg_stat_activity WHERE application_name = $1',
    [application],
  );
  await client.end();
  return rows[0]?.n ?? Number.NaN;
}

interface Node {
  readonly store: PostgresStore;
  end(): Promise<void>;
}

function throughProxy(): string {
  const through = new URL(url);
  through.port = String(proxy.port);
  return through.href;
}

const NODES: Readonly<Record<string, () => Promise<Node>>> = {
  'a Pool of pg': async () => {
    const pool = new pg.Pool({
      connectionString: throughProxy(),
      max: 3,
      connectionTimeoutMillis: 1_000,
      application_name: 'node',
    });
    pool.on('error', () => undefined);
    return { store: postgresStore({ client: pool }), end: () => pool.end() };
  },
  'a Client of pg with another to listen': async () => {
    const config = { connectionString: throughProxy(), application_name: 'node' };
    const client = new pg.Client({ connectionString: url, pipeline: true });
    client.on('error', () => undefined);
    await client.connect();
    const listen = async (): Promise<pg.Client> => {
      const listening = new pg.Client({ ...config, connectionTimeoutMillis: 1_000 });
      await listening.connect();
      return listening;
    };
    return { store: postgresStore({ client, listen }), end: () => client.end() };
  },
  'own Clients of pg': async () => {
    const connectionString = throughProxy();
    const connect = async (): Promise<pg.Client> => {
      const client = new pg.Client({
        connectionString,
        pipeline: true,
        connectionTimeoutMillis: 1_000,
        application_name: 'node',
      });
      await client.connect();
      return client;
    };
    return { store: postgresStore({ client: connect }), end: () => Promise.resolve() };
  },
  'postgres.js': async () => {
    const sql = postgres(throughProxy(), {
      max: 3,
      connect_timeout: 1,
      connection: { application_name: 'node' },
    });
    return { store: postgresStore({ client: sql }), end: () => sql.end({ timeout: 1 }) };
  },
};

describe.each(Object.entries(NODES))('hearing on %s', (_, open) => {
  let node: Node;
  let peerPool: pg.Pool;
  let peer: PostgresStore;

  beforeEach(async () => {
    node = await open();
    peerPool = new pg.Pool({ connectionString: url });
    peer = postgresStore({ client: peerPool });
  });

  afterEach(async () => {
    proxy.restore();
    node.store.close();
    peer.close();
    await Promise.all([node.end(), peerPool.end()]);
  });

  test('endings and changes by another node are told, and touches are not', async () => {
    const hearing = listenTo(node.store);
    await hearing.ends('everything', 'heard');
    const old = record();
    const next = record();
    const { id, renewal } = old;
    await peer.insert(old, {});
    await peer.touch([{ id, seen: Date.now() + 1 }]);
    await peer.patch(id, change({ a: 1 }), {});
    await peer.patch(id, change({ a: 2 }), { ifRevision: 7 });
    await peer.touch([{ id, seen: Date.now() + 2 }]);
    await peer.renew(id, renewal, offered(renewal, 'a'));
    await peer.renew(id, renewal, offered(renewal, 'b'));
    await peer.bind(id, null, 'key');
    await peer.insert(next, { replaces: { id, until: Date.now() + 1_000 } });
    await peer.end([id]);
    await peer.end([id]);
    await peer.endUser('user', {});
    await peer.endEveryone();
    const expected = [
      'everything',
      ...Array.from({ length: 4 }, () => `changed ${id}`),
      `ended ${id}`,
      `ended ${next.id}`,
      'everything',
    ];
    await expect.poll(() => hearing.told.filter((what) => what !== 'heard')).toEqual(expected);
  });

  test('a thousand endings at once fit into messages', async () => {
    const hearing = listenTo(node.store);
    await hearing.ends('heard');
    const ids = Array.from({ length: 1_000 }, () => newId('user'));
    await Promise.all(ids.map((id) => peer.insert(record({ id }), {})));
    await peer.endUser('user', {});
    await hearing.has('heard');
    const endings = (): string[] =>
      hearing.told.flatMap((what) => (what.startsWith('ended ') ? what.slice(6).split(',') : []));
    await expect.poll(() => endings().toSorted()).toEqual(ids.toSorted());
  });

  test('heard comes again and again, with the time before it was asked', async () => {
    const before = Date.now();
    const hearing = listenTo(node.store, 20);
    await expect.poll(() => hearing.heardAt.length).toBeGreaterThan(10);
    expect(hearing.heardAt.every((at) => at >= before && at <= Date.now())).toBe(true);
    expect(hearing.heardAt).toEqual(hearing.heardAt.toSorted((a, b) => a - b));
  });

  test('a second listener hears soon, though the first one asks rarely', async () => {
    const first = listenTo(node.store, 60_000);
    await first.ends('heard');
    const second = listenTo(node.store, 60_000);
    await second.ends('heard');
    second.stop();
    const { id } = record();
    await peer.insert(record({ id }), {});
    await peer.end([id]);
    await first.has(`ended ${id}`);
    expect(second.told).toEqual(['heard']);
  });

  test('a connection that was cut is lost, and what may have been missed is everything', async () => {
    const hearing = listenTo(node.store);
    await hearing.ends('heard');
    proxy.cut();
    await hearing.ends('lost');
    proxy.restore();
    await hearing.ends('lost', 'everything', 'heard');
    const { id } = record();
    await peer.insert(record({ id }), {});
    await peer.end([id]);
    await hearing.has(`ended ${id}`);
    expect(hearing.told).toEqual(expect.arrayContaining(['lost', `ended ${id}`]));
  });

  test('a connection that a network has swallowed is lost too', async () => {
    const hearing = listenTo(node.store);
    await hearing.ends('heard');
    const at = Date.now();
    proxy.blackHole();
    await hearing.ends('lost');
    expect(Date.now() - at).toBeLessThan(10_000);
    const lastHeard = hearing.heardAt.at(-1) ?? Number.NaN;
    expect(lastHeard).toBeLessThanOrEqual(Date.now() - 1_500);
    proxy.restore();
    await hearing.ends('lost', 'everything', 'heard');
  });

  test('nothing is left open after close', async () => {
    const hearing = listenTo(node.store);
    await hearing.ends('heard');
    expect(await count('node')).toBeGreaterThan(0);
    node.store.close();
    await node.end();
    await expect.poll(() => count('node')).toBe(0);
    node = await open();
  });
});
