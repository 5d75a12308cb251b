// What a request is sent for, and what its handler does: first on arrival, then after its work.

import { isUserId, type Attempt, type UserId } from './attempt.js';

import { lineageEnding, userEnding } from './ending.js';
import { mayBeGone } from './gone.js';
import { settle, type Key } from './register.js';
import { hasCode, unlessUnavailable } from './request.js';
import { STORE_LATENCY } from './times.js';
import { beginAttempt, reauthenticate, signIn } from './sign-in-step.js';
import { assertPromise } from './violation.js';
import type { Visit } from './visit.js';
import type { World } from './world.js';

export type Errand =
  /** With assets, the browser asks for more as soon as the page is there. */
  | { readonly kind: 'read'; readonly assets: boolean }
  | { readonly kind: 'write'; readonly set: readonly Key[]; readonly remove: readonly Key[] }
  | { readonly kind: 'count' }
  /** The head goes out at once, and the handler counts when its work is done. */
  | { readonly kind: 'stream' }
  | {
      readonly kind: 'sign in';
      readonly userId: UserId;
      readonly remember: boolean;
      /** Whether the application takes a ticket first. Without one nothing may come in between. */
      readonly ticket: boolean;
      readonly set: readonly Key[];
    }
  /** A sign-in over two requests: a second factor, a mail link. */
  | { readonly kind: 'begin sign-in'; readonly userId: UserId }
  | { readonly kind: 'finish sign-in' }
  | { readonly kind: 'reauthenticate' }
  | { readonly kind: 'sign out' }
  | { readonly kind: 'end others' }
  /** Ends the session of this number, counted over all there ever were. */
  | { readonly kind: 'end one'; readonly which: number };

/** What the handler does as soon as the request is checked. */
export async function onArrival(world: World, visit: Visit, errand: Errand): Promise<void> {
  switch (errand.kind) {
    case 'write':
      stage(world, visit, errand.set, errand.remove);
      return;
    case 'sign in':
      stage(world, visit, errand.set, []);
      visit.attempt = errand.ticket
        ? await beginAttempt(world, visit, errand.userId)
        : bareAttempt(world, errand.userId);
      return;
    case 'begin sign-in':
      visit.request.sender.attempt = await beginAttempt(world, visit, errand.userId);
      return;
    case 'end others':
      await endOthers(world, visit);
      return;
    case 'end one':
      await endOne(world, visit, errand.which);
      return;
    case 'stream':
      visit.signal = visit.session.signal;
      return;
    case 'read':
    case 'count':
    case 'finish sign-in':
    case 'reauthenticate':
    case 'sign out':
  }
}

/** What it does when its work is done. */
export async function afterWork(world: World, visit: Visit, errand: Errand): Promise<void> {
  switch (errand.kind) {
    case 'count':
      await count(world, visit);
      return;
    case 'stream':
      assertToldOfEnding(world, visit);
      await count(world, visit);
      return;
    case 'sign in':
      if (visit.attempt !== undefined) {
        // Without a ticket the attempt begins with the call: nothing may have come in between.
        const attempt = errand.ticket ? visit.attempt : bareAttempt(world, errand.userId);
        const { remember } = errand;
        await signIn(world, visit, attempt, { remember, isBare: !errand.ticket });
      }
      return;
    case 'finish sign-in': {
      const { attempt } = visit.request;
      if (attempt !== undefined) {
        await signIn(world, visit, attempt, { remember: false, isBare: false });
      }
      return;
    }
    case 'reauthenticate':
      await reauthenticate(world, visit);
      return;
    case 'sign out':
      await signOut(world, visit);
      return;
    case 'read':
    case 'write':
    case 'begin sign-in':
    case 'end others':
    case 'end one':
  }
}

/** A handler that outlives its check hears of the ending by its signal, on whatever node that was. */
function assertToldOfEnding(world: World, { known, signal }: Visit): void {
  if (known === undefined || signal === undefined) return;
  const now = world.ledger.now();
  const latency = world.gate.isRacing ? STORE_LATENCY : 1;
  const ending = world.ledger.endedBefore(known, now);
  const isLate = (ending?.end?.time ?? Infinity) + latency <= now.time;
  assertPromise(
    'signed out means signed out',
    !isLate || signal.aborted,
    `a stream was not told of the ${ending?.cause ?? ''}`,
  );
}

