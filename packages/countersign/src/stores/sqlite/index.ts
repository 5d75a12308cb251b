// `countersign/stores/sqlite`: sessions and accounts in an SQLite file.

export { sqliteAccountStore, type SqliteAccountStore } from './account-store.js';
export type { SqliteOptions } from './connection.js';
export type { SqliteDatabase, SqliteStatement, SqlValue } from './driver.js';
export { openDatabase } from './open-database.js';
export { sqliteStore, type SqliteStore } from './session-store.js';
