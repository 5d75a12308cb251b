// SIGTERM and SIGINT: the first one asks to stop, a second one means at once.

import type { Clock } from 'countersign';

const SIGNALS = ['SIGTERM', 'SIGINT'] as const;

/** Ctrl+C under `npm start` arrives twice, from the terminal and from npm. Nobody types that fast. */
const SAME_KEY_MS = 500;

/**
 * Resolves at the first signal.
 * @param insist called at a later one
 */
export function waitForStop(clock: Clock, insist: () => void): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    let since: number | undefined;
    for (const signal of SIGNALS) {
      process.on(signal, () => {
        if (since === undefined) {
          since = clock.now();
          resolve(signal);
        } else if (clock.now() - since >= SAME_KEY_MS) insist();
      });
    }
  });
}
