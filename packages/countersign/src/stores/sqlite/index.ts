// `countersign/stores/sqlite`: sessions, accounts, one-time records and throttle
// counters in an SQLite file.

export { sqliteAccountStore, type SqliteAccountStore } from './account-store.js';
export type { SqliteOptions } from './connection.js';
export type { SqliteDatabase, SqliteStatement, SqlValue } from './driver.js';
export { sqliteOneTimeStore, type SqliteOneTimeStore } from './one-time-store.js';
export { openDatabase } from './open-database.js';
export { sqliteStore, type SqliteStore } from './session-store.js';
export { sqliteThrottleStore, type SqliteThrottleStore } from './throttle-store.js';
