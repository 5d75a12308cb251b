// A whole record of another system: its scheme and the hash. And the form in which such a record is kept
// inside an argon2id hash until its owner signs in (G13).

import { Buffer } from 'node:buffer';

import { readLegacyScheme, type Bcrypt, type LegacyScheme } from './legacy-scheme.js';

export interface LegacyHash {
  /** The record up to the hash: scheme, cost and salt. */
  readonly head: string;
  readonly scheme: LegacyScheme;
  readonly hash: Uint8Array;
}

export interface WrappedHash {
  readonly scheme: LegacyScheme;
  /** Argon2id of what the scheme derives, as base64url. */
  readonly phc: string;
}

const BCRYPT_RECORD = /\$2[aby]\$\d\d\$[./A-Za-z0-9]{53}$/;
const BCRYPT_TAIL = 31;
const WRAPPED = 'wrapped$';
const PHC_START = '$argon2id$';

const FORMS = {
  base64: /^[A-Za-z0-9+/]+={0,2}$/,
  hex: /^(?:[0-9a-f]{2})+$/,
  bcrypt: /^[./A-Za-z0-9]+$/,
} as const;

/** The record's parts; `undefined` for anything that is not read here. */
export function readLegacyHash(record: string, bcrypt: Bcrypt | undefined): LegacyHash | undefined {
  const isBcrypt = BCRYPT_RECORD.test(record);
  const at = isBcrypt ? record.length - BCRYPT_TAIL : record.lastIndexOf('$') + 1;
  const head = record.slice(0, isBcrypt ? at : Math.max(0, at - 1));
  const scheme = readLegacyScheme(head, bcrypt);
  if (scheme === undefined) return undefined;
  const hash = decode(record.slice(at), scheme);
  return hash === undefined ? undefined : { head, scheme, hash };
}

/** `wrapped$<head of the old record><PHC string>`. */
export function formatWrappedHash(head: string, phc: string): string {
  return `${WRAPPED}${head}${phc}`;
}

/** The reverse. */
export function readWrappedHash(
  record: string,
  bcrypt: Bcrypt | undefined,
): WrappedHash | undefined {
  const at = record.lastIndexOf(PHC_START);
  if (!record.startsWith(WRAPPED) || at === -1) return undefined;
  const scheme = readLegacyScheme(record.slice(WRAPPED.length, at), bcrypt);
  return scheme === undefined ? undefined : { scheme, phc: record.slice(at) };
}

/** A hash of the length that the scheme has; shorter ones would be found by trying. */
function decode(text: string, { form, bytes }: LegacyScheme): Uint8Array | undefined {
  if (!FORMS[form].test(text)) return undefined;
  const hash = form === 'bcrypt' ? new TextEncoder().encode(text) : Buffer.from(text, form);
  return hash.length === bytes ? hash : undefined;
}
