// Key derivation against published values.

import { describe, expect, test } from 'vitest';

import { derivePbkdf2, deriveScrypt, scryptMemory } from '../../src/crypto/kdf.js';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const hex = (key: Uint8Array): string => Buffer.from(key).toString('hex');

describe('PBKDF2', () => {
  // RFC 6070, and RFC 7914 §11 for SHA-256.
  test.each([
    ['sha1', 'password', 'salt', 4096, 20, '4b007901b765489abead49d926f721d065a429c1'],
    [
      'sha256',
      'passwd',
      'salt',
      1,
      64,
      '55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc' +
        '49ca9cccf179b645991664b39d77ef317c71b845b1e30bd509112041d3a19783',
    ],
  ] as const)('with %s', async (digest, password, salt, iterations, length, expected) => {
    const options = { digest, iterations, bytes: length };
    expect(hex(await derivePbkdf2(bytes(password), bytes(salt), options))).toBe(expected);
  });
});

describe('scrypt', () => {
  // RFC 7914 §12.
  test.each([
    [
      '',
      '',
      { n: 16, r: 1, p: 1 },
      '77d6576238657b203b19ca42c18a0497f16b4844e3074ae8dfdffa3fede21442' +
        'fcd0069ded0948f8326a753a0fc81f17e8d3e0fb2e0d3628cf35e20c38d18906',
    ],
    [
      'password',
      'NaCl',
      { n: 1024, r: 8, p: 16 },
      'fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b373162' +
        '2eaf30d92e22a3886ff109279d9830dac727afb94a83ee6d8360cbdfa2cc0640',
    ],
  ])('of %j', async (password, salt, cost, expected) => {
    const key = await deriveScrypt(bytes(password), bytes(salt), { cost, bytes: 64 });
    expect(hex(key)).toBe(expected);
  });

  test('rejects a cost that cannot be run', async () => {
    const cost = { n: 3, r: 8, p: 1 };
    await expect(deriveScrypt(bytes('p'), bytes('s'), { cost, bytes: 64 })).rejects.toThrow();
  });

  test('takes 128 bytes for each block, N of them and some', () => {
    expect(scryptMemory({ n: 2 ** 17, r: 8, p: 1 })).toBeGreaterThan(2 ** 27);
    expect(scryptMemory({ n: 2 ** 17, r: 8, p: 1 })).toBeLessThan(2 ** 27 * 1.01);
  });
});
