// A check removes what it finds idle, whoever asks: a forged token's id is enough to look. A sign-in
// removes all idle sessions of its user. So each of these may be an ending of what may be idle.

import { singleEnding, type Ending } from './ending.js';
import type { KnownSession } from './known-session.js';
import type { Request } from './request.js';
import { STORE_LATENCY } from './times.js';
import type { World } from './world.js';

export interface IdleEnding {
  readonly id: string;
  readonly ending: Ending;
}

/** The endings by idleness that the check of a request may bring about. */
export function beginIdleOf(world: World, request: Request): readonly IdleEnding[] {
  const ids = [request.planted, request.token, request.anonymousToken].flatMap((token) =>
    token === undefined ? [] : [token.slice(0, 24)],
  );
  return beginIdle(world, (known) => ids.includes(known.id));
}

/** The same for the sessions named. */
export function beginIdle(
  world: World,
  isMeant: (known: KnownSession) => boolean,
): readonly IdleEnding[] {
  const start = world.ledger.now();
  // The store may take its time, and it may be idle before or after that.
  const latency = world.gate.isRacing ? STORE_LATENCY : 0;
  const mayBeIdle = (known: KnownSession): boolean =>
    known.mayBeIdle(start.time) || known.mayBeIdle(start.time + latency);
  return [...world.ledger.sessions]
    .filter((known) => isMeant(known) && mayBeIdle(known))
    .map(({ id }) => ({ id, ending: world.ledger.begin(singleEnding(id, 'idle limit'), start) }));
}

/** What was removed is gone for good; where nothing was removed, nothing has ended. */
export function settleIdle(world: World, endings: readonly IdleEnding[]): void {
  for (const { id, ending } of endings) {
    if (world.stored(id) === null) ending.end = world.ledger.now();
    else world.ledger.withdraw(ending);
  }
}
