// What counts as passed, what as failed: scripts/tally.mjs.

import { describe, expect, test } from 'vitest';

import { neverRun, tally } from './tally.mjs';

function file(name: string, statuses: readonly string[], status = 'passed') {
  const assertionResults = statuses.map((each, index) => ({
    fullName: `test ${index}`,
    status: each,
    failureMessages: each === 'failed' ? ['Error: no\n    at /a.ts:1:1'] : [],
  }));
  return { name, status, assertionResults };
}

describe('the tally', () => {
  test('counts the tests that passed and the tests that failed, over all files', () => {
    const report = {
      testResults: [
        file('/a.test.ts', ['passed', 'passed']),
        file('/b.test.ts', ['passed', 'failed'], 'failed'),
      ],
    };
    expect(tally(report, 1)).toMatchObject({
      passed: 3,
      failed: 1,
      complaints: [],
      failures: [{ file: '/b.test.ts', title: 'test 1', reason: 'Error: no' }],
    });
  });

  test.each(['skipped', 'pending', 'todo', 'disabled'])(
    'counts a %s test as a failure',
    (status) => {
      const result = tally({ testResults: [file('/a.test.ts', ['passed', status])] }, 0);
      expect(result).toMatchObject({ passed: 1, failed: 1 });
      expect(result.complaints).toEqual([`not run (${status}): test 1`]);
    },
  );

  test('counts a file without any test as a failure', () => {
    const result = tally({ testResults: [file('/a.test.ts', [])] }, 0);
    expect(result).toMatchObject({ passed: 0, failed: 1 });
  });

  test('counts a file that fails outside its tests as a failure', () => {
    const result = tally({ testResults: [file('/a.test.ts', ['passed'], 'failed')] }, 1);
    expect(result).toMatchObject({ passed: 1, failed: 1 });
  });

  test('counts a run that fails for no reason it tells as one failure', () => {
    const result = tally({ testResults: [file('/a.test.ts', ['passed'])] }, 1);
    expect(result).toMatchObject({ passed: 1, failed: 1 });
    expect(result.complaints).toEqual(['the run ended with code 1']);
  });

  test('counts a run without a report as one failure', () => {
    expect(tally(undefined, 0)).toMatchObject({ passed: 0, failed: 1 });
  });

  test('has nothing to say about a project that has no files', () => {
    expect(tally({ testResults: [] }, 0)).toEqual({
      passed: 0,
      failed: 0,
      complaints: [],
      failures: [],
      files: [],
      proofs: [],
    });
  });
});

describe('files that no project ran', () => {
  const tallies = [tally({ testResults: [file('/a.test.ts', ['passed'])] }, 0)];

  test('are found by comparing with what ran', () => {
    expect(neverRun(['/a.test.ts', '/lost/b.test.ts'], tallies)).toEqual(['/lost/b.test.ts']);
  });

  test('do not include the soak tests, which have a script of their own', () => {
    expect(neverRun(['/a.test.ts', '/c.soak.test.ts'], tallies)).toEqual([]);
  });
});
