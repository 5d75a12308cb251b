// Waiting for what an application passes in, such as a store: for a bounded time, and with names for its
// failures. Answers that come at once stay at once. Nothing is cut off or tried again here.

import type { Clock } from './clock.js';
import { CountersignError } from './errors.js';

/** An answer that may come at once or later. */
export type Awaitable<T> = T | Promise<T>;

/** How long somebody is waited for, and what it is called when that was in vain. */
export interface Patience {
  /** Milliseconds. */
  readonly timeout: number;
  readonly clock: Clock;
  /** Nobody stays for it: the process may end before. Default: it stays, so that no wait ends unheard. */
  readonly keepsProcess?: false;
  /** The error when the time is up. */
  readonly late: () => Error;
  /** The error in the place of what was thrown or rejected. */
  readonly failed: (cause: unknown) => Error;
}

/**
 * With a store: both are `store-unavailable`, with the driver's error as its cause. What this library has
 * named itself keeps its name, such as `configuration` for a schema of a newer version.
 */
export function patienceWith(store: string, timeout: number, clock: Clock): Patience {
  return {
    timeout,
    clock,
    late: () => new CountersignError('store-unavailable', `No answer within ${timeout} ms`),
    failed: (cause) =>
      cause instanceof CountersignError
        ? cause
        : new CountersignError('store-unavailable', `The ${store} failed`, { cause }),
  };
}

/** For what fails under names of its own, or of nobody's. */
export function asError(cause: unknown): Error {
  return cause instanceof Error ? cause : new Error(String(cause), { cause });
}

/** Runs a verb of somebody else's, which may throw, reject, hang, or answer at once. */
export function bounded<T>(verb: () => Awaitable<T>, patience: Patience): Awaitable<T> {
  try {
    const answer = verb();
    if (answer instanceof Promise) return withinTime(answer, patience);
    return isPending(answer) ? withinTime(Promise.resolve(answer), patience) : answer;
  } catch (cause) {
    throw patience.failed(cause);
  }
}

/**
 * The same for a verb whose answer obliges.
 * @param takeBack gets an answer that came when nobody waited for it any more. Its failures are nobody's.
 */
export function boundedOrTakenBack<T>(
  verb: () => Awaitable<T>,
  patience: Patience,
  takeBack: (late: T) => Awaitable<void>,
): Awaitable<T> {
  let asked: Awaitable<T> | undefined;
  const answer = bounded(() => (asked = verb()), patience);
  const takeBackLate = async (): Promise<void> => {
    const late = await asked;
    if (late !== undefined) await takeBack(late);
  };
  // Where it failed, whoever asked was told already.
  if (answer instanceof Promise) answer.catch(() => takeBackLate().catch(() => undefined));
  return answer;
}

/** A promise of another make, or of another realm. */
function isPending(answer: unknown): answer is Promise<never> {
  return (
    typeof answer === 'object' &&
    answer !== null &&
    'then' in answer &&
    typeof answer.then === 'function'
  );
}

/**
 * One promise and one timer: on the way of every request that asks a remote store. What comes after the
 * time is up, be it an error, is of no interest any more.
 */
export function withinTime<T>(answer: Promise<T>, patience: Patience): Promise<T> {
  return new Promise((resolve, reject) => {
    // A script that waits for a store without a connection would otherwise end without a word.
    const cancel = patience.clock.after(patience.timeout, () => reject(patience.late()), {
      keepsProcess: patience.keepsProcess ?? true,
    });
    answer.then(
      (value) => {
        cancel();
        resolve(value);
      },
      (cause: unknown) => {
        cancel();
        reject(patience.failed(cause));
      },
    );
  });
}
