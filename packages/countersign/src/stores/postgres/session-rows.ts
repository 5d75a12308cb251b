// A session record as parameters of an insert, and back from the one column that a read asks for. One
// column, as each costs a client about as much as parsing a hundred characters of JSON.

import { RECORD_FORMAT } from '../../session/record.js';
import type { Factor, RenewalState, SessionId, SessionRecord } from '../../session/record.js';
import { dataFromColumn, dataToColumn } from './data-column.js';
import type { PostgresValue } from './driver.js';
import { toColumn, userToKey } from './exact-text.js';

/** What a read asks for: the record but for its id, as a JSON array in the order of `fromRow`. */
export const RECORD_COLUMN = `concat('[', revision, ',', created_at, ',', last_seen_at, ',', expires_at, ',',
  replaced::integer, ',', coalesce(device_key, 'null'), ',', renewal, ',', facts, ',', data, ']')`;

/** What no statement asks about. The names are kept short of change: they are in databases. */
interface Facts {
  readonly format: number;
  readonly lineage: string;
  readonly userId: string | null;
  readonly authenticatedAt: number | null;
  readonly remembered: boolean;
  readonly factors: readonly Factor[];
  readonly userAgent: string | null;
  readonly address: string | null;
}

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
  const row: unknown = JSON.parse(textOf(column));
  if (!Array.isArray(row)) throw unexpected('array');
  const parts: readonly unknown[] = row;
  const [, , , , replaced, deviceKey, renewal, facts, data] = parts;
  if (!isFacts(facts)) throw unexpected('facts');
  if (!isRenewalState(renewal)) throw unexpected('renewal');
  if (!isObject(data)) throw unexpected('data');
  if (deviceKey !== null && typeof deviceKey !== 'string') throw unexpected('device key');
  for (const factor of facts.factors) Object.freeze(factor);
  Object.freeze(renewal.pending);
  Object.freeze(renewal.previous);
  return Object.freeze({
    id,
    lineage: facts.lineage,
    format: facts.format,
    revision: integerOf(parts[0]),
    userId: facts.userId,
    renewal: Object.freeze(renewal),
    createdAt: integerOf(parts[1]),
    authenticatedAt: facts.authenticatedAt,
    lastSeenAt: integerOf(parts[2]),
    expiresAt: integerOf(parts[3]),
    replaced: replaced === 1,
    remembered: facts.remembered,
    factors: Object.freeze(facts.factors),
    client: Object.freeze({ userAgent: facts.userAgent, address: facts.address }),
    deviceKey,
    data: dataFromColumn(data),
  });
}

export function deviceKeyToColumn(key: string | null): string | null {
  return key === null ? null : JSON.stringify(key);
}

export function renewalToColumn(state: RenewalState): string {
  const { generation, hash, since, pending, previous } = state;
  return JSON.stringify({
    generation,
    hash,
    since,
    pending: pending && { hash: pending.hash, keyId: pending.keyId },
    previous: previous && { hash: previous.hash, until: previous.until },
  });
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

function factsToColumn(record: SessionRecord): string {
  const facts: Facts = {
    format: record.format,
    lineage: record.lineage,
    userId: record.userId,
    authenticatedAt: record.authenticatedAt,
    remembered: record.remembered,
    factors: record.factors.map(({ kind, at }) => ({ kind, at })),
    userAgent: record.client.userAgent,
    address: record.client.address,
  };
  return JSON.stringify(facts);
}

function isFacts(value: unknown): value is Facts {
  return (
    isObject(value) &&
    typeof value['format'] === 'number' &&
    value['format'] <= RECORD_FORMAT &&
    typeof value['lineage'] === 'string' &&
    isTextOrNull(value['userId']) &&
    isNumberOrNull(value['authenticatedAt']) &&
    typeof value['remembered'] === 'boolean' &&
    Array.isArray(value['factors']) &&
    value['factors'].every(isFactor) &&
    isTextOrNull(value['userAgent']) &&
    isTextOrNull(value['address'])
  );
}

function isFactor(value: unknown): value is Factor {
  return isObject(value) && typeof value['kind'] === 'string' && typeof value['at'] === 'number';
}

function isRenewalState(value: unknown): value is RenewalState {
  if (!isObject(value)) return false;
  const { pending, previous } = value;
  return (
    typeof value['generation'] === 'number' &&
    typeof value['hash'] === 'string' &&
    typeof value['since'] === 'number' &&
    (pending === null || (isObject(pending) && typeof pending['hash'] === 'string')) &&
    (previous === null || (isObject(previous) && typeof previous['until'] === 'number'))
  );
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isNumberOrNull(value: unknown): value is number | null {
  return value === null || typeof value === 'number';
}

function isTextOrNull(value: unknown): value is string | null {
  return value === null || typeof value === 'string';
}

function integerOf(value: unknown): number {
  if (typeof value !== 'number') throw unexpected('number');
  return value;
}

function unexpected(part: string): TypeError {
  return new TypeError(`A session row is of another layout: ${part}`);
}
