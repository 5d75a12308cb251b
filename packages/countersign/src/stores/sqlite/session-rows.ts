// A session record as a row of the table `sessions`, and back. What SQL asks about has a column of its
// own; the rest is two JSON objects, as every column costs a read about a quarter of a microsecond.

import { RECORD_FORMAT } from '../../session/record.js';
import type { Factor, RenewalState, SessionRecord } from '../../session/record.js';
import { integerOf, textOf, textOrNull, type Row, type SqlValue } from './driver.js';
import { fromColumn, toColumn } from './exact-text.js';

/** In the order that `toRow` and `fromRow` use. */
export const COLUMNS =
  'id, stamp, user_id, revision, created_at, last_seen_at, expires_at, replaced, device_key, renewal, facts, data';

/** A record with its row's stamp: two rows with the same id and stamp are the same. */
export interface StampedRecord {
  readonly stamp: number;
  readonly record: SessionRecord;
}

/** What no statement asks about. The names are kept short of change: they are in files. */
interface Facts {
  readonly format: number;
  readonly lineage: string;
  readonly authenticatedAt: number | null;
  readonly remembered: boolean;
  readonly factors: readonly Factor[];
  readonly userAgent: string | null;
  readonly address: string | null;
}

export function toRow({ stamp, record }: StampedRecord): SqlValue[] {
  const facts: Facts = {
    format: record.format,
    lineage: record.lineage,
    authenticatedAt: record.authenticatedAt,
    remembered: record.remembered,
    factors: record.factors.map(({ kind, at }) => ({ kind, at })),
    userAgent: record.client.userAgent,
    address: record.client.address,
  };
  return [
    record.id,
    stamp,
    record.userId === null ? null : toColumn(record.userId),
    record.revision,
    record.createdAt,
    record.lastSeenAt,
    record.expiresAt,
    record.replaced ? 1 : 0,
    record.deviceKey === null ? null : toColumn(record.deviceKey),
    renewalToColumn(record.renewal),
    JSON.stringify(facts),
    record.data,
  ];
}

/**
 * The record in a row, deeply frozen.
 * @throws TypeError for a row that this store did not write
 */
export function fromRow(row: Row): StampedRecord {
  const facts: unknown = JSON.parse(textOf(row[10]));
  if (!isFacts(facts)) throw new TypeError('A session row has facts of another layout');
  const userId = textOrNull(row[2]);
  const deviceKey = textOrNull(row[8]);
  for (const factor of facts.factors) Object.freeze(factor);
  const record = Object.freeze({
    id: textOf(row[0]),
    lineage: facts.lineage,
    format: facts.format,
    revision: integerOf(row[3]),
    userId: userId === null ? null : fromColumn(userId),
    renewal: renewalFromColumn(row[9]),
    createdAt: integerOf(row[4]),
    authenticatedAt: facts.authenticatedAt,
    lastSeenAt: integerOf(row[5]),
    expiresAt: integerOf(row[6]),
    replaced: row[7] === 1,
    remembered: facts.remembered,
    factors: Object.freeze(facts.factors),
    client: Object.freeze({ userAgent: facts.userAgent, address: facts.address }),
    deviceKey: deviceKey === null ? null : fromColumn(deviceKey),
    data: textOf(row[11]),
  });
  return { stamp: integerOf(row[1]), record };
}

export function renewalToColumn({
  generation,
  hash,
  since,
  pending,
  previous,
}: RenewalState): string {
  return JSON.stringify({
    generation,
    hash,
    since,
    pending: pending && { hash: pending.hash, keyId: pending.keyId },
    previous: previous && { hash: previous.hash, until: previous.until },
  });
}

export function renewalFromColumn(column: unknown): RenewalState {
  const state: unknown = JSON.parse(textOf(column));
  if (!isRenewalState(state)) throw new TypeError('A session row has a renewal of another layout');
  Object.freeze(state.pending);
  Object.freeze(state.previous);
  return Object.freeze(state);
}

function isFacts(value: unknown): value is Facts {
  return (
    isObject(value) &&
    typeof value['format'] === 'number' &&
    value['format'] <= RECORD_FORMAT &&
    typeof value['lineage'] === 'string' &&
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
  return typeof value === 'object' && value !== null;
}

function isNumberOrNull(value: unknown): value is number | null {
  return value === null || typeof value === 'number';
}

function isTextOrNull(value: unknown): value is string | null {
  return value === null || typeof value === 'string';
}
