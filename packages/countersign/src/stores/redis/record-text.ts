// A session record as one Redis string, and back. First fixed places that scripts compare and overwrite,
// then fields, then the frames of the data. One string, because a hash with a value over 64 bytes costs
// twice the memory. The id is in the key and not repeated.
//
//   1 layout   2 format   3 flags   4-11 base   12-19 expires   20-27 last seen   28-35 created
//   36- revision, then the fields, each after a separator: generation, pending (hash and key id),
//   hash, since, previous (hash and until), device key, lineage, user id, authenticated, factors,
//   user agent, address
//
// The base names the generation of its home: when everyone's sessions are ended, homes get new bases.

import { RECORD_FORMAT } from '../../session/record.js';
import type { Factor, RenewalState, SessionId, SessionRecord } from '../../session/record.js';
import { dataOf, FRAME, framesOf } from './data-frames.js';
import {
  decodeWords,
  decodeSomeText,
  decodeText,
  decodeTime,
  encodeWords,
  encodeText,
  encodeTime,
} from './field-text.js';

const LAYOUT = '1';
const FIELD = '\u001f';
/** Between the parts of a field. */
const PART = '\u001d';
const FIELDS = 13;
/** Where the base begins, counted from 0. */
const BASE_AT = 3;
const REVISION_AT = 35;

const REPLACED = 1;
const REMEMBERED = 2;

/** A record around the base, which only the script that inserts it knows. */
export interface RecordText {
  readonly head: string;
  readonly tail: string;
}

/** @throws RangeError for a time before 2020 or after 2109 */
export function encodeRecord(record: SessionRecord): RecordText {
  const { createdAt, authenticatedAt, renewal, client } = record;
  const flags = (record.replaced ? REPLACED : 0) + (record.remembered ? REMEMBERED : 0);
  const fields = [
    encodeRenewal(renewal, createdAt),
    encodeText(record.deviceKey),
    record.lineage === record.id ? '' : encodeText(record.lineage),
    encodeText(record.userId),
    authenticatedAt === null ? '' : encodeDelta(authenticatedAt, createdAt),
    record.factors
      .map(({ kind, at }) => `${encodeWords(kind)}${PART}${encodeDelta(at, createdAt)}`)
      .join(PART),
    encodeWords(client.userAgent),
    encodeText(client.address),
  ];
  const times = [record.expiresAt, record.lastSeenAt, createdAt].map(encodeTime).join('');
  return {
    head: `${LAYOUT}${record.format.toString(36)}${flags}`,
    tail: `${times}${record.revision}${FIELD}${fields.join(FIELD)}${framesOf(record.data)}`,
  };
}

/**
 * The fields from the generation to the previous secret, as `renew` puts them in.
 * @param createdAt where it is known: most sessions are never renewed, and then `since` is the same
 */
export function encodeRenewal(renewal: RenewalState, createdAt?: number): string {
  const { generation, hash, since, pending, previous } = renewal;
  return [
    String(generation),
    pending === null ? '' : `${encodeText(pending.hash)}${PART}${encodeText(pending.keyId)}`,
    encodeText(hash),
    since === createdAt ? '' : encodeTime(since),
    previous === null ? '' : `${encodeText(previous.hash)}${PART}${encodeTime(previous.until)}`,
  ].join(FIELD);
}

/** What the fields of a renewal begin with that has this generation and pending hash, and no other's do. */
export function renewalStart({ generation, pending }: RenewalState): string {
  const hash = pending === null ? FIELD : `${encodeText(pending.hash)}${PART}`;
  return `${generation}${FIELD}${hash}`;
}

/** Whether a stored record was inserted under this base, so that it was not ended with everyone's. */
export function isUnderBase(text: string, base: string): boolean {
  return text.startsWith(base, BASE_AT);
}

/**
 * The record, deeply frozen.
 * @throws TypeError for a text that this version did not write
 */
export function decodeRecord(id: SessionId, text: string): SessionRecord {
  const fields = text.split(FIELD);
  const format = Number.parseInt(text.charAt(1), 36);
  if (fields.length !== FIELDS || !text.startsWith(LAYOUT) || format > RECORD_FORMAT) {
    throw new TypeError('A stored session has another layout');
  }
  const field = (index: number): string => fields[index] ?? '';
  const last = field(FIELDS - 1);
  const frames = last.indexOf(FRAME);
  const flags = text.charCodeAt(2) - 48;
  const createdAt = decodeTime(text, 27);
  return Object.freeze({
    id,
    lineage: decodeText(field(7)) ?? id,
    format,
    revision: Number(field(0).slice(REVISION_AT)),
    userId: decodeText(field(8)),
    renewal: decodeRenewal(fields, createdAt),
    createdAt,
    authenticatedAt: decodeDelta(field(9), createdAt),
    lastSeenAt: decodeTime(text, 19),
    expiresAt: decodeTime(text, 11),
    replaced: (flags & REPLACED) !== 0,
    remembered: (flags & REMEMBERED) !== 0,
    factors: decodeFactors(field(10), createdAt),
    client: Object.freeze({
      userAgent: decodeWords(field(11)),
      address: decodeText(frames < 0 ? last : last.slice(0, frames)),
    }),
    deviceKey: decodeText(field(6)),
    data: frames < 0 ? '{}' : dataOf(last.slice(frames)),
  });
}

function decodeRenewal(fields: readonly string[], createdAt: number): RenewalState {
  const [, generation = '', pending = '', hash = '', since = '', previous = ''] = fields;
  return Object.freeze({
    generation: Number(generation),
    hash: decodeSomeText(hash),
    since: since === '' ? createdAt : decodeTime(since),
    pending: pending === '' ? null : decodePending(pending),
    previous: previous === '' ? null : decodePrevious(previous),
  });
}

function decodePending(field: string): RenewalState['pending'] {
  const [hash = '', keyId = ''] = field.split(PART);
  return Object.freeze({ hash: decodeSomeText(hash), keyId: decodeSomeText(keyId) });
}

function decodePrevious(field: string): RenewalState['previous'] {
  const [hash = '', until = ''] = field.split(PART);
  return Object.freeze({ hash: decodeSomeText(hash), until: decodeTime(until) });
}

/** A time close to another: most are the very same. */
function encodeDelta(time: number, from: number): string {
  return (time - from).toString(36);
}

function decodeDelta(field: string, from: number): number | null {
  if (field === '0') return from;
  return field === '' ? null : from + Number.parseInt(field, 36);
}

function decodeFactors(field: string, createdAt: number): readonly Factor[] {
  if (field === '') return NO_FACTORS;
  const parts = field.split(PART);
  const factors: Factor[] = [];
  for (let i = 0; i < parts.length; i += 2) {
    const at = decodeDelta(parts[i + 1] ?? '', createdAt) ?? createdAt;
    factors.push(Object.freeze({ kind: decodeWords(parts[i] ?? '') ?? '', at }));
  }
  return Object.freeze(factors);
}

const NO_FACTORS: readonly Factor[] = Object.freeze([]);
