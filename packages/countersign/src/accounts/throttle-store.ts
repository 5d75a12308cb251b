// The throttle store port: counters that several processes may share. What is counted, and by which
// limits, is said by its caller (throttle.ts); a driver only does it in one atomic step. Drivers are in
// stores/, `countersign/testing` holds the suite that proves them.

import type { Awaitable } from './account-store.js';

/**
 * One counter of an attempt.
 * - `growing`: after `free` consecutive failures each further one doubles the wait, from 1 s up to
 *   `longestWaitMs`; forgotten 24 hours after the last one, unless it has reached `keepFrom` failures,
 *   then after 400 days.
 * - `window`: at most `limit` in `windowMs` from the first one.
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
  /** 43 characters of base64url: a hash, so that nothing a person typed is kept. */
  readonly key: string;
  readonly rule: CounterRule;
}

export type Count =
  /** Counted, each by one; `failures` in the order of the counters, this attempt included. */
  | { readonly ok: true; readonly failures: readonly number[] }
  /** Not counted. `by`: the position of the counter that asks for the longest wait. */
  | { readonly ok: false; readonly by: number; readonly retryAfterMs: number };

export interface ThrottleStore {
  /**
   * Looks at all counters and counts one failure on each, unless one of them asks to wait: then
   * nothing is counted. One atomic step: a thousand at once count as a thousand (G47). At most 8.
   */
  count(counters: readonly Counter[], now: number): Awaitable<Count>;

  /**
   * Settles an attempt that was counted and was no failure. `succeeded`: a growing counter starts anew
   * (G43), a window counter takes one back. `withdrawn`: each takes one back. Never below 0.
   */
  settle(
    counters: readonly Counter[],
    outcome: 'succeeded' | 'withdrawn',
    now: number,
  ): Awaitable<void>;

  /** Forgets these counters: the authenticator was replaced. */
  forget(keys: readonly string[]): Awaitable<void>;

  /** Removes counters that are over. How many it were, at most `limit`. */
  sweep(now: number, limit: number): Awaitable<number>;

  close(): Awaitable<void>;
}
