// Base32 without padding (RFC 4648 §6), as authenticator apps take a secret, and Crockford's, whose
// letters are not mistaken for digits. Not a check: what was typed is made canonical by its reader.

/** RFC 4648 §6. */
const RFC4648_ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** Crockford's: without I, L, O and U. */
export const CROCKFORD_ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

const CHARACTER_BITS = 5;
const BYTE_BITS = 8;

/** Bytes to base32, five bits a character, the last one filled up with zero bits. No padding. */
export function encodeBase32(bytes: Uint8Array, alphabet: string = RFC4648_ALPHABET): string {
  let text = '';
  let pending = 0;
  let bits = 0;
  for (const byte of bytes) {
    pending = (pending << BYTE_BITS) | byte;
    bits += BYTE_BITS;
    while (bits >= CHARACTER_BITS) {
      bits -= CHARACTER_BITS;
      text += alphabet.charAt((pending >> bits) & 31);
    }
    pending &= (1 << bits) - 1;
  }
  if (bits > 0) text += alphabet.charAt((pending << (CHARACTER_BITS - bits)) & 31);
  return text;
}

/**
 * RFC 4648 base32 to bytes; `undefined` for lower case, padding, foreign characters, or bits left over
 * that are not zero: one byte string has exactly one text.
 */
export function decodeBase32(text: string): Uint8Array | undefined {
  const bytes = new Uint8Array(Math.floor((text.length * CHARACTER_BITS) / BYTE_BITS));
  let pending = 0;
  let bits = 0;
  let at = 0;
  for (const character of text) {
    const value = RFC4648_ALPHABET.indexOf(character);
    if (value === -1) return undefined;
    pending = (pending << CHARACTER_BITS) | value;
    bits += CHARACTER_BITS;
    if (bits < BYTE_BITS) continue;
    bits -= BYTE_BITS;
    bytes[at] = pending >> bits;
    at += 1;
    pending &= (1 << bits) - 1;
  }
  return bits < CHARACTER_BITS && pending === 0 ? bytes : undefined;
}
