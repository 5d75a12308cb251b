// Base64url without padding (RFC 4648 §5), canonical only: one byte string has exactly one text,
// so a token or seal cannot be altered without changing its meaning.

import { Buffer } from 'node:buffer';

const ALPHABET = /^[A-Za-z0-9_-]*$/;

/** Bytes to base64url text without padding. */
export function encodeBase64url(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64url');
}

/** Base64url text to bytes; `undefined` for padding, foreign characters, or bits left over at the end. */
export function decodeBase64url(text: string): Uint8Array | undefined {
  if (!ALPHABET.test(text)) return undefined;
  const bytes = Buffer.from(text, 'base64url');
  // Four characters are three bytes, with no bits left over that could be anything.
  if (text.length % 4 === 0) return bytes;
  return bytes.toString('base64url') === text ? bytes : undefined;
}
