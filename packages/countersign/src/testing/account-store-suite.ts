// The conformance suite for account stores: every sentence of the port's contract as a test, for the
// drivers here and for those written elsewhere. Bound to no test runner.

import {
  runAccountCase,
  type AccountCase,
  type AccountStoreSubject,
} from './account-store/account-case.js';
import { accountCases } from './account-store/account-cases.js';
import { activityCases } from './account-store/activity-cases.js';
import { replaceCases } from './account-store/replace-cases.js';
import { sharedCases } from './account-store/shared-cases.js';
import type { TestRunner } from './session-store-suite.js';

const GROUPS: readonly (readonly [string, readonly AccountCase[]])[] = [
  ['accounts', accountCases],
  ['changes', replaceCases],
  ['activity', activityCases],
  ['two connections', sharedCases],
];

/**
 * Registers the suite with a test runner. A failing case throws an `AssertionError` of `node:assert`.
 * @param name what the report calls the store, such as `memoryAccountStore`
 */
export function describeAccountStore(
  name: string,
  subject: AccountStoreSubject,
  { describe, test }: TestRunner,
): void {
  describe(`${name} as an account store`, () => {
    for (const [group, cases] of GROUPS) {
      const fitting = cases.filter((each) => !each.needsPeer || subject.createPeer !== undefined);
      if (fitting.length === 0) continue;
      describe(group, () => {
        for (const each of fitting) test(each.name, () => runAccountCase(each, subject));
      });
    }
  });
}
