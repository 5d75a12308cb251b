// The pepper: secrets outside the database, by which the output of the password hash is keyed (NIST SP
// 800-63B-4 §3.1.1.2, G12). Applied after the hash, so that it is one HMAC and can be rotated; the
// record has the id of the secret, never the secret.

import { hmacSha256 } from '../crypto/digest.js';
import { createNamedKeyRing, type SecretKey } from '../crypto/key-ring.js';

export interface Pepper {
  /** The id of the secret for new hashes. */
  readonly newestId: string;
  has(keyId: string): boolean;
  /** HMAC-SHA-256 of the hash. Throws for an id that is not in the ring: ask `has` first. */
  apply(hash: Uint8Array, keyId: string): Uint8Array;
}

export const PEPPERED_BYTES = 32;

const PURPOSE = 'password pepper';

/**
 * @param secrets newest first
 * @throws CountersignError `configuration` for no secret, one that can be guessed, or one given twice
 */
export function createPepper(secrets: readonly (SecretKey | undefined)[]): Pepper {
  const ring = createNamedKeyRing(secrets, { option: 'pepper', variable: 'PASSWORD_PEPPER' });
  return {
    newestId: ring.newest.id,
    has: (keyId) => ring.find(keyId) !== undefined,
    apply(hash, keyId) {
      const key = ring.find(keyId);
      if (key === undefined) throw new RangeError(`No pepper has the id ${keyId}`);
      return hmacSha256(key.derive(PURPOSE), [hash]);
    },
  };
}
