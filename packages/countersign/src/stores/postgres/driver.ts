// What is used of a PostgreSQL client, and the two shapes that clients have. A Pool or Client of `pg` and
// a `sql` of postgres.js fit these types; neither is imported here.

/** A parameter. All statements take and give text where a client could be set to read a type its own way. */
export type PostgresValue = string | number | boolean | null;

/** A statement of a store: the name is unique for its text. */
export interface Statement {
  readonly name: string;
  readonly text: string;
}

export interface PgQuery {
  readonly text: string;
  readonly values?: PostgresValue[];
  readonly name?: string;
  readonly rowMode?: 'array';
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

export type PostgresClient = PgPool | PgClient | PostgresJs;

/** Rows by position. */
export type Rows = readonly (readonly unknown[])[];

/** One way to run statements, whichever the client. */
export interface PostgresDriver {
  query(statement: Statement, values: PostgresValue[]): Promise<Rows>;
  /** Runs SQL without parameters and without rows, in a transaction of its own. */
  run(sql: string): Promise<void>;
}

/** Longer than any session layer waits: only the connection is still of interest then. */
const QUERY_TIMEOUT_MS = 10_000;

export interface DriverOptions {
  /** Whether statements are prepared once per connection, under a name. */
  readonly prepare: boolean;
}

export function isPostgresJs(client: PostgresClient): client is PostgresJs {
  return 'unsafe' in client;
}

export function isPgPool(client: PostgresClient): client is PgPool {
  return 'totalCount' in client;
}

/** Whether `client` can be one of the three. */
export function isPostgresClient(client: unknown): client is PostgresClient {
  if (typeof client === 'function') return hasMethods(client, ['unsafe', 'listen']);
  if (typeof client !== 'object' || client === null) return false;
  return hasMethods(client, 'totalCount' in client ? ['query', 'connect'] : ['query', 'on']);
}

export function driverOf(client: PostgresClient, options: DriverOptions): PostgresDriver {
  return isPostgresJs(client) ? postgresJsDriver(client, options) : pgDriver(client, options);
}

function pgDriver(client: PgPool | PgClient, { prepare }: DriverOptions): PostgresDriver {
  const isPool = isPgPool(client);
  const ask: Ask =
    isPool || client.pipeline === true ? (query) => client.query(query) : inARow(client);
  const common = {
    rowMode: 'array',
    // A connection that a network has swallowed would keep its place in the pool for a quarter of an hour.
    ...(isPool ? { query_timeout: QUERY_TIMEOUT_MS } : {}),
  } as const;
  return {
    query({ name, text }, values) {
      const query = { text, values, ...common };
      return ask(prepare ? { name, ...query } : query).then(({ rows }) => rowsIn(rows));
    },
    async run(text) {
      await ask({ text });
    },
  };
}

type Ask = (query: PgQuery) => Promise<{ readonly rows: unknown[] }>;

/** One query after the other, as a Client that does not pipeline wants it. */
function inARow(client: PgClient): Ask {
  let last: Promise<unknown> = Promise.resolve();
  return (query) => {
    const answer = last.then(() => client.query(query));
    last = answer.catch(() => undefined);
    return answer;
  };
}

function postgresJsDriver(sql: PostgresJs, { prepare }: DriverOptions): PostgresDriver {
  return {
    async query({ text }, values) {
      return rowsIn(await sql.unsafe(text, values, { prepare }).values());
    },
    async run(text) {
      await sql.unsafe(text);
    },
  };
}

function rowsIn(answer: unknown): Rows {
  if (isRows(answer)) return answer;
  throw new TypeError('A PostgreSQL client answered a query with something else than rows');
}

function isRows(answer: unknown): answer is Rows {
  return Array.isArray(answer) && (answer.length === 0 || Array.isArray(answer[0]));
}

function hasMethods(value: object, names: readonly string[]): boolean {
  return names.every((name) => typeof Reflect.get(value, name) === 'function');
}

/** The five characters by which PostgreSQL tells errors apart, or `''`. */
export function sqlState(error: unknown): string {
  const isCoded = typeof error === 'object' && error !== null && 'code' in error;
  return isCoded && typeof error.code === 'string' ? error.code : '';
}
