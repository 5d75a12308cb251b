// docs/reference/cookie.md: it has every export, and each item that it says is checked is cited by a test.

import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { describe, expect, test } from 'vitest';

import {
  MAX_AGE_SECONDS,
  MAX_ATTRIBUTE_OCTETS,
  MAX_COOKIE_OCTETS,
} from '../../src/cookie/grammar.js';
import { MAX_HEADER_LENGTH, MAX_PAIRS } from '../../src/cookie/pairs.js';

function read(path: string): string {
  return readFileSync(new URL(path, import.meta.url), 'utf8');
}

const page = read('../../../../docs/reference/cookie.md');

/** What the first group of the pattern caught, at each place, split at commas. */
function listsIn(text: string, pattern: RegExp): readonly string[] {
  return [...text.matchAll(pattern)]
    .flatMap(([, list = '']) => list.split(','))
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
}

/** `R2-R4` is R2, R3 and R4. */
function writtenOut(range: string): readonly string[] {
  const [from = '', to = from] = range.split('-');
  const first = Number(from.slice(1));
  const count = Number(to.slice(1)) - first + 1;
  return Array.from({ length: count }, (_, i) => `${from.slice(0, 1)}${first + i}`);
}

const exported = listsIn(read('../../src/cookie/index.ts'), /^export (?:type )?\{([^}]+)\}/gm);
const items = listsIn(page, /^\| ((?:[DSPR]\d+(?:, )?)+) +\|/gm);

const folder = fileURLToPath(new URL('.', import.meta.url));
const tests = readdirSync(folder)
  .filter((file) => file.endsWith('.test.ts') && file !== 'reference.test.ts')
  .map((file) => read(`./${file}`))
  .join('\n');
/** The numbers in brackets, as the titles of tests have them. */
const cited = listsIn(tests, /\(([DSPR]\d+(?:(?:, |-)[DSPR]\d+)*)\)/g).flatMap(writtenOut);

describe('the page of countersign/cookie', () => {
  test.each(exported)('has %s', (name) => {
    expect(page).toMatch(new RegExp(`\`${name}[\`( ]`));
  });

  test.each(items)('says that %s is checked, and a test cites it', (item) => {
    expect(cited).toContain(item);
  });

  test('has the limits that the code has', () => {
    const limits = [
      MAX_COOKIE_OCTETS,
      MAX_ATTRIBUTE_OCTETS,
      MAX_AGE_SECONDS,
      MAX_HEADER_LENGTH,
      MAX_PAIRS,
    ];
    for (const limit of limits) expect(page).toContain(limit.toLocaleString('en-US'));
  });
});

test('there are exports and items to look for', () => {
  expect(exported).toContain('parseCookies');
  expect(exported).toContain('CookieSource');
  expect(items.length).toBeGreaterThan(30);
});
