// Whether a session may be gone by now, as far as the model can know: by an ending, by time, or
// because somebody has a copy. What no line of this explains is a broken promise.

import type { KnownSession } from './known-session.js';
import type { World } from './world.js';

export function mayBeGone(world: World, known: KnownSession): boolean {
  return known.mayFallBehind || isGoneOtherwise(world, known);
}

/** The same without theft. */
export function isGoneOtherwise(world: World, known: KnownSession): boolean {
  const now = world.clock.now();
  return (
    world.ledger.mayHaveEnded(known) ||
    now >= known.livesTo ||
    known.mayBeIdle(now) ||
    (known.hasLostKey && world.remote)
  );
}
