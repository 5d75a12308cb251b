// Statements on each kind of client. Prepared ones have a name, under which a connection keeps them.

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
import { askClient, OwnConnection, type Ask } from './own-connection.js';

/** Longer than any session layer waits: only the connection is still of interest then. */
const QUERY_TIMEOUT_MS = 10_000;

export interface DriverOptions {
  /** Whether statements are prepared once per connection, under a name. */
  readonly prepare: boolean;
}

export function driverOf(client: PostgresClient, options: DriverOptions): PostgresDriver {
  if (isPostgresJs(client)) return postgresJsDriver(client, options);
  return isPgConnect(client) ? ownDriver(client, options) : pgDriver(client, options);
}

function pgDriver(client: PgPool | PgClient, options: DriverOptions): PostgresDriver {
  const isPool = isPgPool(client);
  const ask: Ask = isPool ? (query) => client.query(query) : askClient(client);
  // Not on a Client of the application's: giving up would destroy it.
  const query = asking(ask, options, { givesUp: isPool });
  return { query, change: query, run: async (text) => void (await ask({ text })), close: () => {} };
}

/** Two connections, as on one alone a check would wait for what waits for a lock before it. */
function ownDriver(connect: PgConnect, options: DriverOptions): PostgresDriver {
  const reads = new OwnConnection(connect);
  const changes = new OwnConnection(connect);
  return {
    query: asking((query) => reads.ask(query), options, { givesUp: true }),
    change: asking((query) => changes.ask(query), options, { givesUp: true }),
    run: async (text) => void (await changes.ask({ text })),
    close: () => {
      reads.close();
      changes.close();
    },
  };
}

/**
 * @param limits `givesUp`: after a while, as a connection that a network has swallowed would keep its place
 *   for a quarter of an hour
 */
function asking(
  ask: Ask,
  { prepare }: DriverOptions,
  limits: { readonly givesUp: boolean },
): (statement: Statement, values: PostgresValue[]) => Promise<Rows> {
  const common: Pick<PgQuery, 'rowMode' | 'query_timeout'> = {
    rowMode: 'array',
    ...(limits.givesUp ? { query_timeout: QUERY_TIMEOUT_MS } : {}),
  };
  return ({ name, text }, values) => {
    const query = { text, values, ...common };
    return ask(prepare ? { name, ...query } : query).then(({ rows }) => rowsIn(rows));
  };
}

function postgresJsDriver(sql: PostgresJs, { prepare }: DriverOptions): PostgresDriver {
  const query = async ({ text }: Statement, values: PostgresValue[]): Promise<Rows> =>
    rowsIn(await sql.unsafe(text, values, { prepare }).values());
  return {
    query,
    change: query,
    run: async (text) => void (await sql.unsafe(text)),
    close: () => {},
  };
}

function rowsIn(answer: unknown): Rows {
  if (isRows(answer)) return answer;
  throw new TypeError('A PostgreSQL client answered a query with something else than rows');
}

function isRows(answer: unknown): answer is Rows {
  return Array.isArray(answer) && (answer.length === 0 || Array.isArray(answer[0]));
}
