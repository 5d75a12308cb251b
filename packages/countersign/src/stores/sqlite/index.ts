// `countersign/stores/sqlite`: sessions in an SQLite file.

export type { SqliteOptions } from './connection.js';
export type { SqliteDatabase, SqliteStatement, SqlValue } from './driver.js';
export { openDatabase } from './open-database.js';
export { sqliteStore, type SqliteStore } from './session-store.js';
