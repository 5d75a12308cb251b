// The conformance suite for session stores: every sentence of the port's contract as a test, for the
// drivers here and for those written elsewhere. Bound to no test runner.

import { announcementCases, foreignAnnouncementCases } from './session-store/announcement-cases.js';
import { cacheCases, foreignCacheCases } from './session-store/cache-cases.js';
import { bindCases, patchCases, renewCases, touchCases } from './session-store/change-cases.js';
import { endingCases, lifetimeCases, listCases } from './session-store/ending-cases.js';
import { epochCases, limitCases, replacementCases } from './session-store/insert-cases.js';
import { peerCases, raceCases } from './session-store/race-cases.js';
import { expiryCases, readCases } from './session-store/read-cases.js';
import { runCase, type SessionStoreSubject, type StoreCase } from './session-store/store-case.js';

/** The two functions of a test runner that are needed: those of vitest, `node:test` or Jest fit. */
export interface TestRunner {
  readonly describe: (name: string, body: () => void) => unknown;
  readonly test: (name: string, body: () => Promise<void>) => unknown;
}

const GROUPS: readonly (readonly [string, readonly StoreCase[]])[] = [
  ['reading', readCases],
  ['expiry', expiryCases],
  ['epochs', epochCases],
  ['replacement', replacementCases],
  ['limits', limitCases],
  ['patch', patchCases],
  ['renew', renewCases],
  ['bind', bindCases],
  ['touch', touchCases],
  ['endings', endingCases],
  ['list', listCases],
  ['lifetime', lifetimeCases],
  ['announcements', announcementCases],
  ['a cache in front', cacheCases],
  ['races', raceCases],
  ['two connections', peerCases],
  ['announcements of others', foreignAnnouncementCases],
  ['a cache and others', foreignCacheCases],
];

/**
 * Registers the suite with a test runner. A failing case throws an `AssertionError` of `node:assert`.
 * @param name what the report calls the store, such as `memoryStore`
 */
export function describeSessionStore(
  name: string,
  subject: SessionStoreSubject,
  { describe, test }: TestRunner,
): void {
  describe(`${name} as a session store`, () => {
    for (const [group, cases] of GROUPS) {
      const fitting = cases.filter((each) => !each.needsPeer || subject.createPeer !== undefined);
      if (fitting.length === 0) continue;
      describe(group, () => {
        for (const each of fitting) test(each.name, () => runCase(each, subject));
      });
    }
  });
}
