// sealedCookie: text that the browser's user can neither read nor change. AES-256-GCM; the value is
// `key id . base64url(nonce, ciphertext, tag)`, and what is encrypted is the expiry and the text.

import { Buffer } from 'node:buffer';

import { decodeBase64url, encodeBase64url } from '../crypto/base64url.js';
import type { KeyRing } from '../crypto/key-ring.js';
import { openSeal, seal } from '../crypto/seal.js';
import {
  type Codec,
  type ProtectedCookie,
  type ProtectedCookieOptions,
  createProtectedCookie,
} from './protected.js';

/** The expiry in epoch milliseconds, most significant byte first: good for the next 8,900 years. */
const EXPIRY_BYTES = 6;

/**
 * A cookie that cannot be read, forged or altered. Its length shows how long the text is; a copy of the
 * value is good until it expires.
 * @throws CountersignError `configuration` for bad keys or `maxAge`; `cookie-invalid` for a name or scope
 *   that a browser would refuse
 */
export function sealedCookie(options: ProtectedCookieOptions): ProtectedCookie {
  return createProtectedCookie(options, 'sealed', createSealer);
}

function createSealer(keys: KeyRing, purpose: string): Codec {
  return {
    write({ text, expires }) {
      const key = keys.newest;
      const plaintext = Buffer.alloc(EXPIRY_BYTES + Buffer.byteLength(text));
      plaintext.writeUIntBE(expires, 0, EXPIRY_BYTES);
      plaintext.write(text, EXPIRY_BYTES);
      return `${key.id}.${encodeBase64url(seal(key.derive(purpose), plaintext))}`;
    },
    read(value) {
      const dot = value.indexOf('.');
      const key = keys.find(value.slice(0, Math.max(dot, 0)));
      const sealed = decodeBase64url(value.slice(dot + 1));
      if (key === undefined || sealed === undefined) return undefined;
      const plaintext = openSeal(key.derive(purpose), sealed);
      if (plaintext === undefined || plaintext.length < EXPIRY_BYTES) return undefined;
      return {
        text: plaintext.toString('utf8', EXPIRY_BYTES),
        expires: plaintext.readUIntBE(0, EXPIRY_BYTES),
      };
    },
  };
}
