// Hashing, keyed hashing and comparison, each written once.

import type { Buffer } from 'node:buffer';
import { createHash, createHmac, type KeyObject } from 'node:crypto';
import * as crypto from 'node:crypto';

/** SHA-256 of a text's UTF-8 bytes, as 43 characters of base64url. */
export const sha256: (text: string) => string =
  typeof crypto.hash === 'function'
    ? (text) => crypto.hash('sha256', text, 'base64url')
    : (text) => createHash('sha256').update(text).digest('base64url');

/** SHA-256 of a text's UTF-8 bytes, as 32 bytes. */
export function sha256Bytes(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

/**
 * HMAC-SHA-256 (RFC 2104) over the parts, each preceded by its length in four bytes, so that no two
 * different lists of parts have the same input. 32 bytes.
 */
export function hmacSha256(key: KeyObject, parts: readonly (string | Uint8Array)[]): Buffer {
  const mac = createHmac('sha256', key);
  const length = new Uint8Array(4);
  const view = new DataView(length.buffer);
  for (const part of parts) {
    const bytes = typeof part === 'string' ? encoder.encode(part) : part;
    view.setUint32(0, bytes.length);
    mac.update(length).update(bytes);
  }
  return mac.digest();
}

const encoder = new TextEncoder();

/** Whether two texts are equal, in a time that depends on their length only (ASVS 11.2.4). */
export function equalInConstantTime(a: string, b: string): boolean {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let i = 0; i < a.length; i += 1) difference |= a.charCodeAt(i) ^ b.charCodeAt(i);
  return difference === 0;
}
