// Base64url: the vectors of RFC 4648 §10, and that there is one text only for one list of bytes.

import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { decodeBase64url, encodeBase64url } from '../../src/crypto/base64url.js';

const utf8 = new TextEncoder();
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

describe('base64url', () => {
  test.each([
    ['', ''],
    ['f', 'Zg'],
    ['fo', 'Zm8'],
    ['foo', 'Zm9v'],
    ['foob', 'Zm9vYg'],
    ['fooba', 'Zm9vYmE'],
    ['foobar', 'Zm9vYmFy'],
  ])('%j is %j without padding (RFC 4648 §10)', (text, encoded) => {
    expect(encodeBase64url(utf8.encode(text))).toBe(encoded);
    expect(decodeBase64url(encoded)).toEqual(Buffer.from(text));
  });

  test('uses - and _ where plain Base64 has + and / (RFC 4648 §5)', () => {
    expect(encodeBase64url(Uint8Array.of(0xfb, 0xff, 0xfe))).toBe('-__-');
    expect(decodeBase64url('-__-')).toEqual(Buffer.from([0xfb, 0xff, 0xfe]));
  });

  test('encodes a view of a larger buffer, and nothing around it', () => {
    const bytes = utf8.encode('xxfooxx').subarray(2, 5);
    expect(encodeBase64url(bytes)).toBe('Zm9v');
  });

  test.each([
    ['padding', 'Zg=='],
    ['the other alphabet', '+//+'],
    ['a space', 'Zm 9v'],
    ['a line break', 'Zm9v\n'],
    ['a character beyond ASCII', 'Zm9é'],
    ['a single character left over', 'Zm9vY'],
    ['bits left over at the end', 'Zh'],
    ['bits left over at the end of three', 'Zm9'],
  ])('refuses %s', (_, text) => {
    expect(decodeBase64url(text)).toBeUndefined();
  });

  test('bytes come back, and no other text of the alphabet decodes to them', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        const text = encodeBase64url(bytes);
        expect(Uint8Array.from(decodeBase64url(text) ?? [])).toEqual(bytes);
        for (const last of ALPHABET) {
          const other = text.slice(0, -1) + last;
          if (text === '' || other === text) continue;
          const decoded = decodeBase64url(other);
          expect(decoded === undefined || !Buffer.from(bytes).equals(decoded)).toBe(true);
        }
      }),
    );
  });
});
