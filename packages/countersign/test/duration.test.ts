// What is a duration and what is none, such as plain JavaScript may give (README, promise 6).

import { describe, expect, it } from 'vitest';

import { parseDuration } from '../src/duration.js';

const LOOP: Record<string, unknown> = {};
LOOP['itself'] = LOOP;

const BARE: unknown = Object.create(null);

const TEXT = [
  '',
  '0s',
  '0.0001ms',
  '-1s',
  '1',
  's',
  ' 1s',
  '1s\n',
  '1e3s',
  'NaNs',
  '99999999999999d',
];
const NO_TEXT = [undefined, null, true, 0, 5, Number.NaN, Infinity, 5n, Symbol('5s')];
const OBJECTS = [{}, ['5s'], LOOP, BARE];

describe('a duration', () => {
  it.each([
    ['1ms', 1],
    ['1.5s', 1_500],
    ['15m', 900_000],
    ['12h', 43_200_000],
    ['30d', 2_592_000_000],
  ] as const)('%s is as many milliseconds as %d', (duration, milliseconds) => {
    expect(parseDuration(duration, 'within')).toBe(milliseconds);
  });

  it.each<unknown>([...TEXT, ...NO_TEXT, ...OBJECTS])(
    'is refused by the name of its option where it is %o',
    (wrong) => {
      expect((): unknown => Reflect.apply(parseDuration, undefined, [wrong, 'within'])).toThrow(
        expect.objectContaining({
          code: 'configuration',
          message: expect.stringMatching(/^within: .+ is not a duration\. Write .+/) as string,
        }),
      );
    },
  );
});
