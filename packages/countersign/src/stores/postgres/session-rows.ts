// A session record as parameters of an insert, and back from the one column that a read asks for. One
// column, as each costs a client about as much as parsing a hundred characters of JSON; lists in it instead
// of objects, as their names take half of that parsing.

import { RECORD_FORMAT } from '../../session/record.js';
import type { Factor, RenewalState, SessionId, SessionRecord } from '../../session/record.js';
import { dataFromColumn, dataToColumn } from './data-column.js';
import type { PostgresValue } from './driver.js';
import { toColumn, userToKey } from './exact-text.js';

/** What a read asks for: the record but for its id, as a JSON array in the order of `fromRow`. */
export const RECORD_COLUMN = `concat('[', revision, ',', created_at, ',', last_seen_at, ',', expires_at, ',',
  replaced::integer, ',', coalesce(device_key, 'null'), ',', renewal, ',', facts, ',', data, ']')`;

/** In the order of the parameters of `insert_session`, from `p_id` to `p_data`. */
export function toParameters(record: SessionRecord): PostgresValue[] {
  return [
    toColumn(record.id),
    record.userId === null ? null : userToKey(record.userId),
    record.revision,
    record.createdAt,
    record.lastSeenAt,
    record.expiresAt,
    record.replaced,
    deviceKeyToColumn(record.deviceKey),
    renewalToColumn(record.renewal),
    factsToColumn(record),
    dataToColumn(record.data),
  ];
}

/**
 * The record in a row, deeply frozen.
 * @throws TypeError for a row that this store did not write
 */
export function fromRow(id: SessionId, column: unknown): SessionRecord {
  const row = listOf(JSON.parse(textOf(column)));
  const facts = listOf(row[7]);
  if (integerOf(facts[0]) > RECORD_FORMAT) throw unexpected('format');
  return Object.freeze({
    id,
    lineage: textOf(facts[1]),
    format: integerOf(facts[0]),
    revision: integerOf(row[0]),
    userId: textOrNull(facts[2]),
    renewal: renewalFrom(listOf(row[6])),
    createdAt: integerOf(row[1]),
    authenticatedAt: facts[3] === null ? null : integerOf(facts[3]),
    lastSeenAt: integerOf(row[2]),
    expiresAt: integerOf(row[3]),
    replaced: row[4] === 1,
    remembered: facts[4] === true,
    factors: factorsFrom(listOf(facts[7])),
    client: Object.freeze({ userAgent: textOrNull(facts[5]), address: textOrNull(facts[6]) }),
    deviceKey: textOrNull(row[5]),
    data: dataFromColumn(row[8]),
  });
}

export function deviceKeyToColumn(key: string | null): string | null {
  return key === null ? null : JSON.stringify(key);
}

/** `renew_session` looks at the first and at the fourth. */
export function renewalToColumn(state: RenewalState): string {
  const { generation, since, hash, pending, previous } = state;
  return JSON.stringify([
    generation,
    since,
    hash,
    pending?.hash ?? null,
    pending?.keyId ?? null,
    previous?.hash ?? null,
    previous?.until ?? null,
  ]);
}

function renewalFrom(column: readonly unknown[]): RenewalState {
  const [generation, since, hash, pendingHash, keyId, previousHash, until] = column;
  return Object.freeze({
    generation: integerOf(generation),
    hash: textOf(hash),
    since: integerOf(since),
    pending:
      pendingHash === null
        ? null
        : Object.freeze({ hash: textOf(pendingHash), keyId: textOf(keyId) }),
    previous:
      previousHash === null
        ? null
        : Object.freeze({ hash: textOf(previousHash), until: integerOf(until) }),
  });
}

/** What no statement asks about. A place keeps its meaning: rows are in databases. */
function factsToColumn(record: SessionRecord): string {
  return JSON.stringify([
    record.format,
    record.lineage,
    record.userId,
    record.authenticatedAt,
    record.remembered,
    record.client.userAgent,
    record.client.address,
    record.factors.flatMap(({ kind, at }) => [kind, at]),
  ]);
}

function factorsFrom(column: readonly unknown[]): readonly Factor[] {
  const factors: Factor[] = [];
  for (let i = 0; i < column.length; i += 2) {
    factors.push(Object.freeze({ kind: textOf(column[i]), at: integerOf(column[i + 1]) }));
  }
  return Object.freeze(factors);
}

/** A column that is text. */
export function textOf(value: unknown): string {
  if (typeof value !== 'string') throw unexpected('text');
  return value;
}

/** A column that is a JSON array of texts. */
export function textsOf(column: unknown): readonly string[] {
  const texts: unknown = JSON.parse(textOf(column));
  if (!Array.isArray(texts) || !texts.every((text) => typeof text === 'string')) {
    throw unexpected('ids');
  }
  return texts;
}

function textOrNull(value: unknown): string | null {
  return value === null ? null : textOf(value);
}

function integerOf(value: unknown): number {
  if (typeof value !== 'number') throw unexpected('number');
  return value;
}

function listOf(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw unexpected('list');
  return value;
}

function unexpected(part: string): TypeError {
  return new TypeError(`A session row is of another layout: ${part}`);
}
