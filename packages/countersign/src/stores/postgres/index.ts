// `countersign/stores/postgres`: sessions in PostgreSQL.

export type { PgClient, PgPool, PostgresClient, PostgresJs } from './driver.js';
export { postgresStore, type PostgresStore } from './session-store.js';
export type { PostgresStoreOptions } from './options.js';
