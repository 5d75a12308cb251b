// `countersign/stores/postgres`: sessions, accounts, one-time records and throttle
// counters in PostgreSQL.

export {
  postgresAccountStore,
  type PostgresAccountStore,
  type PostgresAccountStoreOptions,
} from './account-store.js';
export type {
  PgClient,
  PgConnect,
  PgNotification,
  PgPool,
  PgPoolClient,
  PgQuery,
  PgQueryable,
  PostgresClient,
  PostgresJs,
  PostgresJsQuery,
  PostgresValue,
} from './driver.js';
export { migratePostgres, type PostgresMigrationOptions } from './migrate-postgres.js';
export {
  postgresOneTimeStore,
  type PostgresOneTimeStore,
  type PostgresOneTimeStoreOptions,
} from './one-time-store.js';
export { postgresStore, type PostgresStore } from './session-store.js';
export type { PostgresStoreOptions } from './options.js';
export {
  postgresThrottleStore,
  type PostgresThrottleStore,
  type PostgresThrottleStoreOptions,
} from './throttle-store.js';
