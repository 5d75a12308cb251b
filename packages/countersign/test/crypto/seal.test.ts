// AES-256-GCM: published vectors, and that a change of any bit is noticed.

import { createSecretKey } from 'node:crypto';

import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { SEAL_OVERHEAD_BYTES, openSeal, seal } from '../../src/crypto/seal.js';

const KEY = createSecretKey(Buffer.alloc(32, 7));

describe('a seal', () => {
  // Test cases 13 to 15 of McGrew and Viega's GCM specification: key, nonce, plaintext, ciphertext, tag.
  const zeroKey = '00'.repeat(32);
  const zeroNonce = '00'.repeat(12);
  test.each([
    ['13', zeroKey, zeroNonce, '', '', '530f8afbc74536b9a963b4f1c4cb738b'],
    [
      '14',
      zeroKey,
      zeroNonce,
      '00'.repeat(16),
      'cea7403d4d606b6e074ec5d3baf39d18',
      'd0d1c8a799996bf0265b98b5d48ab919',
    ],
    [
      '15',
      'feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308',
      'cafebabefacedbaddecaf888',
      'd9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b391aafd255',
      '522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662898015ad',
      'b094dac5d93471bdec1a502270e3cc6c',
    ],
  ])('test case %s opens', (_, key, nonce, plaintext, ciphertext, tag) => {
    const sealed = Buffer.from(nonce + ciphertext + tag, 'hex');
    const opened = openSeal(createSecretKey(Buffer.from(key, 'hex')), sealed);
    expect(opened?.toString('hex')).toBe(plaintext);
  });

  test('gives back what was sealed, and is longer by nonce and tag', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        const sealed = seal(KEY, bytes);
        expect(sealed).toHaveLength(bytes.length + SEAL_OVERHEAD_BYTES);
        expect(Uint8Array.from(openSeal(KEY, sealed) ?? [])).toEqual(bytes);
      }),
    );
  });

  test('is another one each time, and hides its content', () => {
    const secret = Buffer.from('a secret of the server');
    const seals = Array.from({ length: 1_000 }, () => seal(KEY, secret));
    const nonces = seals.map((sealed) => sealed.subarray(0, 12).toString('hex'));
    expect(new Set(nonces).size).toBe(seals.length);
    expect(seals.every((sealed) => !sealed.includes(secret))).toBe(true);
  });

  test('does not open after a change of any single bit', () => {
    const sealed = seal(KEY, Buffer.from('text'));
    for (let bit = 0; bit < sealed.length * 8; bit += 1) {
      const altered = Buffer.from(sealed);
      altered[bit >> 3] = (altered[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(openSeal(KEY, altered)).toBeUndefined();
    }
  });

  test('does not open when cut at either end, or with more at its end', () => {
    const sealed = seal(KEY, Buffer.from('text'));
    for (let length = 0; length < sealed.length; length += 1) {
      expect(openSeal(KEY, sealed.subarray(0, length))).toBeUndefined();
      expect(openSeal(KEY, sealed.subarray(sealed.length - length))).toBeUndefined();
    }
    expect(openSeal(KEY, Buffer.concat([sealed, Buffer.alloc(1)]))).toBeUndefined();
  });

  test('does not open with another key', () => {
    const other = createSecretKey(Buffer.alloc(32, 8));
    expect(openSeal(other, seal(KEY, Buffer.from('text')))).toBeUndefined();
  });

  test('wants a key of 256 bits', () => {
    const short = createSecretKey(Buffer.alloc(16, 7));
    expect(() => seal(short, Buffer.from('text'))).toThrow(RangeError);
    expect(() => openSeal(short, seal(KEY, Buffer.from('text')))).toThrow(RangeError);
  });
});
