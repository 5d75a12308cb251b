// A second factor's secret at rest: AES-256-GCM under a key of the ring that is used for nothing else,
// as `key id . base64url`. It is bound to its user, so that a row copied into another account is worthless.

import { Buffer } from 'node:buffer';

import { decodeBase64url, encodeBase64url } from '../crypto/base64url.js';
import { equalBytesInConstantTime, sha256Bytes } from '../crypto/digest.js';
import type { KeyRing } from '../crypto/key-ring.js';
import { openSeal, seal } from '../crypto/seal.js';

const PURPOSE = 'totp secret';

/** SHA-256 of the user id: of one length, so that nothing of the id can pass for the secret's. */
const OWNER_BYTES = 32;

export interface OpenedTotpSecret {
  readonly secret: string;
  /** It was sealed by a key that is no longer the newest: seal it again and store that. */
  readonly olderKey: boolean;
}

/** Seals a secret for one user with the newest key. */
export function sealTotpSecret(keys: KeyRing, userId: string, secret: string): string {
  const key = keys.newest;
  const plaintext = Buffer.concat([sha256Bytes(userId), Buffer.from(secret)]);
  return `${key.id}.${encodeBase64url(seal(key.derive(PURPOSE), plaintext))}`;
}

/**
 * The secret, or `undefined` when it was sealed for another user or by a key that is not in the ring, or
 * was altered.
 */
export function openTotpSecret(
  keys: KeyRing,
  userId: string,
  sealed: string,
): OpenedTotpSecret | undefined {
  const dot = sealed.indexOf('.');
  const key = keys.find(sealed.slice(0, Math.max(dot, 0)));
  const bytes = decodeBase64url(sealed.slice(dot + 1));
  if (key === undefined || bytes === undefined) return undefined;
  const plaintext = openSeal(key.derive(PURPOSE), bytes);
  if (plaintext === undefined) return undefined;
  const owner = plaintext.subarray(0, OWNER_BYTES);
  if (!equalBytesInConstantTime(owner, sha256Bytes(userId))) return undefined;
  return {
    secret: plaintext.toString('utf8', OWNER_BYTES),
    olderKey: key.id !== keys.newest.id,
  };
}
