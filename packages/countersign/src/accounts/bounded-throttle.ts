// A throttle that an application has made itself, with its waiting bounded and its failures named, as those
// of the stores are. What `createThrottle` gives has that already, by its own limit.

import { bounded, type Awaitable, type Patience } from '../waiting.js';
import { patienceFor, type StoreWaiting } from './bounded-stores.js';
import { isBoundThrottle, type Attempt, type Throttle, type ThrottleDecision } from './throttle.js';

export function boundThrottle(throttle: Throttle, waiting: StoreWaiting): Throttle {
  if (isBoundThrottle(throttle)) return throttle;
  const patience = patienceFor('throttle', waiting);
  return {
    begin: async (by) => {
      let asked: Awaitable<ThrottleDecision> | undefined;
      const ask = (): Awaitable<ThrottleDecision> => (asked = throttle.begin(by));
      try {
        return boundDecision(await bounded(ask, patience), patience);
      } catch (error) {
        void takeBack(asked);
        throw error;
      }
    },
    beginRequest: (by) => bounded(() => throttle.beginRequest(by), patience),
    forget: (of) => bounded(() => throttle.forget(of), patience),
  };
}

/** As with a late count of a store: nobody has judged that attempt. Where that fails, it stays counted. */
async function takeBack(asked: Awaitable<ThrottleDecision> | undefined): Promise<void> {
  try {
    const late = await asked;
    if (late?.ok === true) await late.attempt.withdraw();
  } catch {
    // Whoever asked was told of the failure already.
  }
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
