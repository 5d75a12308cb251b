// The statements of the store of one-time records, one for each verb. A record comes back as one JSON
// array in text, which no client is set to read in a way of its own.

import type { OneTimeRecord } from '../../accounts/one-time-store.js';
import type { Statement } from './driver.js';

export interface OneTimeStatements {
  /** hash, kind, subject, subject key, expiry, content */
  readonly insert: Statement;
  /** the same */
  readonly replace: Statement;
  /** hash, kind, now → record */
  readonly read: Statement;
  /** hash, kind, now → record */
  readonly take: Statement;
  /** subject key */
  readonly removeAll: Statement;
  /** subject key, kind */
  readonly removeKind: Statement;
  /** now, limit → how many */
  readonly sweep: Statement;
}

const RECORD = 'json_build_array(hash, kind, subject, expires_at, content)::text';

/** @param schema a name that needs no quotes */
export function oneTimeStatements(schema: string): OneTimeStatements {
  const records = `${schema}.one_time_records`;
  const statement = (name: string, text: string): Statement => ({
    name: `${schema}_one_time_${name}`,
    text,
  });
  return {
    insert: statement('insert', insertInto(records, 'false')),
    replace: statement('replace', replaceIn(records)),
    read: statement(
      'read',
      `SELECT ${RECORD} FROM ${records} WHERE hash = $1 AND kind = $2 AND expires_at > $3`,
    ),
    // Whoever comes second waits for the first one, and finds nothing.
    take: statement(
      'take',
      `DELETE FROM ${records} WHERE hash = $1 AND kind = $2 AND expires_at > $3 RETURNING ${RECORD}`,
    ),
    removeAll: statement('remove_all', `DELETE FROM ${records} WHERE subject_key = $1`),
    removeKind: statement(
      'remove_kind',
      `DELETE FROM ${records} WHERE subject_key = $1 AND kind = $2`,
    ),
    sweep: statement('sweep', sweepOf(records)),
  };
}

function insertInto(records: string, replaces: 'true' | 'false'): string {
  return `INSERT INTO ${records} (hash, kind, subject, subject_key, expires_at, content, replaces)
    VALUES ($1, $2, $3, $4, $5, $6, ${replaces})`;
}

/** Whoever comes second waits for the first one's row, and takes its place. */
function replaceIn(records: string): string {
  return `WITH gone AS (DELETE FROM ${records} WHERE subject_key = $4 AND kind = $2 AND NOT replaces)
    ${insertInto(records, 'true')}
    ON CONFLICT (subject_key, kind) WHERE replaces
    DO UPDATE SET hash = excluded.hash, expires_at = excluded.expires_at, content = excluded.content`;
}

/** Another node may be sweeping too, or replacing a record that has expired: nobody waits. */
function sweepOf(records: string): string {
  return `WITH expired AS (
      SELECT hash FROM ${records} WHERE expires_at <= $1 LIMIT $2 FOR UPDATE SKIP LOCKED
    ), gone AS (
      DELETE FROM ${records} USING expired WHERE ${records}.hash = expired.hash RETURNING 1
    )
    SELECT count(*)::text FROM gone`;
}

/**
 * The record in a column that a statement gave; `null` for none.
 * @throws TypeError for a column that these statements do not give
 */
export function recordIn(column: unknown): OneTimeRecord | null {
  if (column === undefined) return null;
  const fields: unknown = typeof column === 'string' ? JSON.parse(column) : undefined;
  const [hash, kind, subject, expiresAt, content] = listOf(fields);
  if (
    typeof hash !== 'string' ||
    typeof kind !== 'string' ||
    (typeof subject !== 'string' && subject !== null) ||
    typeof expiresAt !== 'number' ||
    typeof content !== 'string'
  ) {
    throw new TypeError('A one-time record is of another layout');
  }
  return { hash, kind, subject, expiresAt, content };
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
