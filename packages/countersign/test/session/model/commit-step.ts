// The commit of a response, run and judged: what it stores, what it may not, and the cookies it gives.

import type { CookieChange } from '../../../src/session/outgoing-cookies.js';
import type { Commit } from '../../../src/session/commit.js';
import { ANONYMOUS_COOKIE, COOKIE } from './browser.js';
import { isGoneOtherwise, mayBeGone } from './gone.js';
import type { Instant } from './instant.js';
import { settle, type Write } from './register.js';
import { unlessUnavailable } from './request.js';
import { TIMES } from './times.js';
import { assertPromise } from './violation.js';
import type { Visit } from './visit.js';
import type { World } from './world.js';

/** The cookies of the response, or `undefined` when the store did not answer. */
export async function commit(
  world: World,
  visit: Visit,
): Promise<readonly CookieChange[] | undefined> {
  const status = visit.request.trip.fails ? 500 : 200;
  const start = world.ledger.now();
  if (status === 500) visit.staged.clear();
  const { known } = visit;
  const writes: Write[] = [];
  if (known !== undefined) {
    for (const [key, value] of visit.staged) writes.push(known.data.write(key, value, start));
  }
  const result = await unlessUnavailable(() => visit.session.commit({ status }));
  if (result === undefined) return undefined;
  judgeWrites(world, visit, { result, writes, start });
  if (result.ok) judgeRenewal(world, visit, result.cookies, start);
  for (const { name, value } of result.cookies) {
    if (name === ANONYMOUS_COOKIE && value !== null) learnAnonymous(world, visit, start);
    if (value !== null) world.ledger.issue(value);
  }
  return withPlantedClearing(world, visit, result.cookies);
}

function judgeWrites(
  world: World,
  { known }: Visit,
  commit: { readonly result: Commit; readonly writes: readonly Write[]; readonly start: Instant },
): void {
  const { result, writes, start } = commit;
  const end = world.ledger.now();
  if (writes.length > 0) world.ledger.saw(result.ok ? 'write' : 'refused write');
  for (const write of writes) settle(write, result.ok ? 'stored' : 'refused', end);
  if (known === undefined || writes.length === 0) return;
  if (result.ok) {
    const ending = world.ledger.endedBefore(known, start);
    assertPromise(
      'signed out means signed out',
      ending === undefined && start.time < known.endsBy,
      'a request past its check stored something after the ending',
    );
  } else {
    assertPromise(
      'no write is lost',
      mayBeGone(world, known),
      'a write was refused in a live session',
    );
  }
}

/** A session in use is renewed when it is due: otherwise a copy would keep in step for ever. */
function judgeRenewal(
  world: World,
  { known, generation, node, ...visit }: Visit,
  cookies: readonly CookieChange[],
  start: Instant,
): void {
  if (known === undefined || known.userId === null || visit.signedIn) return;
  const isDue =
    generation === known.current &&
    known.highestPresented === known.current &&
    visit.start.time >= known.renewalDueAt &&
    !known.isReplaced &&
    !known.hasLostKey &&
    // A process from before a new key cannot make what was begun with that key.
    world.isServing(node) &&
    // Where the store did not answer in time, the next response makes the offer.
    world.clock.now() < start.time + TIMES.storeTimeout &&
    world.stored(known.id) !== null &&
    !isGoneOtherwise(world, known);
  const isOffered = cookies.some(({ name, value }) => name === COOKIE && value !== null);
  if (isDue) world.ledger.saw('renewal due');
  assertPromise('a copied cookie dies', !isDue || isOffered, 'no successor was offered when due');
}

/** A visitor for whom something was to be kept has an anonymous session now. */
function learnAnonymous(world: World, visit: Visit, start: Instant): void {
  const { id, data } = visit.session;
  if (id === null) return;
  const end = world.ledger.now();
  visit.known = world.ledger.learn({
    id,
    userId: null,
    lineage: id,
    remembered: false,
    attempt: { from: start, to: end },
    born: { start, end },
    data,
  });
}

/** The fault of clearing the cookie of whoever was refused (A57, and why it is not followed). */
function withPlantedClearing(
  world: World,
  { request, session }: Visit,
  cookies: readonly CookieChange[],
): readonly CookieChange[] {
  const isRefused = request.token !== undefined && session.userId === null;
  if (world.plant.driver !== 'cleared on refusal' || !isRefused) return cookies;
  return [...cookies, { name: COOKIE, value: null, maxAge: undefined }];
}
