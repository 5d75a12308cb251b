// The clients that the stores are given, each with the bare command that a check is compared with: a GET
// of the very record, and a prepared point select of the least that a check needs.

import { Redis } from 'ioredis';
import pg from 'pg';
import postgres from 'postgres';
import { createClient } from 'redis';

import type { SessionStore } from 'countersign';
import { postgresStore } from 'countersign/stores/postgres';
import { redisStore } from 'countersign/stores/redis';

import type { Row } from '../floor/check.js';

export type Service = 'redis' | 'postgres';

/** A store on a client of its own, and that client's cheapest way to read. */
export interface Remote {
  readonly store: SessionStore;
  /** Makes sure that there is something to read for each of these sessions; it is in the store. */
  prepare(ids: readonly string[]): Promise<void>;
  bareRead(id: string): Promise<unknown>;
  /** What a check by hand keeps, and how it finds it: by the token's hash, with the bare command. */
  insertByHand(rows: ReadonlyMap<string, Row>): Promise<void>;
  findByHand(tokenHash: string): Promise<Row | undefined>;
  /** Lets go of the connections; the store too. */
  close(): Promise<void>;
}

export interface RemoteClient {
  readonly name: string;
  readonly service: Service;
  open(url: string): Promise<Remote>;
}

const BARE_TABLE = `CREATE TABLE IF NOT EXISTS bare
  (id text PRIMARY KEY, user_id text NOT NULL, hash text NOT NULL, expires_at bigint NOT NULL, data jsonb NOT NULL)`;
const HAND_INSERT = `INSERT INTO bare VALUES ($1, $2, '', $3, '{}')`;
const HAND_SELECT = 'SELECT user_id, expires_at FROM bare WHERE id = $1';
const BARE_INSERT = `INSERT INTO bare
  SELECT id, 'user-000000', repeat('h', 43), 1800000000000, '{"theme":"dark"}'
  FROM unnest($1::text[]) AS id ON CONFLICT DO NOTHING`;
const BARE_SELECT = 'SELECT user_id, hash, expires_at, data FROM bare WHERE id = $1';

async function openNodeRedis(url: string): Promise<Remote> {
  const client = createClient({ url, commandOptions: { timeout: 0 } });
  await client.connect();
  const keys = new Map<string, string>();
  const store = redisStore({ client });
  return {
    store,
    async prepare(ids) {
      for (const [id, key] of keysOf(ids, await client.keys('*'))) keys.set(id, key);
    },
    bareRead: (id) => client.get(keys.get(id) ?? ''),
    async insertByHand(rows) {
      for (const [hash, row] of rows) await client.set(`hand:${hash}`, textOfRow(row));
    },
    findByHand: async (hash) => rowInText(await client.get(`hand:${hash}`)),
    async close() {
      store.close();
      client.destroy();
    },
  };
}

async function openIoredis(url: string): Promise<Remote> {
  const client = new Redis(url);
  const keys = new Map<string, string>();
  const store = redisStore({ client });
  return {
    store,
    async prepare(ids) {
      for (const [id, key] of keysOf(ids, await client.keys('*'))) keys.set(id, key);
    },
    bareRead: (id) => client.get(keys.get(id) ?? ''),
    async insertByHand(rows) {
      for (const [hash, row] of rows) await client.set(`hand:${hash}`, textOfRow(row));
    },
    findByHand: async (hash) => rowInText(await client.get(`hand:${hash}`)),
    async close() {
      store.close();
      client.disconnect();
    },
  };
}

function textOfRow({ userId, expiresAt }: Row): string {
  return `${expiresAt} ${userId}`;
}

function rowInText(text: string | null): Row | undefined {
  if (text === null) return undefined;
  const space = text.indexOf(' ');
  return { expiresAt: Number(text.slice(0, space)), userId: text.slice(space + 1) };
}

/** Finds each session's record by its id, which ends the name of its key. */
function keysOf(ids: readonly string[], keys: readonly string[]): ReadonlyMap<string, string> {
  const sought = new Set(ids);
  const found = new Map(keys.map((key) => [key.slice(-24), key]));
  for (const id of found.keys()) if (!sought.has(id)) found.delete(id);
  if (found.size < sought.size) throw new Error('A record has no key that ends with its id');
  return found;
}

async function openPg(url: string): Promise<Remote> {
  const pool = new pg.Pool({ connectionString: url, max: 4 });
  const store = postgresStore({ client: pool });
  await pool.query(BARE_TABLE);
  return {
    store,
    prepare: async (ids) => void (await pool.query(BARE_INSERT, [ids])),
    bareRead: (id) =>
      pool.query({ name: 'bare', text: BARE_SELECT, values: [id], rowMode: 'array' }),
    async insertByHand(rows) {
      for (const [hash, { userId, expiresAt }] of rows) {
        await pool.query(HAND_INSERT, [hash, userId, expiresAt]);
      }
    },
    async findByHand(hash) {
      const query = { name: 'hand', text: HAND_SELECT, values: [hash] };
      const { rows } = await pool.query<unknown[]>({ ...query, rowMode: 'array' });
      return rowInColumns(rows[0]);
    },
    async close() {
      store.close();
      await pool.end();
    },
  };
}

async function openPostgresJs(url: string): Promise<Remote> {
  const sql = postgres(url, { max: 4, onnotice: () => undefined });
  const store = postgresStore({ client: sql });
  await sql.unsafe(BARE_TABLE);
  return {
    store,
    prepare: async (ids) => void (await sql.unsafe(BARE_INSERT, [[...ids]])),
    bareRead: async (id) => sql.unsafe(BARE_SELECT, [id], { prepare: true }).values(),
    async insertByHand(rows) {
      for (const [hash, { userId, expiresAt }] of rows) {
        await sql.unsafe(HAND_INSERT, [hash, userId, expiresAt]);
      }
    },
    async findByHand(hash) {
      const rows: unknown[][] = await sql.unsafe(HAND_SELECT, [hash], { prepare: true }).values();
      return rowInColumns(rows[0]);
    },
    async close() {
      store.close();
      await sql.end();
    },
  };
}

function rowInColumns(row: readonly unknown[] | undefined): Row | undefined {
  return row === undefined ? undefined : { userId: String(row[0]), expiresAt: Number(row[1]) };
}

export const REMOTE_CLIENTS: readonly RemoteClient[] = [
  { name: 'node-redis', service: 'redis', open: openNodeRedis },
  { name: 'ioredis', service: 'redis', open: openIoredis },
  { name: 'pg', service: 'postgres', open: openPg },
  { name: 'postgres.js', service: 'postgres', open: openPostgresJs },
];

export function remoteClient(name: string): RemoteClient {
  const client = REMOTE_CLIENTS.find((one) => one.name === name);
  if (client === undefined) throw new Error(`There is no client "${name}"`);
  return client;
}
