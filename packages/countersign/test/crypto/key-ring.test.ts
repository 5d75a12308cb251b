// The key ring: what it refuses, how it rotates, and HKDF-SHA-256 (RFC 5869) against a second
// implementation that is itself held to the RFC's vectors.

import { createHmac } from 'node:crypto';

import { describe, expect, test } from 'vitest';

import { createKeyRing } from '../../src/crypto/key-ring.js';
import { CountersignError } from '../../src/errors.js';

const FIRST = 'correct horse battery staple, 32+';
const SECOND = 'the second secret, newer, 32 bytes';

/** HKDF from HMAC alone, as RFC 5869 §2 writes it. */
function hkdf(secret: Buffer, salt: Buffer, info: Buffer, length: number): Buffer {
  const pseudorandomKey = createHmac('sha256', salt).update(secret).digest();
  let block: Buffer = Buffer.alloc(0);
  let output: Buffer = Buffer.alloc(0);
  for (let counter = 1; output.length < length; counter += 1) {
    const mac = createHmac('sha256', pseudorandomKey);
    block = mac
      .update(block)
      .update(info)
      .update(Buffer.from([counter]))
      .digest();
    output = Buffer.concat([output, block]);
  }
  return output.subarray(0, length);
}

/** The error that building a ring throws. */
function refusalOf(secrets: unknown): CountersignError {
  try {
    createKeyRing(secrets as string[]);
  } catch (error) {
    if (error instanceof CountersignError) return error;
    throw error;
  }
  throw new Error('the key ring was built');
}

describe('HKDF-SHA-256', () => {
  // RFC 5869 A.1 and A.3: with and without salt and info.
  test.each([
    [
      'A.1',
      '000102030405060708090a0b0c',
      'f0f1f2f3f4f5f6f7f8f9',
      '3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865',
    ],
    [
      'A.3',
      '',
      '',
      '8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8',
    ],
  ])('the reference gives the vector %s', (_, salt, info, expected) => {
    const secret = Buffer.alloc(22, 0x0b);
    const output = hkdf(secret, Buffer.from(salt, 'hex'), Buffer.from(info, 'hex'), 42);
    expect(output.toString('hex')).toBe(expected);
  });

  test('the ring derives what the reference derives', () => {
    const key = createKeyRing([FIRST]).newest;
    const info = Buffer.from('countersign/1 purpose tag');
    const expected = hkdf(Buffer.from(FIRST), Buffer.alloc(32), info, 32);
    expect(key.derive('tag').export()).toEqual(expected);
  });

  test('keys and their ids are those of a third implementation, so they stay the same', () => {
    // Python's hmac module.
    const key = createKeyRing([FIRST]).newest;
    expect(key.id).toBe('BiPpwF85');
    expect(key.derive('signed cookie __Host-cart').export().toString('hex')).toBe(
      'ca6187aea1548ab6fb6597db57205d77bd902dacedc5ef3a081c829ff2501bc1',
    );
  });
});

describe('a key ring', () => {
  test('writes with the first key and finds each by its id', () => {
    const ring = createKeyRing([SECOND, FIRST]);
    expect(ring.newest).toBe(ring.keys[0]);
    expect(ring.keys).toHaveLength(2);
    expect(ring.keys.map((key) => ring.find(key.id))).toEqual(ring.keys);
    expect(ring.find('AAAAAAAA')).toBeUndefined();
    expect(ring.find('')).toBeUndefined();
  });

  test('a key has the same id and derives the same in every ring', () => {
    const [, old] = createKeyRing([SECOND, FIRST]).keys;
    const alone = createKeyRing([FIRST]).newest;
    expect(old?.id).toBe(alone.id);
    expect(old?.derive('a').export()).toEqual(alone.derive('a').export());
  });

  test('purposes have keys of their own, and none is the secret or shows in the id', () => {
    const key = createKeyRing([FIRST]).newest;
    const derived = ['a', 'b', 'key id', ''].map((use) => key.derive(use).export().toString('hex'));
    expect(new Set(derived).size).toBe(derived.length);
    for (const hex of derived) {
      expect(hex).toHaveLength(64);
      expect(hex).not.toContain(Buffer.from(key.id, 'base64url').toString('hex'));
    }
  });

  test('derives a purpose once and keeps it', () => {
    const key = createKeyRing([FIRST]).newest;
    expect(key.derive('a')).toBe(key.derive('a'));
  });

  test('takes bytes, and a copy of them', () => {
    const bytes = Uint8Array.from(Buffer.from(FIRST));
    const ring = createKeyRing([bytes]);
    bytes.fill(0);
    expect(ring.newest.derive('a').export()).toEqual(
      createKeyRing([FIRST]).newest.derive('a').export(),
    );
  });

  test.each([
    ['no list', undefined, 'keys: '],
    ['a lone string', FIRST, 'keys: '],
    ['an empty list', [], 'keys: '],
    ['a key that is not set', [undefined], 'keys[0]: '],
    ['an old key that is not set', [FIRST, undefined], 'keys[1]: '],
    ['a number', [12], 'keys[0]: '],
    ['31 bytes', ['abcdefghijklmnopqrstuvwxyz01234'], 'keys[0]: has 31 bytes'],
    ['a repetitive key', ['abababababababababababababababababab'], 'keys[0]: '],
    ['the same key twice', [FIRST, SECOND, FIRST], 'keys: '],
    ['the same key as text and bytes', [FIRST, Buffer.from(FIRST)], 'keys: '],
  ])('refuses %s, and names option and remedy', (_, secrets, start) => {
    const error = refusalOf(secrets);
    expect(error.code).toBe('configuration');
    expect(error.message.startsWith(start)).toBe(true);
    expect(error.message).toMatch(/openssl rand|Remove one of them/);
  });

  test('counts bytes, not characters', () => {
    expect(refusalOf(['abcdefghijklmnopqrstuvwxyz012é']).message).toContain('31 bytes');
    expect(createKeyRing(['abcdefghijklmnopqrstuvwxyz0123é']).keys).toHaveLength(1);
  });

  test('an error never shows a secret', () => {
    const secret = 'hunter2hunter2';
    expect(refusalOf([secret]).message).not.toContain(secret);
    expect(refusalOf([FIRST, FIRST]).message).not.toContain(FIRST);
  });
});
