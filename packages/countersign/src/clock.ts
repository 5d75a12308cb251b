// The one place where time enters. Everything that needs the time or a timer takes a `Clock`,
// so that tests can move time by hand. Not a scheduler: a timer here never keeps a process alive.

/** Stops a timer. Calling it again, or after the timer fired, does nothing. */
export type Cancel = () => void;

export interface Clock {
  /** The time now, in epoch milliseconds. */
  now(): number;
  /** Runs `task` once, `delayMs` milliseconds from now, unless it is cancelled first. */
  after(delayMs: number, task: () => void): Cancel;
}

/** `setTimeout` turns a longer delay into 1 ms, so longer ones are cut to this and re-armed by their owner. */
const LONGEST_DELAY_MS = 2 ** 31 - 1;

/** The machine's clock. Its timers are unreferenced: they do not keep the process running. */
export const systemClock: Clock = {
  now: () => Date.now(),
  after(delayMs, task) {
    const timer = setTimeout(task, Math.min(Math.max(delayMs, 0), LONGEST_DELAY_MS));
    timer.unref();
    return () => clearTimeout(timer);
  },
};
