// A clock that tests move by hand: time stands still until `advance` or `set` is called. Not a
// replacement for the global timers; pass it where a `Clock` is taken.

import type { Cancel, Clock } from '../clock.js';

export interface FakeClock extends Clock {
  /** How many timers wait to run. */
  readonly waiting: number;
  /**
   * Lets `ms` milliseconds pass: runs each timer that falls due on the way, in order of time and then
   * of creation, with `now()` at its due time, those that a task adds on the way too. An error thrown
   * by a task comes out of `advance`, with the time at that task's due time.
   */
  advance(ms: number): void;
  /**
   * Steps the time of day to `time`, forwards or backwards, as a correction of the machine's clock
   * does. Timers do not notice: each still waits for what was left of its delay.
   */
  set(time: number): void;
}

/** 2026-01-01T00:00:00Z in epoch milliseconds. */
const DEFAULT_START = 1_767_225_600_000;

interface Timer {
  /** On the time line that only `advance` moves. */
  readonly due: number;
  readonly task: () => void;
}

/**
 * Makes a fake clock.
 * @param start what `now()` says at first, in epoch milliseconds. Default 2026-01-01T00:00:00Z
 */
export function createFakeClock(start: number = DEFAULT_START): FakeClock {
  const timers = new Set<Timer>();
  let elapsed = 0;
  let offset = start;

  const nextDue = (until: number): Timer | undefined => {
    let first: Timer | undefined;
    for (const timer of timers) {
      if (timer.due <= until && (first === undefined || timer.due < first.due)) first = timer;
    }
    return first;
  };

  return {
    now: () => offset + elapsed,
    after(delayMs, task): Cancel {
      // As with `setTimeout`, the shortest delay is 1 ms: a task that re-arms itself cannot hang `advance`.
      const timer = { due: elapsed + Math.max(delayMs, 1), task };
      timers.add(timer);
      return () => void timers.delete(timer);
    },
    get waiting() {
      return timers.size;
    },
    advance(ms) {
      if (!(ms >= 0)) throw new RangeError('A fake clock advances by 0 ms or more; use set()');
      const until = elapsed + ms;
      for (let timer = nextDue(until); timer !== undefined; timer = nextDue(until)) {
        timers.delete(timer);
        elapsed = timer.due;
        timer.task();
      }
      elapsed = until;
    },
    set(time) {
      offset = time - elapsed;
    },
  };
}
