// Arbitrary text in a cookie value (D5), and that nothing is decoded that was not asked for (R5).

import { describe, expect, test } from 'vitest';

import { decodeCookieValue, encodeCookieValue } from '../../src/cookie/encode.js';
import { serializeCookie } from '../../src/cookie/serialize.js';
import { refusalOf } from './refusal.js';

describe('encodeCookieValue and decodeCookieValue', () => {
  test.each([
    ['', ''],
    ['plain-text_1.2', 'plain-text_1.2'],
    ['a b', 'a%20b'],
    ['a;b,c"d\\e', 'a%3Bb%2Cc%22d%5Ce'],
    ['100%', '100%25'],
    ['%41', '%2541'],
    ['é✓😀', '%C3%A9%E2%9C%93%F0%9F%98%80'],
    ['\r\n\0', '%0D%0A%00'],
    ['\ufeffx', '%EF%BB%BFx'],
  ])('%j is %j and comes back (D5)', (text, value) => {
    expect(encodeCookieValue(text)).toBe(value);
    expect(decodeCookieValue(value)).toBe(text);
    expect(serializeCookie('a', value)).toContain(`a=${value};`);
  });

  test.each(['%', '%4', '%zz', '%C3', '%C3%28', '%FF', 'a%'])(
    '%s is broken, not an error',
    (value) => {
      expect(decodeCookieValue(value)).toBeUndefined();
    },
  );

  test.each(['\ud800', 'a\udc00', '\udc00\ud800'])(
    'half a surrogate pair is refused: %j',
    (text) => {
      expect(refusalOf(() => encodeCookieValue(text)).code).toBe('cookie-invalid');
    },
  );
});
