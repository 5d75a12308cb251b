import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { toArray, toColumn, userToKey } from '../../../src/stores/postgres/exact-text.js';

describe('text in columns', () => {
  test('plain text is stored as it is', () => {
    for (const text of ['', 'a', 'Ä ß', '日本語', '👩‍👩‍👧', '%_{}[]', "o'brien"])
      expect(toColumn(text)).toBe(text);
  });

  test('every text has a column of its own, without NUL and without half a surrogate pair', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const column = toColumn(text);
        expect(JSON.parse(`"${column}"`)).toBe(text);
        expect(column).not.toContain('\u0000');
        expect(Buffer.from(column).toString()).toBe(column);
      }),
    );
  });

  test('halves of surrogate pairs stay apart', () => {
    expect(new Set(['\ud800', '\udfff', '\ufffd'].map(toColumn)).size).toBe(3);
  });
});

describe('user ids as keys', () => {
  test('a long one is a hash, which fits into an index and is nobody else’s key', () => {
    const long = '漢'.repeat(1_024);
    const key = userToKey(long);
    expect(Buffer.byteLength(key)).toBeLessThan(2_704);
    expect(userToKey(`${long.slice(1)}字`)).not.toBe(key);
    expect(userToKey(key)).not.toBe(key);
  });

  test('no key of one user is the key of another', () => {
    const ids = fc.string({ unit: 'binary', maxLength: 1_024, size: 'max' });
    fc.assert(
      fc.property(ids, ids, (a, b) => {
        expect(userToKey(a) === userToKey(b)).toBe(a === b);
        expect(Buffer.byteLength(userToKey(a))).toBeLessThan(2_704);
      }),
    );
  });
});

test('an array quotes what an array literal would take for its own', () => {
  expect(toArray([])).toBe('{}');
  expect(toArray(['a', '', 'NULL', '{b,c}', 'd"e', String.raw`f\g`, ' '])).toBe(
    String.raw`{"a","","NULL","{b,c}","d\"e","f\\g"," "}`,
  );
});
