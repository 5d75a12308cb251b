// The options of the PostgreSQL store, checked when it is made.

import type { Clock } from '../../clock.js';
import { misconfigured } from '../../errors.js';
import { isPgPool, isPostgresClient, type PgConnect, type PostgresClient } from './driver.js';

export interface PostgresStoreOptions {
  /**
   * A Pool or a connected Client of `pg`, or the `sql` of postgres.js: the application ends it. Or a function
   * that makes a Client of `pg` and connects it: the store calls it for two connections, one for checks and
   * one for changes, again when one is lost, and ends them.
   */
  readonly client: PostgresClient;
  /**
   * The schema that holds Countersign's tables. It is made when it is missing. Default `countersign`.
   * Lower-case letters, digits and `_`, at most 40.
   */
  readonly schema?: string;
  /**
   * Whether statements are prepared once per connection. Default `true`. `false` is for a connection
   * pooler in between that does not know prepared statements, such as PgBouncer before 1.21.
   */
  readonly prepare?: boolean;
  /**
   * Whether endings and changes are announced by NOTIFY, which a near-cache on any node needs. Default
   * `true`. The same on every node. `false` saves writes the one lock by which PostgreSQL puts the
   * commits of announcing transactions in a row; `subscribe` is missing then.
   */
  readonly announce?: boolean;
  /**
   * Makes a connection to hear announcements on: a connected Client of `pg`, which the store ends. Called
   * again when that one is lost. Default: a client taken out of the Pool, the listening of postgres.js, or
   * `client` where that is a function. With a Client as `client`, `subscribe` is missing unless this is
   * given. Needed behind a pooler in transaction mode: go past it.
   */
  readonly listen?: PgConnect;
  /** Where time comes from. Default: the machine's clock. */
  readonly clock?: Clock;
}

export const OPTION_NAMES = ['client', 'schema', 'prepare', 'announce', 'listen', 'clock'] as const;

const SCHEMA = /^[a-z_][a-z0-9_]{0,39}$/;

export function assertClient(client: unknown): void {
  if (isPostgresClient(client)) return;
  throw misconfigured(
    'client',
    'is no client of pg or postgres.js',
    'Give `new pg.Pool(…)`, a connected `new pg.Client(…)`, `postgres(…)`, or a function that connects',
  );
}

export function assertTypes({ prepare, announce, listen }: PostgresStoreOptions): void {
  for (const [name, value] of Object.entries({ prepare, announce })) {
    if (value !== undefined && typeof value !== 'boolean') {
      throw misconfigured(name, 'is neither true nor false', 'Leave it out for true');
    }
  }
  if (listen !== undefined && typeof listen !== 'function') {
    throw misconfigured(
      'listen',
      'is not a function',
      'Give a function that makes a Client of pg, connects it and returns it',
    );
  }
}

/** @throws CountersignError `configuration` for a pool that hearing announcements would leave empty */
export function assertRoomToListen({ client, listen }: PostgresStoreOptions): void {
  if (listen !== undefined || !isPgPool(client) || client.options?.max !== 1) return;
  throw misconfigured(
    'client',
    'is a Pool of one connection, which would be kept for hearing announcements',
    'Give the pool a `max` of 2 or more, or pass `listen`',
  );
}

/** @throws CountersignError `configuration` for a name that would need quotes or be cut */
export function schemaOf(schema: unknown = 'countersign'): string {
  if (typeof schema === 'string' && SCHEMA.test(schema) && !schema.startsWith('pg_')) return schema;
  throw misconfigured(
    'schema',
    `${JSON.stringify(schema)} is not a plain name`,
    'Use lower-case letters, digits and _, at most 40, beginning with a letter and not with pg_',
  );
}
