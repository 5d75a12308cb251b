// Scenario 3: the user signs out while a slow request of the same session is still at work; then that
// one writes and answers. Does the session live again?

import type { Browser } from '../browser.js';
import type { Application } from '../contender.js';
import { countUp, isAccepted, LATER, nodeOf, signedIn } from './cast.js';

export interface SignOutFigures {
  readonly trials: number;
  /** Trials after which the cookie from before the sign-out, or what the browser has now, opens the session. */
  readonly revived: number;
  /** Those of them that still do ten minutes later. */
  readonly revivedForLong: number;
  /** Slow requests whose write was answered with success although it went nowhere or revived the session. */
  readonly acknowledged: number;
}

export async function raceSignOut(
  application: Application,
  trials: number,
): Promise<SignOutFigures> {
  let revived = 0;
  let revivedForLong = 0;
  let acknowledged = 0;
  for (const trial of countUp(trials)) {
    const user = `slow-${trial}`;
    const browser = await signedIn(application, user);
    const copy = await browser.copy();
    const slow = browser.visit(
      nodeOf(application, trial),
      `POST /set?key=draft&value=late&gate=${user}`,
    );
    await application.gates.arrivals(user, 1);
    await browser.visit(nodeOf(application, 0), 'POST /sign-out');
    application.gates.open(user);
    if ((await slow).status === 200) acknowledged += 1;
    const holders = [copy, browser];
    if (await isOpenToAny(application, holders, user)) {
      revived += 1;
      await application.advance(LATER);
      if (await isOpenToAny(application, holders, user)) revivedForLong += 1;
    }
    browser.close();
  }
  return { trials, revived, revivedForLong, acknowledged };
}

async function isOpenToAny(
  application: Application,
  holders: readonly Browser[],
  user: string,
): Promise<boolean> {
  const answers = application.nodes.flatMap((node) =>
    holders.map(async (holder) => isAccepted(holder, node, user)),
  );
  return (await Promise.all(answers)).includes(true);
}
