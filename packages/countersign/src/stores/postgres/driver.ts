// What is used of a PostgreSQL client, and the two shapes that clients have. A Pool or Client of `pg` and
// a `sql` of postgres.js fit these types; neither is imported here.

import { hasMethods } from '../has-methods.js';

/** A parameter. All statements take and give text where a client could be set to read a type its own way. */
export type PostgresValue = string | number | boolean | null;

/** A statement of a store: the name is unique for its text. */
export interface Statement {
  readonly name: string;
  readonly text: string;
}

/** A query as `pg` takes it. */
export interface PgQuery {
  readonly text: string;
  readonly values?: PostgresValue[];
  readonly name?: string;
  /** Not in the types of `pg`, but read by it: the milliseconds after which it gives the query up. */
  readonly query_timeout?: number;
}

/** What a Pool and a Client of `pg` have in common. */
export interface PgQueryable {
  query(query: PgQuery): Promise<{ readonly rows: unknown[] }>;
}

/** A connection of `pg`: a Client that is connected. */
export interface PgClient extends PgQueryable {
  on(event: 'notification', listener: (message: PgNotification) => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
  on(event: 'end', listener: () => void): unknown;
  end(): Promise<void>;
  /** Whether a query is sent while others are under way. Where not, those who ask have to wait in a row. */
  readonly pipeline?: boolean;
  readonly connection?: { readonly stream?: { destroy(): unknown } };
}

/** What somebody told a channel that is listened to. */
export interface PgNotification {
  readonly channel: string;
  readonly payload?: string | undefined;
}

/** A client that was taken out of a pool. */
export interface PgPoolClient extends PgClient {
  release(destroy?: Error | boolean): void;
}

/** A Pool of `pg`. */
export interface PgPool extends PgQueryable {
  readonly totalCount: number;
  readonly options?: { readonly max?: number | undefined };
  connect(): Promise<PgPoolClient>;
}

/** The `sql` of postgres.js. */
export interface PostgresJs {
  unsafe(
    text: string,
    values?: PostgresValue[],
    options?: { readonly prepare?: boolean },
  ): PostgresJsQuery;
  listen(
    channel: string,
    onNotify: (payload: string) => void,
    onListen?: () => void,
  ): Promise<{ unlisten(): Promise<void> }>;
}

/** A query of postgres.js, which runs when it is waited for. */
export interface PostgresJsQuery extends PromiseLike<unknown> {
  values(): PromiseLike<unknown>;
}

/** Makes a Client of `pg` and connects it. */
export type PgConnect = () => Promise<PgClient>;

export type PostgresClient = PgPool | PgClient | PostgresJs | PgConnect;

/** Rows by position. */
export type Rows = readonly (readonly unknown[])[];

/** One way to run statements, whichever the client. */
export interface PostgresDriver {
  query(statement: Statement, values: PostgresValue[]): Promise<Rows>;
  /** The same for a statement that may have to wait for a lock. No query should have to wait behind it. */
  change(statement: Statement, values: PostgresValue[]): Promise<Rows>;
  /** Runs SQL without parameters and without rows, in a transaction of its own. */
  run(sql: string): Promise<void>;
  /** Lets go of connections that are the store's own. */
  close(): void;
}

export function isPostgresJs(client: PostgresClient): client is PostgresJs {
  return 'unsafe' in client;
}

export function isPgPool(client: PostgresClient): client is PgPool {
  return 'totalCount' in client;
}

export function isPgConnect(client: PostgresClient): client is PgConnect {
  return typeof client === 'function' && !isPostgresJs(client);
}

/** Whether `client` can be one of the four. Any function can be one that connects. */
export function isPostgresClient(client: unknown): client is PostgresClient {
  if (typeof client === 'function') return true;
  if (typeof client !== 'object' || client === null) return false;
  return hasMethods(client, 'totalCount' in client ? ['query', 'connect'] : ['query', 'on']);
}

/** Whether `client` is a connection of `pg`. */
export function isPgClient(client: unknown): client is PgClient {
  return (
    typeof client === 'object' && client !== null && hasMethods(client, ['query', 'on', 'end'])
  );
}

/** The five characters by which PostgreSQL tells errors apart, or `''`. */
export function sqlState(error: unknown): string {
  const isCoded = typeof error === 'object' && error !== null && 'code' in error;
  return isCoded && typeof error.code === 'string' ? error.code : '';
}
