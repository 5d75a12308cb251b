// The conformance suite for throttle stores: every sentence of the port's contract as a test, for the
// drivers here and for those written elsewhere. Bound to no test runner.

import type { TestRunner } from './session-store-suite.js';
import { countingCases } from './throttle-store/counting-cases.js';
import { parallelCases } from './throttle-store/parallel-cases.js';
import { settlingCases } from './throttle-store/settling-cases.js';
import {
  runThrottleCase,
  type ThrottleCase,
  type ThrottleStoreSubject,
} from './throttle-store/throttle-case.js';

const GROUPS: readonly (readonly [string, readonly ThrottleCase[]])[] = [
  ['counting', countingCases],
  ['settling', settlingCases],
  ['at once', parallelCases],
];

/**
 * Registers the suite with a test runner. A failing case throws an `AssertionError` of `node:assert`.
 * @param name what the report calls the store, such as `memoryThrottleStore`
 */
export function describeThrottleStore(
  name: string,
  subject: ThrottleStoreSubject,
  { describe, test }: TestRunner,
): void {
  describe(`${name} as a throttle store`, () => {
    for (const [group, cases] of GROUPS) {
      describe(group, () => {
        for (const each of cases.filter((one) => fits(one, subject))) {
          test(each.name, () => runThrottleCase(each, subject));
        }
      });
    }
  });
}

function fits({ needs }: ThrottleCase, { createPeer, expiry }: ThrottleStoreSubject): boolean {
  if (needs === 'peer') return createPeer !== undefined;
  return needs !== 'sweeping' || expiry !== 'server';
}