function bareAttempt(world: World, userId: UserId): Attempt {
  const at = world.ledger.now();
  return { userId, from: at, to: at, ticket: undefined };
}

function stage(world: World, visit: Visit, set: readonly Key[], remove: readonly Key[]): void {
  for (const key of remove) {
    // Deleting what the request does not see is nothing to store.
    if (visit.session.data[key] === undefined) continue;
    visit.session.delete(key);
    visit.staged.set(key, undefined);
  }
  for (const key of set) {
    const value = world.ledger.newValue();
    visit.session.set(key, value);
    visit.staged.set(key, value);
  }
}

async function count(world: World, visit: Visit): Promise<void> {
  const { known } = visit;
  if (known === undefined) return;
  const start = world.ledger.now();
  const update = known.data.update(start);
  try {
    const data = await unlessUnavailable(() =>
      visit.session.update((before) => ({ ...before, n: (before.n ?? 0) + 1 })),
    );
    if (data === undefined) return;
    settle(update, 'stored', world.ledger.now());
    world.ledger.saw('update');
    known.data.count(data.n ?? 0);
    const isLate = world.ledger.endedBefore(known, start) !== undefined;
    assertPromise('signed out means signed out', !isLate, 'an update after an ending');
    assertPromise('limits hold', start.time < known.endsBy, 'an update after the absolute limit');
  } catch (error) {
    if (!hasCode(error, 'session-ended')) throw error;
    settle(update, 'refused', world.ledger.now());
    world.ledger.saw('refused update');
    const isGone = mayBeGone(world, known);
    assertPromise('no write is lost', isGone, 'an update was refused in a live session');
  }
}

async function signOut(world: World, visit: Visit): Promise<void> {
  const { known } = visit;
  const ending =
    known && world.ledger.begin(lineageEnding(known.lineage, 'sign-out'), world.ledger.now());
  const done = await unlessUnavailable(async () => {
    await visit.session.signOut();
    return true;
  });
  if (done === undefined) return;
  if (ending !== undefined) ending.end = world.ledger.now();
  visit.known = undefined;
  visit.staged.clear();
  visit.signedOut = true;
}

async function endOthers(world: World, visit: Visit): Promise<void> {
  const { userId } = visit.session;
  if (visit.known === undefined || !isUserId(userId)) return;
  const start = world.ledger.now();
  const ending = world.ledger.begin(userEnding(userId, start, visit.known), start);
  const ended = await unlessEnded(world, visit, () => visit.session.endOthers());
  if (ended === 'refused') world.ledger.withdraw(ending);
  else if (ended !== undefined) ending.end = world.ledger.now();
}

/** By its public id, which anybody may know: only the user's own sessions end by it. */
async function endOne(world: World, visit: Visit, which: number): Promise<void> {
  const all = [...world.ledger.sessions];
  const target = all[which % Math.max(all.length, 1)];
  if (target === undefined) return;
  const isOwn = visit.session.userId !== null && target.userId === visit.session.userId;
  const ending = isOwn
    ? world.ledger.begin(lineageEnding(target.lineage, 'ending by the user'), world.ledger.now())
    : undefined;
  const ended = await unlessEnded(world, visit, () => visit.session.end(target.id));
  if (ended === undefined) return;
  const hasEnded = ended === true;
  assertPromise('signed out means signed out', isOwn || !hasEnded, 'ended one by its id alone');
  if (ending === undefined) return;
  if (hasEnded) ending.end = world.ledger.now();
  else world.ledger.withdraw(ending);
}

/** A session that has ended ends no others: its request is refused, as one with changes is. */
async function unlessEnded<T>(
  world: World,
  visit: Visit,
  task: () => Promise<T>,
): Promise<T | 'refused' | undefined> {
  try {
    return await unlessUnavailable(task);
  } catch (error) {
    if (!hasCode(error, 'session-ended')) throw error;
    const isGone = visit.known !== undefined && mayBeGone(world, visit.known);
    assertPromise('signed out means signed out', isGone, 'a live session could end no other');
    return 'refused';
  }
}
