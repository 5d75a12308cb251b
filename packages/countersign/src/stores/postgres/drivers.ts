// Statements on each kind of client. Prepared ones have a name, under which a connection keeps them.

import type { Clock } from '../../clock.js';
import {
  isPgConnect,
  isPgPool,
  isPostgresJs,
  type PgClient,
  type PgConnect,
  type PgPool,
  type PgQuery,
  type PostgresClient,
  type PostgresDriver,
  type PostgresJs,
  type PostgresValue,
  type Rows,
  type Statement,
} from './driver.js';
import { askClient, OwnConnection, type PgAnswer } from './own-connection.js';

/** Longer than any session layer waits: only the connection is still of interest then. */
const QUERY_TIMEOUT_MS = 10_000;

export interface DriverOptions {
  /** Whether statements are prepared once per connection, under a name. */
  readonly prepare: boolean;
  readonly clock: Clock;
}

export function driverOf(client: PostgresClient, options: DriverOptions): PostgresDriver {
  if (isPostgresJs(client)) return postgresJsDriver(client, options);
  if (isPgConnect(client)) return ownDriver(client, options);
  return isPgPool(client) ? poolDriver(client, options) : clientDriver(client, options);
}

/** A connection that a network has swallowed would keep its place in the pool for a quarter of an hour. */
function poolDriver(pool: PgPool, { prepare }: DriverOptions): PostgresDriver {
  const query = ({ name, text }: Statement, values: PostgresValue[]): Promise<Rows> => {
    const limit = { query_timeout: QUERY_TIMEOUT_MS };
    return pool
      .query(prepare ? { name, text, values, ...limit } : { text, values, ...limit })
      .then(rowsOf);
  };
  return { query, change: query, run: async (text) => void (await pool.query({ text })), close };
}

/** No limit here: giving a query up destroys the Client, which is the application's. */
function clientDriver(client: PgClient, { prepare }: DriverOptions): PostgresDriver {
  const ask = askClient(client);
  const query = (statement: Statement, values: PostgresValue[]): Promise<Rows> =>
    ask(queryOf(statement, values, prepare)).then(rowsOf);
  return { query, change: query, run: async (text) => void (await ask({ text })), close };
}

/** There is nothing that is the store's own. */
function close(): void {}

/** Two connections, as on one alone a check would wait for what waits for a lock before it. */
function ownDriver(connect: PgConnect, { prepare, clock }: DriverOptions): PostgresDriver {
  const asking = (connection: OwnConnection): PostgresDriver['query'] => {
    const succeed = (answer: PgAnswer): Rows => {
      connection.answered();
      return rowsOf(answer);
    };
    const fail = (error: unknown): never => {
      connection.answered();
      throw error;
    };
    return (statement, values) =>
      connection.ask(queryOf(statement, values, prepare)).then(succeed, fail);
  };
  const reads = new OwnConnection(connect, clock);
  const changes = new OwnConnection(connect, clock);
  const change = asking(changes);
  return {
    query: asking(reads),
    change,
    run: async (text) => void (await changes.ask({ text }).finally(() => changes.answered())),
    close: () => {
      reads.close();
      changes.close();
    },
  };
}

/** As few properties as can be: `pg` copies each with its descriptor. */
function queryOf({ name, text }: Statement, values: PostgresValue[], prepare: boolean): PgQuery {
  return prepare ? { name, text, values } : { text, values };
}

function rowsOf({ rows }: PgAnswer): Rows {
  return rows.map((row): readonly unknown[] => {
    if (typeof row !== 'object' || row === null) throw unexpected();
    return Object.values(row);
  });
}

function postgresJsDriver(sql: PostgresJs, { prepare }: DriverOptions): PostgresDriver {
  const query = async ({ text }: Statement, values: PostgresValue[]): Promise<Rows> =>
    rowsIn(await sql.unsafe(text, values, { prepare }).values());
  return {
    query,
    change: query,
    run: async (text) => void (await sql.unsafe(text)),
    close,
  };
}

function rowsIn(answer: unknown): Rows {
  if (isRows(answer)) return answer;
  throw unexpected();
}

function isRows(answer: unknown): answer is Rows {
  return Array.isArray(answer) && (answer.length === 0 || Array.isArray(answer[0]));
}

function unexpected(): TypeError {
  return new TypeError('A PostgreSQL client answered a query with something else than rows');
}
