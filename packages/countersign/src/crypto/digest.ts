// Hashing, keyed hashing and comparison, each written once.

import { Buffer } from 'node:buffer';
import { createHash, createHmac, timingSafeEqual, type KeyObject } from 'node:crypto';
import * as crypto from 'node:crypto';

const LENGTH_BYTES = 4;

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
 * SHA-1 of a text's UTF-8 bytes, in hexadecimal: the name by which Redis knows a script, and a service of
 * breached passwords a password. Never for anything that has to be secure.
 */
export function sha1Hex(text: string): string {
  return createHash('sha1').update(text).digest('hex');
}

/**
 * HMAC-SHA-256 (RFC 2104) over the parts, each preceded by its length in four bytes, so that no two
 * different lists of parts have the same input. 32 bytes.
 */
export function hmacSha256(key: KeyObject, parts: readonly (string | Uint8Array)[]): Buffer {
  return createHmac('sha256', key).update(framed(parts)).digest();
}

/**
 * HMAC-SHA-1 (RFC 2104) of a message, 20 bytes: what one-time codes are made of (RFC 4226), because
 * authenticator apps take nothing else. The weakness of SHA-1 is in collisions, which HMAC does not need.
 */
export function hmacSha1(key: Uint8Array, message: Uint8Array): Buffer {
  return createHmac('sha1', key).update(message).digest();
}

/** One buffer, since each `update` is a call out of JavaScript and costs more than the hashing. */
function framed(parts: readonly (string | Uint8Array)[]): Buffer {
  let length = 0;
  for (const part of parts) length += LENGTH_BYTES + Buffer.byteLength(part);
  const frame = Buffer.allocUnsafe(length);
  let at = 0;
  for (const part of parts) {
    const start = at + LENGTH_BYTES;
    if (typeof part === 'string') at = start + frame.write(part, start);
    else {
      frame.set(part, start);
      at = start + part.length;
    }
    frame.writeUInt32BE(at - start, start - LENGTH_BYTES);
  }
  return frame;
}

/** Whether two texts are equal, in a time that depends on their length only (ASVS 11.2.4). */
export function equalInConstantTime(a: string, b: string): boolean {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let i = 0; i < a.length; i += 1) difference |= a.charCodeAt(i) ^ b.charCodeAt(i);
  return difference === 0;
}

/** The same for bytes. */
export function equalBytesInConstantTime(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}
