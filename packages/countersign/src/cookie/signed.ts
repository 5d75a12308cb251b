// signedCookie: text that the browser's user can read and not change. HMAC-SHA-256 (RFC 2104) over
// `base64url(text) . expiry . key id`, all of it part of the value.

import { decodeBase64url, encodeBase64url } from '../crypto/base64url.js';
import { equalInConstantTime, hmacSha256 } from '../crypto/digest.js';
import type { KeyRing, RingKey } from '../crypto/key-ring.js';
import {
  type Codec,
  type ProtectedCookie,
  type ProtectedCookieOptions,
  createProtectedCookie,
} from './protected.js';

const PARTS = 4;
const EXPIRY_RADIX = 36;

/**
 * A cookie that cannot be forged or altered. Its text can be read by whoever has the browser: use
 * `sealedCookie` where that matters. A copy of the value is good until it expires.
 * @throws CountersignError `configuration` for bad keys or `maxAge`; `cookie-invalid` for a name or scope
 *   that a browser would refuse
 */
export function signedCookie(options: ProtectedCookieOptions): ProtectedCookie {
  return createProtectedCookie(options, 'signed', createSigner);
}

const encoder = new TextEncoder();
/** `ignoreBOM` means that a byte order mark is kept: without it such a text would not come back whole. */
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

function createSigner(keys: KeyRing, purpose: string): Codec {
  const sign = (key: RingKey, payload: string, expiry: string): string =>
    encodeBase64url(hmacSha256(key.derive(purpose), [payload, expiry, key.id]));
  return {
    write({ text, expires }) {
      const key = keys.newest;
      const payload = encodeBase64url(encoder.encode(text));
      const expiry = expires.toString(EXPIRY_RADIX);
      return `${payload}.${expiry}.${key.id}.${sign(key, payload, expiry)}`;
    },
    read(value) {
      const parts = value.split('.', PARTS + 1);
      const [payload, expiry, keyId, signature] = parts;
      if (parts.length !== PARTS || payload === undefined) return undefined;
      if (expiry === undefined || keyId === undefined || signature === undefined) return undefined;
      const key = keys.find(keyId);
      if (key === undefined) return undefined;
      // Text is compared with text: there is one spelling only, and no last character with spare bits.
      if (!equalInConstantTime(sign(key, payload, expiry), signature)) return undefined;
      const bytes = decodeBase64url(payload);
      if (bytes === undefined) return undefined;
      return {
        text: decoder.decode(bytes),
        expires: Number.parseInt(expiry, EXPIRY_RADIX),
      };
    },
  };
}
