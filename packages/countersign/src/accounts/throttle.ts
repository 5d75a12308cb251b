// Slows down guessing and flooding: by account and authenticator, with waits that grow, and by the
// network that they come from (G40-G49, G61; ASVS 6.1.1, 6.3.1). Says when an authenticator is to be
// closed; closing it is for the accounts. Counting itself is the store's: see throttle-store.ts.

import { clockFrom } from '../clock-option.js';
import type { Clock } from '../clock.js';
import type { Awaitable } from '../waiting.js';
import { boundThrottleStore } from './bounded-stores.js';
import {
  accountKey,
  countersOfAttempt,
  countersOfRequest,
  type AttemptBy,
  type PlacedCounter,
  type RequestBy,
} from './throttle-counters.js';
import { memoryThrottleStore } from './throttle-memory.js';
import { limitsFrom, type ThrottleOptions } from './throttle-options.js';
import type { CountedFailure, ThrottleStore } from './throttle-store.js';
import { ThrottleSweep } from './throttle-sweep.js';

/** An attempt that may be made. It counts as a failure until the first of these is called. */
export interface Attempt {
  /** The proof was right: clears the account's count, and takes this attempt off the network's. */
  succeed(): Awaitable<void>;
  /**
   * As if the attempt had not been: nothing was judged, such as when the hasher was busy, or the
   * password was right and the second factor is still to come, which is no success yet (G43).
   */
  withdraw(): Awaitable<void>;
}

/** Too much was asked for. `retryAfterMs`: when to come again. */
export interface ThrottleRefusal {
  readonly ok: false;
  /** A known device's own counter is `account` too. */
  readonly by: 'account' | 'address';
  readonly retryAfterMs: number;
}

export type ThrottleDecision =
  | {
      readonly ok: true;
      readonly attempt: Attempt;
      /**
       * Consecutive failures on the counter of the account, or of its known device, should this attempt
       * be one; 0 without an account.
       */
      readonly failures: number;
      /**
       * Whether these are enough to close the authenticator if this attempt fails (G40): to strangers
       * or, for an attempt from a known device, to everyone.
       */
      readonly closes: boolean;
    }
  | ThrottleRefusal;

export type RequestDecision = { readonly ok: true } | ThrottleRefusal;

/** What slows down guessing. Its verbs reject with `store-unavailable`: nothing is judged then. */
export interface Throttle {
  /**
   * Asks for leave to judge a proof, and counts it in the same atomic step, before any work is done
   * (G47). A refused attempt is not counted, so that strangers cannot make the waits longer.
   */
  begin(by: AttemptBy): Awaitable<ThrottleDecision>;

  /** Asks for leave to do what is asked for, such as to send a mail, and counts it for good. */
  beginRequest(by: RequestBy): Awaitable<RequestDecision>;

  /**
   * Forgets the failures of an account with one authenticator: it was replaced, or an attempt that was
   * withdrawn has led to a sign-in after all (G43). With `device` those of that known device as well,
   * or with `strangers: 'keep'` those of the device only, as a success from there would.
   */
  forget(of: {
    readonly account: string;
    readonly authenticator?: string;
    readonly device?: string;
    readonly strangers?: 'keep';
  }): Awaitable<void>;
}

/**
 * Makes a throttle on a store: in this process's memory, unless another is given.
 * @throws CountersignError `configuration` for an option that is unknown or out of its bounds
 */
export function createThrottle(options: ThrottleOptions = {}): Throttle {
  const limits = limitsFrom(options);
  const clock = clockFrom(options.clock);
  const { store: given = memoryThrottleStore(), storeTimeout } = options;
  const store = boundThrottleStore(given, { clock, storeTimeout });
  const count = countingOn(store, clock);
  const throttle: Throttle = {
    async begin(by) {
      const counters = countersOfAttempt(by, limits);
      const counting = await count(counters);
      if (!counting.ok) return counting;
      const failures = by.account === undefined ? 0 : (counting.counted[0]?.failures ?? 0);
      return {
        ok: true,
        attempt: attemptOn(store, counting.counted),
        failures,
        closes: failures >= limits.closeAfter,
      };
    },
    async beginRequest(by) {
      const counting = await count(countersOfRequest(by, limits));
      return counting.ok ? { ok: true } : counting;
    },
    async forget(of) {
      const { device, strangers, ...account } = of;
      const known = device === undefined ? [] : [accountKey({ ...account, device })];
      await store.forget(strangers === 'keep' ? known : [accountKey(account), ...known]);
    },
  };
  boundThrottles.add(throttle);
  return throttle;
}

const boundThrottles = new WeakSet<Throttle>();

/** Whether it is one of `createThrottle`, which waits for its store for a bounded time. */
export function isBoundThrottle(throttle: Throttle): boolean {
  return boundThrottles.has(throttle);
}

/** Counts by a store, which is swept now and then. */
function countingOn(
  store: ThrottleStore,
  clock: Clock,
): (counters: readonly PlacedCounter[]) => Promise<Counting> {
  const sweep = new ThrottleSweep(store, clock);
  return async (counters) => {
    if (counters.length === 0) return { ok: true, counted: [] };
    sweep.arm();
    const given = counters.map(({ key, rule }) => ({ key, rule }));
    const answer = await store.count(given, clock.now());
    if (answer.ok) return answer;
    const by = counters[answer.by]?.by ?? 'account';
    return { ok: false, by, retryAfterMs: answer.retryAfterMs };
  };
}

type Counting =
  | { readonly ok: true; readonly counted: readonly CountedFailure[] }
  | ThrottleRefusal;

/** Settled by the first call. If the store fails then, the attempt stays counted. */
function attemptOn(store: ThrottleStore, counted: readonly CountedFailure[]): Attempt {
  let settled = counted.length === 0;
  const settle = async (outcome: 'succeeded' | 'withdrawn'): Promise<void> => {
    if (settled) return;
    settled = true;
    await store.settle(counted, outcome);
  };
  return { succeed: () => settle('succeeded'), withdraw: () => settle('withdrawn') };
}
