// A PostgreSQL server for the tests of one file, and what they ask it behind a store's back.

import pg from 'pg';
import { afterAll, beforeAll } from 'vitest';

import type { SessionRecord } from '../../../src/session/record.js';
import { makeRecord } from '../../../src/testing/session-store/make-record.js';
import { newId } from '../../../src/testing/session-store/store-case.js';
import { startPostgres, type PostgresServer } from '../../services/postgres-server.js';

export interface Database {
  readonly server: PostgresServer;
  readonly url: string;
  /** A pool that is ended after the last test. */
  pool(config?: pg.PoolConfig): pg.Pool;
  /** The first column of the first row. */
  value(sql: string, values?: unknown[]): Promise<unknown>;
}

/** Starts it before the first test of the file and stops it after the last one. */
export function useDatabase(): Database {
  let server: PostgresServer | undefined;
  let url = '';
  const pools: pg.Pool[] = [];
  const pool = (config: pg.PoolConfig = {}): pg.Pool => {
    const made = new pg.Pool({ connectionString: url, ...config });
    made.on('error', () => undefined);
    pools.push(made);
    return made;
  };
  let own: pg.Pool | undefined;
  beforeAll(async () => {
    server = await startPostgres();
    url = await server.createDatabase();
  });
  afterAll(async () => {
    await Promise.all(pools.map((each) => each.end()));
    await server?.stop();
  });
  return {
    get server() {
      if (server === undefined) throw new Error('the server is not started yet');
      return server;
    },
    get url() {
      return url;
    },
    pool,
    async value(sql, values = []) {
      own ??= pool({ max: 2 });
      const { rows } = await own.query<unknown[]>({ text: sql, values, rowMode: 'array' });
      return rows[0]?.[0];
    },
  };
}

/** A record of the time of day, that lives for an hour. */
export function recordOf(fields: Partial<SessionRecord> = {}): SessionRecord {
  const now = Date.now();
  const userId = fields.userId === undefined ? 'user' : fields.userId;
  return makeRecord({ id: newId(userId), createdAt: now, expiresAt: now + 3_600_000, ...fields });
}
