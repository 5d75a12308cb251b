// Scenario 7: many requests come at the time of renewal, on one node or on several. Counted are the
// successors that are offered, and those that become the current secret: one each.

import type { Application } from '../contender.js';
import { countUp, nodeOf, signedIn } from './cast.js';
import { RENEWAL_TIMES } from './renewal-schedule.js';

export interface StampedeFigures {
  readonly requests: number;
  /** Different successors that reached the browser. */
  readonly successors: number;
  readonly offers: number;
  readonly promotions: number;
  readonly refused: number;
}

export async function raceStampede(
  application: Application,
  count: number,
): Promise<StampedeFigures> {
  const user = 'stampede';
  const browser = await signedIn(application, user);
  const before = application.renewals?.() ?? { offers: 0, promotions: 0 };
  await application.advance(RENEWAL_TIMES.renewal + 1);
  // All are past their check before the first response begins.
  const offered = countUp(count).map(async (number) =>
    browser.request(nodeOf(application, number), 'GET /me?gate=offer'),
  );
  await application.gates.arrivals('offer', count);
  application.gates.open('offer');
  const first = await Promise.all(offered);
  for (const response of first) browser.receive(response);
  const presented = await Promise.all(
    countUp(count).map(async (number) => browser.visit(nodeOf(application, number), 'GET /me')),
  );
  const after = application.renewals?.() ?? before;
  browser.close();
  return {
    requests: 2 * count,
    successors: new Set(first.flatMap(({ setCookies }) => setCookies)).size,
    offers: after.offers - before.offers,
    promotions: after.promotions - before.promotions,
    refused: [...first, ...presented].filter((response) => response.user !== user).length,
  };
}
