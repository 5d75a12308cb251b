// Hashing passwords takes memory and time by design, so only a few run at once and only some may wait
// (G9; ASVS 15.1.3, 15.2.2). Peak memory is concurrency × the memory of one hash.

import { systemClock, type Clock } from '../clock.js';
import { CountersignError, misconfigured } from '../errors.js';
import { asError, bounded, type Patience } from '../waiting.js';

/** A line in which work waits for one of a few places. */
export interface HashQueue {
  /**
   * Runs the task when its turn comes, first come first served.
   * @throws CountersignError `hasher-busy`: at once and without running it when the queue is full, when a
   *   turn does not come within a minute, and when the task takes longer than that
   */
  run<T>(task: () => Promise<T>): Promise<T>;
}

/**
 * No hash takes so long. What does, hangs: it keeps its place no longer, or those that hang would hold up
 * all the others until the process is restarted.
 */
const LONGEST_MS = 60_000;

/** For a hasher or a hash. What it throws is its own. */
export function hashPatience(clock: Clock): Patience {
  return { timeout: LONGEST_MS, clock, late: () => busy('No hash'), failed: asError };
}

function busy(what: string): CountersignError {
  return new CountersignError('hasher-busy', `${what} within ${LONGEST_MS} ms`);
}

/**
 * @param limits `concurrency`: tasks at once, at least 1. `queue`: tasks that may wait, 0 for none
 * @throws CountersignError `configuration`
 */
export function createHashQueue(
  limits: { readonly concurrency: number; readonly queue: number },
  clock: Clock = systemClock,
): HashQueue {
  requireWhole('concurrency', limits.concurrency, 1);
  requireWhole('queue', limits.queue, 0);
  const waiting = new Set<() => void>();
  let running = 0;

  return {
    async run(task) {
      if (running < limits.concurrency) running += 1;
      else if (waiting.size < limits.queue) await turnIn(waiting, clock);
      else {
        throw new CountersignError(
          'hasher-busy',
          `${running} passwords are being hashed and ${waiting.size} wait: try again in a moment.`,
        );
      }
      try {
        return await bounded(task, hashPatience(clock));
      } finally {
        // The place is handed on, not given back, so that nobody slips in before those who wait.
        const [next] = waiting;
        if (next === undefined) running -= 1;
        else {
          waiting.delete(next);
          next();
        }
      }
    },
  };
}

/** Resolves when somebody who has a place hands it on. */
function turnIn(waiting: Set<() => void>, clock: Clock): Promise<void> {
  return new Promise((resolve, reject) => {
    const go = (): void => {
      cancel();
      resolve();
    };
    const giveUp = (): void => {
      waiting.delete(go);
      reject(busy('No turn to hash'));
    };
    const cancel = clock.after(LONGEST_MS, giveUp, { keepsProcess: true });
    waiting.add(go);
  });
}

function requireWhole(option: string, value: number, least: number): void {
  if (Number.isSafeInteger(value) && value >= least) return;
  throw misconfigured(option, `is ${value}`, `Use a whole number, at least ${least}`);
}
