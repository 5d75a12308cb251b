// `countersign/stores/postgres`: sessions and accounts in PostgreSQL.

export {
  postgresAccountStore,
  type PostgresAccountStore,
  type PostgresAccountStoreOptions,
} from './account-store.js';
export type { PgClient, PgConnect, PgPool, PostgresClient, PostgresJs } from './driver.js';
export { migratePostgres, type PostgresMigrationOptions } from './migrate-postgres.js';
export { postgresStore, type PostgresStore } from './session-store.js';
export type { PostgresStoreOptions } from './options.js';
