// `countersign/stores/postgres`: sessions, accounts and one-time records in PostgreSQL.

export {
  postgresAccountStore,
  type PostgresAccountStore,
  type PostgresAccountStoreOptions,
} from './account-store.js';
export type { PgClient, PgConnect, PgPool, PostgresClient, PostgresJs } from './driver.js';
export { migratePostgres, type PostgresMigrationOptions } from './migrate-postgres.js';
export {
  postgresOneTimeStore,
  type PostgresOneTimeStore,
  type PostgresOneTimeStoreOptions,
} from './one-time-store.js';
export { postgresStore, type PostgresStore } from './session-store.js';
export type { PostgresStoreOptions } from './options.js';
