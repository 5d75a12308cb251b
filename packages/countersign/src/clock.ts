// The one place where time enters. Everything that needs the time or a timer takes a `Clock`,
// so that tests can move time by hand. Not a scheduler: a timer here keeps no process alive, unless
// somebody waits for it.

/** Stops a timer. Calling it again, or after the timer fired, does nothing. */
export type Cancel = () => void;

export interface Clock {
  /** The time now, in epoch milliseconds. */
  now(): number;
  /** Runs `task` once, `delayMs` milliseconds from now, unless it is cancelled first. */
  after(delayMs: number, task: () => void, options?: TimerOptions): Cancel;
}

export interface TimerOptions {
  /**
   * Whether the process has to stay until then. Default `false`. `true` is for a short wait that an
   * operation under way depends on: otherwise a script that awaits it would end in silence.
   */
  readonly keepsProcess?: boolean;
}

/** `setTimeout` turns a longer delay into 1 ms, so longer ones are cut to this and re-armed by their owner. */
const LONGEST_DELAY_MS = 2 ** 31 - 1;

/** The machine's clock. Its timers do not keep the process running, unless they are told to. */
export const systemClock: Clock = {
  now: () => Date.now(),
  after(delayMs, task, options) {
    const timer = setTimeout(task, Math.min(Math.max(delayMs, 0), LONGEST_DELAY_MS));
    if (options?.keepsProcess !== true) timer.unref();
    return () => clearTimeout(timer);
  },
};
