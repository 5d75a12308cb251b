// The tables of docs/security/: every item that is claimed to be looked at is there once, with a status,
// and what is called met names tests that exist. That they ran and passed is seen by `npm test` at its end.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { citationsIn } from '../../scripts/evidence.mjs';
import { rowsIn } from './markdown.js';
import { ROOT } from './pages.js';

/** ASVS 5.0: the items that bind a library or server for sessions and sign-in, by section. */
const ASVS: Readonly<Record<string, string>> = {
  '2.3': '1',
  '2.4': '1',
  '3.1': '1',
  '3.3': '1-5',
  '3.4': '1-8',
  '3.5': '1-4, 8',
  '3.7': '2',
  '4.1': '3',
  '4.2': '5',
  '4.4': '2-4',
  '6.1': '1-3',
  '6.2': '1-12',
  '6.3': '1-8',
  '6.4': '1-6',
  '6.5': '1-8',
  '6.6': '1-4',
  '6.7': '1-2',
  '6.8': '1-4',
  '7.1': '1-3',
  '7.2': '1-4',
  '7.3': '1-2',
  '7.4': '1-5',
  '7.5': '1-3',
  '7.6': '1-2',
  '8.2': '4',
  '8.3': '2',
  '9.1': '1-3',
  '9.2': '1-4',
  '11.2': '1, 3-4',
  '11.4': '2',
  '11.5': '1',
  '12.1': '1',
  '12.2': '1',
  '12.3': '1, 3',
  '13.2': '3',
  '13.3': '1, 4',
  '13.4': '2, 6',
  '14.2': '1-2',
  '14.3': '1-3',
  '16.2': '5',
  '16.3': '1-3',
  '16.4': '1',
  '16.5': '1',
};

/** OWASP cheat sheets, as docs/security/standards.md numbers them. */
const OWASP: Readonly<Record<string, string>> = {
  A: '1-79',
  G: '1-15, 20-54, 60-78, 80-87',
};

const STATUSES = ['met', 'by option', 'in part', 'not met', 'not ours'] as const;

const PAGES = [
  ['docs/security/asvs.md', itemsOf(ASVS, '.')],
  ['docs/security/owasp.md', itemsOf(OWASP, '')],
] as const;

/** `7.2` with `1-3, 5` is 7.2.1, 7.2.2, 7.2.3 and 7.2.5. */
function itemsOf(sections: Readonly<Record<string, string>>, separator: string): readonly string[] {
  return Object.entries(sections).flatMap(([section, ranges]) =>
    ranges.split(', ').flatMap((range) => {
      const [first = 0, last = first] = range.split('-').map(Number);
      return Array.from(
        { length: last - first + 1 },
        (_, i) => `${section}${separator}${first + i}`,
      );
    }),
  );
}

describe.each(PAGES)('%s', (path, items) => {
  const text = readFileSync(join(ROOT, path), 'utf8');
  const rows = rowsIn(text, ['item', 'status', 'how', 'shown by']);

  test('has every item once, and no others', () => {
    const listed = rows.map((row) => row['item'] ?? '');
    expect(listed.toSorted()).toEqual([...items].toSorted());
  });

  test('says of each what holds, in the words that are explained at its head', () => {
    const known: readonly (string | undefined)[] = STATUSES;
    expect(rows.filter((row) => !known.includes(row['status']))).toEqual([]);
    for (const status of STATUSES) expect(text).toContain(`**${status}**`);
  });

  test('gives a reason for each, and tests for what it calls met', () => {
    expect(rows.filter((row) => (row['how'] ?? '').length < 10)).toEqual([]);
    const claims = rows.filter(({ status }) => status === 'met' || status === 'by option');
    const shown = (row: Readonly<Record<string, string>>): number =>
      citationsIn(path, `${row['shown by']}|`).length;
    expect(claims.filter((row) => shown(row) === 0)).toEqual([]);
  });

  test('names tests that exist, by words that stand in them', () => {
    const citations = citationsIn(path, text);
    expect(citations.length).toBeGreaterThan(0);
    const lost = citations.filter(({ file, title }) => {
      const full = join(ROOT, file);
      return !existsSync(full) || !readFileSync(full, 'utf8').includes(title);
    });
    expect(lost).toEqual([]);
  });
});
