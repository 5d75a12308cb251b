// Hashing and keyed hashing against published and independently computed values.

import { createHmac, createSecretKey } from 'node:crypto';

import { describe, expect, test } from 'vitest';

import {
  equalBytesInConstantTime,
  equalInConstantTime,
  hmacSha1,
  hmacSha256,
  sha1Hex,
  sha256,
  sha256Bytes,
} from '../../src/crypto/digest.js';

const KEY = createSecretKey(Buffer.alloc(20, 0x0b));

describe('SHA-256', () => {
  // FIPS 180-4's examples.
  test.each([
    ['', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
    ['abc', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
    [
      'abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq',
      '248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1',
    ],
  ])('of %j', (text, hex) => {
    expect(sha256Bytes(text).toString('hex')).toBe(hex);
    expect(sha256(text)).toBe(Buffer.from(hex, 'hex').toString('base64url'));
  });

  test('hashes the UTF-8 bytes of a text', () => {
    expect(sha256('é')).toBe(sha256Bytes('é').toString('base64url'));
    expect(sha256Bytes('é').toString('hex')).toBe(
      '4a99557e4033c3539de2eb65472017cad5f9557f7a0625a09f1c3f6e2ba69c4c',
    );
  });
});

describe('SHA-1', () => {
  // FIPS 180-4's example.
  test('names a text by forty digits', () => {
    expect(sha1Hex('abc')).toBe('a9993e364706816aba3e25717850c26c9cd0d89d');
    expect(sha1Hex('é')).toBe('bf15be717ac1b080b4f1c456692825891ff5073d');
  });
});

describe('HMAC-SHA-1', () => {
  // RFC 2202's first two cases, and one whose key is longer than a block.
  test.each([
    [Buffer.alloc(20, 0x0b), 'Hi There', 'b617318655057264e28bc0b6fb378c8ef146be00'],
    [
      Buffer.from('Jefe'),
      'what do ya want for nothing?',
      'effcdf6ae5eb2fa2d27416d5f184df9c259a7c79',
    ],
    [
      Buffer.alloc(80, 0xaa),
      'Test Using Larger Than Block-Size Key - Hash Key First',
      'aa4ae5e15272d00e95705637ce8a3b55ed402112',
    ],
  ])('case %#', (key, message, hex) => {
    expect(hmacSha1(key, Buffer.from(message)).toString('hex')).toBe(hex);
  });
});

describe('HMAC-SHA-256 over parts', () => {
  test('equals a value computed elsewhere', () => {
    // Python: hmac over 4-byte big-endian lengths and the parts.
    expect(hmacSha256(KEY, ['Hi There', '', 'é']).toString('hex')).toBe(
      'f08610b8ffa99f252b4cc7a7a35446f81c5b34dc1f33d8eb1f4bf61aaa09e6a3',
    );
  });

  test('is plain HMAC over the framed parts', () => {
    const framed = Buffer.concat([Buffer.from([0, 0, 0, 3]), Buffer.from('abc')]);
    expect(hmacSha256(KEY, ['abc'])).toEqual(createHmac('sha256', KEY).update(framed).digest());
  });

  test('takes bytes and text alike', () => {
    expect(hmacSha256(KEY, ['é'])).toEqual(hmacSha256(KEY, [Uint8Array.of(0xc3, 0xa9)]));
  });

  test('tells lists apart whose parts run together to the same text', () => {
    const lists = [
      ['ab', 'c'],
      ['a', 'bc'],
      ['abc'],
      ['abc', ''],
      ['', 'abc'],
      ['\0\0\0\u0003abc'],
    ];
    const macs = lists.map((list) => hmacSha256(KEY, list).toString('hex'));
    expect(new Set(macs).size).toBe(lists.length);
  });

  test('differs under another key', () => {
    const other = createSecretKey(Buffer.alloc(20, 0x0c));
    expect(hmacSha256(other, ['abc'])).not.toEqual(hmacSha256(KEY, ['abc']));
  });
});

describe('comparison of bytes in constant time', () => {
  test.each([
    [[], [], true],
    [[1, 2], [1, 2], true],
    [[1, 2], [1, 3], false],
    [[1, 2], [1, 2, 0], false],
  ])('%j and %j: %s', (a, b, equal) => {
    expect(equalBytesInConstantTime(Uint8Array.from(a), Uint8Array.from(b))).toBe(equal);
  });
});

describe('comparison in constant time', () => {
  test.each([
    ['', '', true],
    ['abc', 'abc', true],
    ['abc', 'abd', false],
    ['abc', 'Abc', false],
    ['abc', 'abcd', false],
    ['abcd', 'abc', false],
    ['é', 'e', false],
    ['\u0100', '\u0000', false],
  ])('%j and %j: %s', (a, b, equal) => {
    expect(equalInConstantTime(a, b)).toBe(equal);
  });

  test('a difference in any one place is seen', () => {
    const text = 'x'.repeat(43);
    for (let place = 0; place < text.length; place += 1) {
      const other = `${text.slice(0, place)}y${text.slice(place + 1)}`;
      expect(equalInConstantTime(text, other)).toBe(false);
    }
  });
});
