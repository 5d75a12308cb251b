// Authenticated encryption: AES-256-GCM (NIST SP 800-38D) with a random 96-bit nonce, laid out as
// nonce, ciphertext, tag. Hides what is sealed, not how long it is.

import { Buffer } from 'node:buffer';
import { type KeyObject, createCipheriv, createDecipheriv } from 'node:crypto';

import { randomBytes } from './random.js';

const CIPHER = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** How many bytes a seal is longer than what is in it. */
export const SEAL_OVERHEAD_BYTES = NONCE_BYTES + TAG_BYTES;

/**
 * Encrypts and authenticates bytes.
 * @param key 256 bits, used for one purpose only. Replace it before 2^32 seals: then a nonce is likely
 *   enough to come twice (SP 800-38D §8.3)
 */
export function seal(key: KeyObject, plaintext: Uint8Array): Buffer {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES });
  const ciphertext = cipher.update(plaintext);
  return Buffer.concat([nonce, ciphertext, cipher.final(), cipher.getAuthTag()]);
}

/** What was sealed with this key; `undefined` when it was another key or a single bit is different. */
export function openSeal(key: KeyObject, sealed: Uint8Array): Buffer | undefined {
  if (sealed.length < SEAL_OVERHEAD_BYTES) return undefined;
  const tagAt = sealed.length - TAG_BYTES;
  const nonce = sealed.subarray(0, NONCE_BYTES);
  const decipher = createDecipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES });
  decipher.setAuthTag(sealed.subarray(tagAt));
  const plaintext = decipher.update(sealed.subarray(NONCE_BYTES, tagAt));
  try {
    // The tag is compared here; nothing of the plaintext leaves before.
    return Buffer.concat([plaintext, decipher.final()]);
  } catch {
    return undefined;
  }
}
