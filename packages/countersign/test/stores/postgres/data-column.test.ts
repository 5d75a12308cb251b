import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { mergeData } from '../../../src/session/data.js';
import {
  changeToParameters,
  dataFromColumn,
  dataToColumn,
} from '../../../src/stores/postgres/data-column.js';
import { change, pairs } from '../../../src/testing/session-store/store-case.js';

/** What PostgreSQL hands back for a column of type `jsonb`. */
function stored(column: string): object {
  const value: unknown = JSON.parse(column);
  if (typeof value !== 'object' || value === null) throw new TypeError('not an object');
  return value;
}

/** `(data - remove) || set`, as the server does it. Array literals are read for plain keys only. */
function merged(data: string, [set, remove]: readonly [string, string]): object {
  const removed: unknown = JSON.parse(`[${remove.slice(1, -1)}]`);
  const entries = new Map(Object.entries(stored(dataToColumn(data))));
  for (const key of Array.isArray(removed) ? removed : []) entries.delete(String(key));
  for (const [key, text] of Object.entries(stored(set))) entries.set(key, text);
  return Object.fromEntries(entries);
}

const json = fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue({ stringUnit: 'binary' }));

describe('session data in a column', () => {
  test('every JSON object comes back, key for key and value for value', () => {
    fc.assert(
      fc.property(json, fc.nat(3), (value, spaces) => {
        const text = JSON.stringify(value, null, spaces);
        expect(pairs(dataFromColumn(stored(dataToColumn(text))))).toEqual(pairs(text));
      }),
    );
  });

  test('values keep the text that they were written with', () => {
    const text = String.raw`{"big":9007199254740993123456789,"e":1E400,"z":-0,"nul":"\u0000","half":"\ud800","sp":[ 1 ,{"a" : 2}]}`;
    expect(dataFromColumn(stored(dataToColumn(text)))).toBe(text);
  });

  test('nothing that jsonb refuses is in the column', () => {
    fc.assert(
      fc.property(json, (value) => {
        const column = dataToColumn(JSON.stringify(value));
        // An odd number of backslashes before the `u` makes it an escape.
        expect(column).not.toMatch(/(?<!\\)(?:\\\\)*\\u(?:0000|d[89a-f])/i);
        expect(column.isWellFormed?.() ?? true).toBe(true);
      }),
    );
  });

  test('a change means in the column what it means in the text', () => {
    const keys = fc.constantFrom('a', 'b', '__proto__', 'é', '{x}', 'a,b', 'NULL', '', ' ');
    fc.assert(
      fc.property(
        fc.dictionary(keys, fc.jsonValue()),
        fc.dictionary(keys, fc.jsonValue()),
        fc.array(keys),
        (data, set, remove) => {
          const text = JSON.stringify(data);
          const patch = change(set, remove);
          const expected = pairs(mergeData(text, patch));
          expect(pairs(dataFromColumn(merged(text, changeToParameters(patch))))).toEqual(expected);
        },
      ),
    );
  });

  test.each(['[]', 'null', '"a"', '1', ''])('%s is not session data', (text) => {
    expect(() => dataToColumn(text)).toThrow(TypeError);
  });

  test.each(['{"a":1', '{"a":"', '{"a'])('%s is cut off, and refused', (text) => {
    expect(() => dataToColumn(text)).toThrow(SyntaxError);
  });

  test('a column of another layout is refused', () => {
    expect(() => dataFromColumn({ a: 1 })).toThrow(TypeError);
  });
});
