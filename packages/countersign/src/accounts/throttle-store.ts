// The throttle store port: counters that several processes may share. What is counted, and by which
// limits, is said by its caller (throttle.ts); a driver only does it in one atomic step. Drivers are in
// stores/, `countersign/testing` holds the suite that proves them.
//
// For every verb: an error means that the store could not do its work, and may be thrown or rejected.
// Time is given, in epoch milliseconds; a driver looks at no clock to judge. Keys are compared exactly.

import type { Awaitable } from '../waiting.js';

/**
 * How one counter counts.
 * - `growing`: from `free` consecutive failures on there is a wait after the last one, which each
 *   further one doubles, from 1 s up to `longestWaitMs` (at most 24 h). Forgotten 24 hours after the
 *   last one, or 400 days once there are `keepFrom` failures.
 * - `window`: at most `limit` in `windowMs` from the first one. Forgotten at the end of the window.
 */
export type CounterRule =
  | {
      readonly kind: 'growing';
      readonly free: number;
      readonly longestWaitMs: number;
      readonly keepFrom: number;
    }
  | { readonly kind: 'window'; readonly limit: number; readonly windowMs: number };

export interface Counter {
  /** 43 characters of base64url: a hash, so that nothing a person typed is kept. One rule for each. */
  readonly key: string;
  readonly rule: CounterRule;
}

/** A counter as counting left it. What `settle` takes. */
export interface CountedFailure extends Counter {
  /** This one included. */
  readonly failures: number;
  /** When this failure came or, for a `window`, the first one in it. */
  readonly at: number;
  /** What `at` was before; the same for a new counter. */
  readonly before: number;
}

export type Count =
  /** Counted, each by one; in the order of the counters. */
  | { readonly ok: true; readonly counted: readonly CountedFailure[] }
  /** Not counted. `by`: the position of the counter that asks for the longest wait, the first of equals. */
  | { readonly ok: false; readonly by: number; readonly retryAfterMs: number };

export interface ThrottleStore {
  /**
   * Looks at all counters and counts one failure on each, unless one of them asks to wait: then
   * nothing is counted. One atomic step: a thousand at once count as a thousand (G47). A counter of
   * the future is from before the clock was set back: it is of `now` from then on.
   * @param counters at most 8, of different keys
   */
  count(counters: readonly Counter[], now: number): Awaitable<Count>;

  /**
   * Settles an attempt that was no failure, as `count` gave it. `succeeded`: a growing counter starts
   * anew (G43), a window counter takes one back, unless another window has begun. `withdrawn`: each
   * takes one back; a growing one has the wait that it had, unless others came after it. Never below 0.
   */
  settle(counted: readonly CountedFailure[], outcome: 'succeeded' | 'withdrawn'): Awaitable<void>;

  /** Forgets these counters: the authenticator was replaced. */
  forget(keys: readonly string[]): Awaitable<void>;

  /**
   * Removes counters that were forgotten an hour ago or longer. How many it were, at most `limit`; 0
   * where the store's server removes them by itself.
   */
  sweep(now: number, limit: number): Awaitable<number>;

  /** Lets go of what the store opened itself. Verbs throw or reject afterwards; closing again does nothing. */
  close(): Awaitable<void>;
}
