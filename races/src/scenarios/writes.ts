// Scenarios 1 and 2: many requests of one session write at the same time. Each has its session before
// any of them writes, as with handlers that ask a database in between.

import type { Application } from '../contender.js';
import { countUp, nodeOf, signedIn } from './cast.js';

export interface WriteFigures {
  /** Writes that were answered with success. */
  readonly done: number;
  /** Those of them that the session still holds afterwards. */
  readonly kept: number;
}

/** Each request sets a key of its own. */
export async function raceKeys(application: Application, count: number): Promise<WriteFigures> {
  const browser = await signedIn(application, 'keys');
  const responses = countUp(count).map(async (number) =>
    browser.visit(
      nodeOf(application, number),
      `POST /set?key=k${number}&value=v${number}&gate=keys`,
    ),
  );
  await application.gates.arrivals('keys', count);
  application.gates.open('keys');
  const done = (await Promise.all(responses)).filter(({ status }) => status === 200).length;
  const { data } = await browser.visit(nodeOf(application, 0), 'GET /data');
  const kept = countUp(count).filter((number) => data[`k${number}`] === `v${number}`).length;
  browser.close();
  return { done, kept };
}

/** Each request adds 1 to the same number. */
export async function raceIncrements(
  application: Application,
  count: number,
): Promise<WriteFigures> {
  const browser = await signedIn(application, 'increments');
  const responses = countUp(count).map(async (number) =>
    browser.visit(nodeOf(application, number), 'POST /increment?key=n&gate=increments'),
  );
  await application.gates.arrivals('increments', count);
  application.gates.open('increments');
  const done = (await Promise.all(responses)).filter(({ status }) => status === 200).length;
  const { data } = await browser.visit(nodeOf(application, 0), 'GET /data');
  browser.close();
  return { done, kept: typeof data['n'] === 'number' ? data['n'] : 0 };
}
