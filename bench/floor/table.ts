// The table by hand: sessions in SQLite by the hash of their token, read by one prepared statement.
// Configured as the library configures its own file.

import type { SqliteDatabase } from 'countersign/stores/sqlite';

import type { FindRow, Row } from './check.js';

export interface Table {
  readonly find: FindRow;
  insert(tokenHash: string, row: Row): void;
}

export function createTable(database: SqliteDatabase): Table {
  database.exec(`
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = NORMAL;
    CREATE TABLE session (
      hash TEXT PRIMARY KEY,
      user_id TEXT NOT NULL,
      expires_at INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;`);
  const find = database.prepare('SELECT user_id, expires_at FROM session WHERE hash = ?');
  return {
    find: (tokenHash) => toRow(find.get(tokenHash)),
    // The statement does not keep its database from being collected, and closed with that: this does.
    insert: (tokenHash, { userId, expiresAt }) => {
      const statement = database.prepare('INSERT INTO session VALUES (?, ?, ?)');
      statement.run(tokenHash, userId, expiresAt);
    },
  };
}

function toRow(row: unknown): Row | undefined {
  if (typeof row !== 'object' || row === null) return undefined;
  if (!('user_id' in row) || !('expires_at' in row)) return undefined;
  const { user_id: userId, expires_at: expiresAt } = row;
  if (typeof userId !== 'string' || typeof expiresAt !== 'number') return undefined;
  return { userId, expiresAt };
}
