// The conformance suite for stores of one-time records: every sentence of the port's contract as a test,
// for the drivers here and for those written elsewhere. Bound to no test runner.

import {
  runOneTimeCase,
  type OneTimeCase,
  type OneTimeStoreSubject,
} from './one-time-store/one-time-case.js';
import { recordCases } from './one-time-store/record-cases.js';
import { removalCases } from './one-time-store/removal-cases.js';
import { replacingCases } from './one-time-store/replacing-cases.js';
import { sharedCases } from './one-time-store/shared-cases.js';
import { takingCases } from './one-time-store/taking-cases.js';
import type { TestRunner } from './session-store-suite.js';

const GROUPS: readonly (readonly [string, readonly OneTimeCase[]])[] = [
  ['records', recordCases],
  ['taking', takingCases],
  ['replacing', replacingCases],
  ['removal', removalCases],
  ['two connections', sharedCases],
];

/**
 * Registers the suite with a test runner. A failing case throws an `AssertionError` of `node:assert`.
 * @param name what the report calls the store, such as `memoryOneTimeStore`
 */
export function describeOneTimeStore(
  name: string,
  subject: OneTimeStoreSubject,
  { describe, test }: TestRunner,
): void {
  describe(`${name} as a store of one-time records`, () => {
    for (const [group, cases] of GROUPS) {
      const fitting = cases.filter(({ needs }) => needs === null || subject[needs] !== undefined);
      if (fitting.length === 0) continue;
      describe(group, () => {
        for (const each of fitting) test(each.name, () => runOneTimeCase(each, subject));
      });
    }
  });
}
