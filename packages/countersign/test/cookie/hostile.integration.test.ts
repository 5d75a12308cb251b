// A million hostile headers, and the time that the worst shapes of header take. Here and not among the
// unit tests because it takes seconds, and because times want a quiet process.

import { performance } from 'node:perf_hooks';

import { describe, expect, test } from 'vitest';

import { findCookie } from '../../src/cookie/find.js';
import { MAX_HEADER_LENGTH } from '../../src/cookie/pairs.js';
import { parseCookies } from '../../src/cookie/parse.js';
import { WANTED, createHostileHeaders } from './hostile-headers.js';

const RUNS = 1_000_000;

test('a million random and mutated headers are read without an error, and both ways of reading agree', () => {
  const headers = createHostileHeaders(20_260_101);
  const disagreements: string[] = [];
  let named = 0;
  for (let run = 0; run < RUNS; run += 1) {
    const header = headers.next();
    const name = WANTED[run % WANTED.length] ?? '';
    const cookies = parseCookies(header);
    const found = findCookie(header, name);
    const first = typeof found === 'object' ? found[0] : found;
    const count = typeof found === 'object' ? found.length : Number(found !== undefined);
    if (first !== cookies.get(name) || count !== cookies.getAll(name).length) {
      disagreements.push(JSON.stringify([name, header]));
    }
    named += count;
  }
  expect(disagreements).toEqual([]);
  // That the headers were not all noise.
  expect(named).toBeGreaterThan(RUNS / 4);
});

describe('time grows no faster than the header', () => {
  const shapes: Record<string, (length: number) => string> = {
    'bare words before one equals sign': (length) => `${'a;'.repeat(length / 2)}=`,
    'bare words without one': (length) => 'a;'.repeat(length / 2),
    'equals signs': (length) => '='.repeat(length),
    'nameless pairs': (length) => '=;'.repeat(length / 2),
    semicolons: (length) => ';'.repeat(length),
    spaces: (length) => ' '.repeat(length),
    'spaces around an equals sign': (length) =>
      `${' '.repeat(length / 2)}=${' '.repeat(length / 2)}`,
    'the name, over and over': (length) => 'id'.repeat(length / 2),
    'the name among spaces': (length) => 'id      '.repeat(length / 8),
    'the name in values': (length) => `a=${'id '.repeat(length / 3)}`,
    'the name as a bare word': (length) => 'id ;'.repeat(length / 4),
    duplicates: (length) => 'id=1;'.repeat(length / 5),
    'almost the name': (length) => `${'i'.repeat(length)}d=1`,
    'distinct names': (length) =>
      Array.from({ length: length / 8 }, (_, i) => `n${i.toString(36)}=1`).join(';'),
  };

  const ATTEMPTS = 9;
  /** As often it is tried on a machine that is busy with something else. */
  const MOST_ATTEMPTS = 60;

  /**
   * How many times as long the first takes, by the least time of each: what else the machine does only adds.
   * In turns, so that it adds to both; and more often until the ratio is below the bound.
   */
  function ratioOf(work: () => void, standard: () => void, bound: number): number {
    let [least, leastStandard] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
    const isAbove = (): boolean => least / leastStandard >= bound;
    for (let attempt = 0; attempt < ATTEMPTS || (isAbove() && attempt < MOST_ATTEMPTS);) {
      least = Math.min(least, timeOf(work));
      leastStandard = Math.min(leastStandard, timeOf(standard));
      attempt += 1;
    }
    return least / leastStandard;
  }

  function timeOf(work: () => void): number {
    const start = performance.now();
    work();
    return performance.now() - start;
  }

  function times(count: number, work: () => void): () => void {
    return () => {
      for (let i = 0; i < count; i += 1) work();
    };
  }

  test.each(Object.entries(shapes))('%s', (_, shape) => {
    const read = (header: string) => (): void => {
      findCookie(header, 'id');
      const cookies = parseCookies(header);
      cookies.get('id');
      cookies.getAll('id');
    };
    const short = shape(MAX_HEADER_LENGTH / 16);
    const long = shape(MAX_HEADER_LENGTH - 16);
    // 16 times the header, so 16 times the time if linear and 256 times if quadratic. The time for one
    // character of the long header may be four times that of the short one.
    expect(ratioOf(times(4, read(long)), times(64, read(short)), 4)).toBeLessThan(4);
  });

  test('a header of many megabytes costs no more than one at the bound', () => {
    const atBound = 'a=1; id=2; '.repeat(5_957);
    const huge = 'a=1; id=2; '.repeat(1_000_000);
    const read = (header: string) => (): void => void parseCookies(header).getAll('id');
    // Made flat once, or the first look at a text of a million pieces would be measured.
    expect(huge.indexOf('none')).toBe(-1);
    expect(ratioOf(times(16, read(huge)), times(16, read(atBound)), 8)).toBeLessThan(8);
  });
});
