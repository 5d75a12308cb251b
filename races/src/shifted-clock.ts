// The machine's time, and what a scenario adds to it: hours pass at once, and waiting for real answers
// still works. Fits where the library takes a clock.

export interface ShiftedClock {
  /** Epoch milliseconds. */
  now(): number;
  /** Runs the task after so many milliseconds. The function returned calls it off. */
  after(delayMs: number, task: () => void): () => void;
  /** Lets so many milliseconds pass at once: what falls due runs, in order of time. */
  advance(ms: number): void;
}

interface Timer {
  readonly due: number;
  readonly run: () => void;
}

export function createShiftedClock(): ShiftedClock {
  const timers = new Set<Timer>();
  let shift = 0;
  const now = (): number => Date.now() + shift;
  return {
    now,
    after(delayMs, task) {
      const real = setTimeout(() => timer.run(), delayMs);
      // As with the library's own clock: a timer keeps no process alive.
      real.unref();
      const cancel = (): void => {
        clearTimeout(real);
        timers.delete(timer);
      };
      const timer: Timer = {
        due: now() + delayMs,
        run: () => {
          cancel();
          task();
        },
      };
      timers.add(timer);
      return cancel;
    },
    advance(ms) {
      shift += ms;
      const due = [...timers].filter((timer) => timer.due <= now());
      for (const timer of due.toSorted((a, b) => a.due - b.due)) {
        // An earlier one may have called it off.
        if (timers.has(timer)) timer.run();
      }
    },
  };
}
