// Claims and the tests that bear them out: scripts/evidence.mjs.

import { describe, expect, test } from 'vitest';

import { citationsIn, unproved } from './evidence.mjs';
import { tally } from './tally.mjs';

const PAGE = `
| item  | status | shown by                                                             |
| ----- | ------ | -------------------------------------------------------------------- |
| 6.5.1 | met    | \`a/totp.test.ts\`: is good once<br>\`a/codes.test.ts\`: used up (G81) |
| 6.5.2 | met    | \`a/codes.test.ts\`: are hashed                                       |
`;

const citations = citationsIn('docs/security/asvs.md', PAGE);

function ran(file: string, title: string, status = 'passed') {
  const results = [{ fullName: `a group ${title} at once`, status }];
  return tally({ testResults: [{ name: `/root/${file}`, status, assertionResults: results }] }, 0);
}

describe('the evidence of a page', () => {
  test('is read from its tables: several tests for an item, each by file and words', () => {
    expect(citations.map(({ file, title }) => [file, title])).toEqual([
      ['a/totp.test.ts', 'is good once'],
      ['a/codes.test.ts', 'used up (G81)'],
      ['a/codes.test.ts', 'are hashed'],
    ]);
  });

  test('is missing where no test of that file and title passed', () => {
    const tallies = [
      ran('a/totp.test.ts', 'is good once'),
      ran('b/codes.test.ts', 'used up (G81)'),
      ran('a/codes.test.ts', 'are hashed', 'failed'),
    ];
    expect(unproved(citations, tallies).map(({ title }) => title)).toEqual([
      'used up (G81)',
      'are hashed',
    ]);
  });

  test('is complete where all of them passed, in whichever project', () => {
    const tallies = [
      ran('a/totp.test.ts', 'is good once'),
      ran('a/codes.test.ts', 'used up (G81)'),
    ];
    const more = tally(
      {
        testResults: [
          {
            name: '/root/a/codes.test.ts',
            status: 'passed',
            assertionResults: [
              { fullName: 'codes used up (G81)', status: 'passed' },
              { fullName: 'codes are hashed', status: 'passed' },
            ],
          },
        ],
      },
      0,
    );
    expect(unproved(citations, [...tallies.slice(0, 1), more])).toEqual([]);
  });
});
