// The key ring: secrets that the application gives, newest first, and the keys derived from them,
// one per purpose (HKDF-SHA-256, RFC 5869), so that a value made for one use is worthless in another.

import { createSecretKey, hkdfSync, type KeyObject } from 'node:crypto';

import { misconfigured } from '../errors.js';
import { encodeBase64url } from './base64url.js';

/** A secret of at least 32 bytes: text (its UTF-8 bytes are used as they are) or bytes. */
export type SecretKey = string | Uint8Array;

export interface RingKey {
  /** A public name derived from the secret, 8 characters: tells which key made a value. */
  readonly id: string;
  /** The 256-bit key for one purpose. Derived once, then kept. */
  derive(purpose: string): KeyObject;
}

export interface KeyRing {
  /** The key that writes. */
  readonly newest: RingKey;
  /** Every key that reads, newest first. */
  readonly keys: readonly RingKey[];
  /** The key with this id, or `undefined` once it was removed from the ring. */
  find(id: string): RingKey | undefined;
}

const LEAST_BYTES = 32;
const LEAST_DISTINCT_BYTES = 8;

/** Names for messages: the option that has the secrets, and a variable to keep one in. */
interface RingNames {
  readonly option: string;
  readonly variable: string;
}

const KEYS: RingNames = { option: 'keys', variable: 'SESSION_KEY' };

/**
 * Builds a key ring.
 * @param secrets newest first: the first one writes, all of them read. To rotate, put a new secret in
 *   front and remove the old one after the longest lifetime of what it made. With several processes,
 *   first add it at the end everywhere, so that all can read what the first of them writes with it.
 * @throws CountersignError `configuration` for no secret, a short or repetitive one, or one given twice
 */
export function createKeyRing(secrets: readonly (SecretKey | undefined)[]): KeyRing {
  return createNamedKeyRing(secrets, KEYS);
}

/** The same for an option of another name. */
export function createNamedKeyRing(
  secrets: readonly (SecretKey | undefined)[],
  names: RingNames,
): KeyRing {
  const { option } = names;
  const remedy = remedyFor(names);
  if (!isList(secrets)) throw misconfigured(option, 'is not a list of keys', remedy);
  const keys = secrets.map((secret, position) =>
    createRingKey(secret, { option: `${option}[${position}]`, remedy }),
  );
  const byId = new Map(keys.map((key) => [key.id, key]));
  if (byId.size < keys.length)
    throw misconfigured(option, 'the same key is in the list twice', 'Remove one of them');
  const [newest] = keys;
  if (newest === undefined) throw misconfigured(option, 'no key was given', remedy);
  return { newest, keys, find: (id) => byId.get(id) };
}

/** A lone string is the likeliest mistake where types are not checked. */
function isList(secrets: unknown): boolean {
  return Array.isArray(secrets);
}

function remedyFor({ option, variable }: RingNames): string {
  return (
    'Make one with `openssl rand -base64 32`, keep it out of the repository and pass it as ' +
    `${option}: [process.env.${variable}]`
  );
}

function createRingKey(
  secret: SecretKey | undefined,
  { option, remedy }: { readonly option: string; readonly remedy: string },
): RingKey {
  if (typeof secret !== 'string' && !(secret instanceof Uint8Array)) {
    throw misconfigured(option, 'is not set (a string or Uint8Array is wanted)', remedy);
  }
  const bytes =
    typeof secret === 'string' ? new TextEncoder().encode(secret) : Uint8Array.from(secret);
  if (bytes.length < LEAST_BYTES) {
    throw misconfigured(
      option,
      `has ${bytes.length} bytes, and ${LEAST_BYTES} is the least`,
      remedy,
    );
  }
  if (new Set(bytes).size < LEAST_DISTINCT_BYTES) {
    throw misconfigured(option, 'repeats a few characters and can be guessed', remedy);
  }
  const derived = new Map<string, KeyObject>();
  return {
    id: encodeBase64url(hkdf(bytes, 'key id', 6)),
    derive(purpose) {
      let key = derived.get(purpose);
      if (key === undefined) {
        key = createSecretKey(hkdf(bytes, `purpose ${purpose}`, 32));
        derived.set(purpose, key);
      }
      return key;
    },
  };
}

function hkdf(secret: Uint8Array, info: string, length: number): Uint8Array {
  return new Uint8Array(
    hkdfSync('sha256', secret, new Uint8Array(0), `countersign/1 ${info}`, length),
  );
}
