// One request from its browser to the server and back: the cookies of the moment it leaves, the
// check when it arrives, the handler, the commit, and the response's cookies when that arrives.

import type { CookieChange } from '../../../src/session/outgoing-cookies.js';
import { ANONYMOUS_COOKIE, COOKIE, type Browser } from './browser.js';
import { checkIn } from './check-in.js';
import { commit } from './commit-step.js';
import { afterWork, onArrival, type Errand } from './errand.js';
import { mayBeGone } from './gone.js';
import type { Request, Trip } from './request.js';
import { SECOND } from './times.js';
import { assertPromise } from './violation.js';
import type { Visit } from './visit.js';
import type { World } from './world.js';

/** Runs a whole exchange. Returns early where the process or the response is lost on the way. */
export async function exchange(world: World, request: Request, errand: Errand): Promise<void> {
  const { trip } = request;
  assertStillSignedIn(world, request);
  await world.pause(trip.up);
  const node = world.node(trip.node);
  const visit = await checkIn(world, request, node);
  if (visit === undefined) return;
  await onArrival(world, visit, errand);
  const early = isHeadEarly(world, errand) ? await commit(world, visit) : undefined;
  if (early !== undefined && errand.kind === 'stream') {
    world.start(async () => deliver(world, visit, early));
  }
  await world.pause(trip.work);
  if (!node.isAlive) return;
  await afterWork(world, visit, errand);
  if (errand.kind === 'stream') return;
  const cookies = early ?? (await commit(world, visit));
  if (cookies === undefined || trip.down === 'lost') return;
  await deliver(world, visit, cookies);
  if (errand.kind === 'read' && errand.assets) await loadAssets(world, request);
}

/** What the page shows comes at once, with the cookies that came with the page. */
async function loadAssets(world: World, { sender, trip: { node } }: Request): Promise<void> {
  const trip: Trip = { up: 0, work: 0, down: 0, node, fails: false };
  const request = leave(world, sender, { planted: undefined, isAmbiguous: false, trip });
  await exchange(world, request, { kind: 'read', assets: false });
}

/** A stream's head leaves before its work; so does every other with the fault that is planted here. */
function isHeadEarly(world: World, errand: Errand): boolean {
  return (
    errand.kind === 'stream' ||
    (world.plant.driver === 'offer at start' && (errand.kind === 'read' || errand.kind === 'count'))
  );
}

async function deliver(
  world: World,
  visit: Visit,
  cookies: readonly CookieChange[],
): Promise<void> {
  const { sender, trip } = visit.request;
  if (trip.down === 'lost') return;
  await world.pause(trip.down);
  if (sender.holder === 'shadowing thief') return;
  const now = world.clock.now();
  sender.isAskedToSignIn = visit.session.userId === null;
  sender.jar.receive(cookies, now);
  for (const { name, value } of cookies) {
    if (name !== COOKIE) continue;
    if (value !== null) sender.expects = sender.jar.value(COOKIE, now)?.slice(0, 24);
    else if (visit.signedOut) sender.expects = undefined;
  }
}

/** The request that a browser sends now. */
export function leave(
  world: World,
  sender: Browser,
  rest: Pick<Request, 'planted' | 'isAmbiguous' | 'trip'>,
): Request {
  const now = world.clock.now();
  return {
    sender,
    token: sender.jar.value(COOKIE, now),
    anonymousToken: sender.jar.value(ANONYMOUS_COOKIE, now),
    attempt: sender.attempt,
    ...rest,
  };
}

/** Promise 3, seen from the browser: what it was given is still there, unless it has ended. */
function assertStillSignedIn(world: World, { sender, token }: Request): void {
  if (!sender.isHonest || sender.expects === undefined || token !== undefined) return;
  const known = world.ledger.session(sender.expects);
  const now = world.clock.now();
  // Browsers count a cookie's life in whole seconds.
  const isGone = known === undefined || mayBeGone(world, known) || now + SECOND >= known.livesTo;
  assertPromise('renewal signs nobody out', isGone, 'the cookie of a live session was taken away');
}
