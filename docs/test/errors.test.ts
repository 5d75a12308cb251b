// docs/reference/errors.md says what the library's table of errors says.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { ERROR_TABLE } from '../../packages/countersign/src/errors.js';
import { tableIn } from './markdown.js';
import { ROOT } from './pages.js';

const page = readFileSync(join(ROOT, 'docs', 'reference', 'errors.md'), 'utf8');
const rows = tableIn(page, ['code', 'status', 'meaning', 'what to do']);

describe('the page of errors', () => {
  test('has every code with its status and meaning, in the order of the table', () => {
    const written = rows.map(({ code, status, meaning }) => ({ code, status, meaning }));
    const thrown = Object.entries(ERROR_TABLE).map(([code, { status, meaning }]) => ({
      code: `\`${code}\``,
      status: `${status}`,
      meaning,
    }));
    expect(written).toEqual(thrown);
  });

  test('says of every code what to do', () => {
    expect(rows.filter((row) => (row['what to do'] ?? '').length < 20)).toEqual([]);
  });
});
