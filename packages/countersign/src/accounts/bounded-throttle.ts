// A throttle that an application has made itself, with its waiting bounded and its failures named, as those
// of the stores are. What `createThrottle` gives has that already, by its own limit.

import { bounded, boundedOrTakenBack, type Awaitable, type Patience } from '../waiting.js';
import { patienceFor, type StoreWaiting } from './bounded-stores.js';
import { isBoundThrottle, type Attempt, type Throttle, type ThrottleDecision } from './throttle.js';

export function boundThrottle(throttle: Throttle, waiting: StoreWaiting): Throttle {
  if (isBoundThrottle(throttle)) return throttle;
  const patience = patienceFor('throttle', waiting);
  return {
    begin: async (by) => {
      const decision = await boundedOrTakenBack(
        () => throttle.begin(by),
        patience,
        // Nobody judges an attempt that began late.
        (late) => (late.ok ? late.attempt.withdraw() : undefined),
      );
      return boundDecision(decision, patience);
    },
    beginRequest: (by) => bounded(() => throttle.beginRequest(by), patience),
    forget: (of) => bounded(() => throttle.forget(of), patience),
  };
}

function boundDecision(decision: ThrottleDecision, patience: Patience): ThrottleDecision {
  if (!decision.ok) return decision;
  return { ...decision, attempt: boundAttempt(decision.attempt, patience) };
}

function boundAttempt(attempt: Attempt, patience: Patience): Attempt {
  const settle = (verb: () => Awaitable<void>): Awaitable<void> => bounded(verb, patience);
  return {
    succeed: () => settle(() => attempt.succeed()),
    withdraw: () => settle(() => attempt.withdraw()),
  };
}
