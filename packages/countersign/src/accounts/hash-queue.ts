// Hashing passwords takes memory and time by design, so only a few run at once and only some may wait
// (G9; ASVS 15.1.3, 15.2.2). Peak memory is concurrency × the memory of one hash.

import { CountersignError, misconfigured } from '../errors.js';

/** A line in which work waits for one of a few places. */
export interface HashQueue {
  /**
   * Runs the task when its turn comes, first come first served.
   * @throws CountersignError `hasher-busy`, at once and without running it, when the queue is full
   */
  run<T>(task: () => Promise<T>): Promise<T>;
}

/**
 * @param limits `concurrency`: tasks at once, at least 1. `queue`: tasks that may wait, 0 for none
 * @throws CountersignError `configuration`
 */
export function createHashQueue(limits: {
  readonly concurrency: number;
  readonly queue: number;
}): HashQueue {
  requireWhole('concurrency', limits.concurrency, 1);
  requireWhole('queue', limits.queue, 0);
  const waiting: (() => void)[] = [];
  let running = 0;

  return {
    async run(task) {
      if (running < limits.concurrency) running += 1;
      else if (waiting.length < limits.queue) await new Promise<void>((go) => waiting.push(go));
      else {
        throw new CountersignError(
          'hasher-busy',
          `${running} passwords are being hashed and ${waiting.length} wait: try again in a moment.`,
        );
      }
      try {
        return await task();
      } finally {
        // The place is handed on, not given back, so that nobody slips in before those who wait.
        const next = waiting.shift();
        if (next === undefined) running -= 1;
        else next();
      }
    },
  };
}

function requireWhole(option: string, value: number, least: number): void {
  if (Number.isSafeInteger(value) && value >= least) return;
  throw misconfigured(option, `is ${value}`, `Use a whole number, at least ${least}`);
}
