// Recovery codes: ten lookup secrets (ASVS 6.5.1-6.5.4; G81), each good once in place of a second
// factor. 120 random bits each, which nobody guesses from a hash, so that one keyed hash suffices where
// a password needs argon2. Judges and makes; what is left is kept in the account.

import { encodeBase64url } from '../crypto/base64url.js';
import { equalInConstantTime, hmacSha256 } from '../crypto/digest.js';
import type { KeyRing, RingKey } from '../crypto/key-ring.js';
import { randomBytes } from '../crypto/random.js';
import { CROCKFORD_ALPHABET, encodeBase32 } from './base32.js';

/** How many are made at a time. */
export const RECOVERY_CODE_COUNT = 10;

const PURPOSE = 'recovery codes';
const CODE_BYTES = 15;
const GROUP = /.{4}/g;
const LONGEST_TYPED = 64;
const CANONICAL = new RegExp(`^[${CROCKFORD_ALPHABET}]{24}$`);

export interface RecoveryCodes {
  /** To be shown once and never stored: `7K3M-…`, six groups of four characters. */
  readonly codes: readonly string[];
  /** To be stored, in the order of the codes: `key id . hash`. */
  readonly hashes: readonly string[];
}

/** Makes ten codes for one user, in place of all earlier ones. */
export function makeRecoveryCodes(keys: KeyRing, userId: string): RecoveryCodes {
  const canonical = Array.from({ length: RECOVERY_CODE_COUNT }, () =>
    encodeBase32(randomBytes(CODE_BYTES), CROCKFORD_ALPHABET),
  );
  return {
    codes: canonical.map((code) => (code.match(GROUP) ?? []).join('-')),
    hashes: canonical.map((code) => hashOf(keys.newest, userId, code)),
  };
}

/**
 * Finds the stored hash of a code as it was typed: in any case, with or without hyphens and spaces, O
 * read as 0, I and L as 1. Compares with all of them, in a time that does not tell which it was.
 * @returns its position in `hashes`, to be removed there in one atomic step with what the code lets in;
 *   `undefined` when it is none of this user's, or its key is no longer in the ring
 */
export function findRecoveryCode(
  keys: KeyRing,
  userId: string,
  hashes: readonly string[],
  typed: string,
): number | undefined {
  const code = readCode(typed);
  if (code === undefined) return undefined;
  const candidates = keys.keys.map((key) => hashOf(key, userId, code));
  let found: number | undefined;
  hashes.forEach((hash, position) => {
    for (const candidate of candidates) if (equalInConstantTime(hash, candidate)) found = position;
  });
  return found;
}

/** How many of these hashes are of keys that are in the ring still. Those whose key is gone are worthless. */
export function countReadable(keys: KeyRing, hashes: readonly string[]): number {
  return hashes.filter(
    (hash) => keys.find(hash.slice(0, Math.max(hash.indexOf('.'), 0))) !== undefined,
  ).length;
}

/** The 24 characters of a code, or `undefined` for what cannot be one, before anything is hashed. */
function readCode(typed: string): string | undefined {
  if (typeof typed !== 'string' || typed.length > LONGEST_TYPED) return undefined;
  const code = typed
    .replaceAll(/[\s-]/g, '')
    .toUpperCase()
    .replaceAll('O', '0')
    .replaceAll(/[IL]/g, '1');
  return CANONICAL.test(code) ? code : undefined;
}

function hashOf(key: RingKey, userId: string, code: string): string {
  return `${key.id}.${encodeBase64url(hmacSha256(key.derive(PURPOSE), [userId, code]))}`;
}
