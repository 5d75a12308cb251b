// The SQL of the session store, prepared once. Times and limits are parameters: nothing here knows
// what time it is.

import type { SqliteConnection } from './connection.js';
import type { Query, SqliteStatement } from './driver.js';
import { COLUMNS } from './session-rows.js';

export interface SessionStatements {
  /** id → stamp */
  readonly stamp: Query;
  /** id → the columns of a row */
  readonly row: Query;
  /** user id, now, limit → the columns of each row, newest first */
  readonly list: Query;
  /** id → expires_at, replaced, revision, data, renewal, device_key */
  readonly state: Query;
  /** user id, now, id not to count → ids, oldest first */
  readonly counted: Query;
  readonly insert: SqliteStatement;
  /** until, id */
  readonly replace: SqliteStatement;
  /** revision, data, id */
  readonly patch: SqliteStatement;
  /** renewal, id */
  readonly renew: SqliteStatement;
  /** device_key, id */
  readonly bind: SqliteStatement;
  /** seen, id, seen, now */
  readonly touch: SqliteStatement;
  /** id → id, expires_at of what it deleted */
  readonly end: Query;
  /** user id, id to spare → id, expires_at of what it deleted */
  readonly endUser: Query;
  readonly endAll: SqliteStatement;
  /** now, limit → id of what it deleted */
  readonly sweep: Query;
  /** user id → epoch, used_at; no row for a user who was never raised */
  readonly userEpoch: Query;
  /** → base_epoch */
  readonly baseEpoch: Query;
  /** user id, epoch, used_at */
  readonly raiseUser: SqliteStatement;
  /** used_at, user id */
  readonly useEpoch: SqliteStatement;
  /** base_epoch */
  readonly raiseBase: SqliteStatement;
  readonly forgetEpochs: SqliteStatement;
  /** used before, limit */
  readonly forgetOldEpochs: SqliteStatement;
  /** writer, kind, session id or null */
  readonly noteChange: SqliteStatement;
  /** → number of the newest change */
  readonly newestChange: Query;
  /** number → number, writer, kind, session_id of each later change, in order */
  readonly changesSince: Query;
  /** how many to keep, limit */
  readonly pruneChanges: SqliteStatement;
}

export function prepareStatements(db: SqliteConnection): SessionStatements {
  return { ...prepareReads(db), ...prepareChanges(db), ...prepareEpochs(db), ...prepareLog(db) };
}

type Reads = 'stamp' | 'row' | 'list' | 'state' | 'counted';
type Log = 'noteChange' | 'newestChange' | 'changesSince' | 'pruneChanges';
type Epochs =
  | 'userEpoch'
  | 'baseEpoch'
  | 'raiseUser'
  | 'useEpoch'
  | 'raiseBase'
  | 'forgetEpochs'
  | 'forgetOldEpochs';

function prepareReads(db: SqliteConnection): Pick<SessionStatements, Reads> {
  return {
    stamp: db.query('SELECT stamp FROM sessions WHERE id = ?'),
    row: db.query(`SELECT ${COLUMNS} FROM sessions WHERE id = ?`),
    list: db.query(
      `SELECT ${COLUMNS} FROM sessions WHERE user_id = ? AND expires_at > ?
       ORDER BY created_at DESC LIMIT ?`,
    ),
    state: db.query(
      `SELECT expires_at, replaced, revision, data, renewal, device_key
       FROM sessions WHERE id = ?`,
    ),
    counted: db.query(
      `SELECT id FROM sessions WHERE user_id = ? AND expires_at > ? AND replaced = 0 AND id <> ?
       ORDER BY created_at`,
    ),
  };
}

function prepareChanges(db: SqliteConnection): Omit<SessionStatements, Reads | Epochs | Log> {
  return {
    insert: db.statement(
      `INSERT INTO sessions (${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ),
    replace: db.statement(
      `UPDATE sessions SET replaced = 1, expires_at = min(expires_at, ?), stamp = stamp + 1
       WHERE id = ?`,
    ),
    patch: db.statement(
      'UPDATE sessions SET revision = ?, data = ?, stamp = stamp + 1 WHERE id = ?',
    ),
    renew: db.statement('UPDATE sessions SET renewal = ?, stamp = stamp + 1 WHERE id = ?'),
    bind: db.statement('UPDATE sessions SET device_key = ?, stamp = stamp + 1 WHERE id = ?'),
    touch: db.statement(
      `UPDATE sessions SET last_seen_at = min(?, expires_at), stamp = stamp + 1
       WHERE id = ? AND last_seen_at < min(?, expires_at) AND expires_at > ?`,
    ),
    end: db.query('DELETE FROM sessions WHERE id = ? RETURNING id, expires_at'),
    endUser: db.query(
      'DELETE FROM sessions WHERE user_id = ? AND id <> ? RETURNING id, expires_at',
    ),
    // Without a condition SQLite drops whole pages: a hundred thousand rows take milliseconds.
    endAll: db.statement('DELETE FROM sessions'),
    sweep: db.query(
      `DELETE FROM sessions WHERE id IN
         (SELECT id FROM sessions WHERE expires_at <= ? ORDER BY expires_at LIMIT ?)
       RETURNING id`,
    ),
  };
}

function prepareEpochs(db: SqliteConnection): Pick<SessionStatements, Epochs> {
  return {
    userEpoch: db.query('SELECT epoch, used_at FROM user_epochs WHERE user_id = ?'),
    baseEpoch: db.query('SELECT base_epoch FROM session_state'),
    raiseUser: db.statement(
      `INSERT INTO user_epochs VALUES (?, ?, ?)
       ON CONFLICT DO UPDATE SET epoch = excluded.epoch, used_at = excluded.used_at`,
    ),
    useEpoch: db.statement('UPDATE user_epochs SET used_at = max(used_at, ?) WHERE user_id = ?'),
    raiseBase: db.statement('UPDATE session_state SET base_epoch = ?'),
    forgetEpochs: db.statement('DELETE FROM user_epochs'),
    forgetOldEpochs: db.statement(
      `DELETE FROM user_epochs WHERE user_id IN
         (SELECT user_id FROM user_epochs WHERE used_at < ? ORDER BY used_at LIMIT ?)`,
    ),
  };
}

function prepareLog(db: SqliteConnection): Pick<SessionStatements, Log> {
  return {
    noteChange: db.statement(
      'INSERT INTO session_changes (writer, kind, session_id) VALUES (?, ?, ?)',
    ),
    newestChange: db.query('SELECT max(number) FROM session_changes'),
    changesSince: db.query(
      `SELECT number, writer, kind, session_id FROM session_changes
       WHERE number > ? ORDER BY number`,
    ),
    pruneChanges: db.statement(
      `DELETE FROM session_changes
       WHERE number <= (SELECT max(number) FROM session_changes) - ?
         AND number < (SELECT min(number) FROM session_changes) + ?`,
    ),
  };
}
