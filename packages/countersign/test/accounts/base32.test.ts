import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { CROCKFORD_ALPHABET, decodeBase32, encodeBase32 } from '../../src/accounts/base32.js';

describe('base32', () => {
  // RFC 4648 §10, without the padding.
  it.each([
    ['', ''],
    ['f', 'MY'],
    ['fo', 'MZXQ'],
    ['foo', 'MZXW6'],
    ['foob', 'MZXW6YQ'],
    ['fooba', 'MZXW6YTB'],
    ['foobar', 'MZXW6YTBOI'],
  ])('writes %j as %j and reads it back', (text, base32) => {
    expect(encodeBase32(Buffer.from(text))).toBe(base32);
    expect(Buffer.from(decodeBase32(base32) ?? []).toString()).toBe(text);
  });

  it('reads back whatever bytes it wrote', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        expect(decodeBase32(encodeBase32(bytes))).toEqual(bytes);
      }),
    );
  });

  it.each(['my', 'MY======', 'M', 'MZ', 'MZX', 'MZXW6Y', 'M1', 'MY ', 'ÄÄ', '🦊🦊'])(
    'has one text for each value, and %j is not it',
    (text) => {
      expect(decodeBase32(text)).toBeUndefined();
    },
  );

  it('writes with the letters of Crockford, none of which looks like a digit', () => {
    const all = Uint8Array.from([0x00, 0x44, 0x32, 0x14, 0xc7]);
    expect(encodeBase32(all, CROCKFORD_ALPHABET)).toBe('01234567');
    expect(CROCKFORD_ALPHABET).toMatch(/^[^ILOU]{32}$/);
    expect(new Set(CROCKFORD_ALPHABET).size).toBe(32);
  });
});
