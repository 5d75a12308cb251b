// The two ways in which failures are counted: waits that grow with each one (G45), and a limit for each
// stretch of time (G49). Each answers how long to wait, counts, and can take a count back. In memory.

import type { Clock } from '../clock.js';
import { FailureTable } from './failure-table.js';

/** One failure that was counted ahead of its outcome. */
export interface CountedFailure {
  /** It was none: what success means for this counter. */
  succeed(): void;
  /** It was not judged: takes the one count back. */
  withdraw(): void;
}

export interface FailureCounter {
  /** Milliseconds until the next attempt may be made; 0 for now. */
  waitFor(key: string): number;
  count(key: string): CountedFailure;
}

interface Failures {
  readonly failures: number;
  /** Of the last failure, or of the first one in the window. Epoch milliseconds. */
  readonly at: number;
}

const FIRST_WAIT_MS = 1_000;

/** A key without an attempt for so long starts anew. With waits of an hour, waiting gains nothing. */
const FORGET_AFTER_MS = 24 * 3_600_000;

/** After `free` consecutive failures each one doubles the wait, from 1 s to `longestWaitMs`. */
export function createGrowingWait(
  clock: Clock,
  limits: {
    readonly free: number;
    readonly longestWaitMs: number;
    readonly maxEntries: number;
  },
): FailureCounter {
  const table = new FailureTable<Failures>(limits.maxEntries);
  return {
    waitFor(key) {
      const entry = currentEntry(table, key, clock.now(), FORGET_AFTER_MS);
      if (entry === undefined || entry.failures < limits.free) return 0;
      const wait = Math.min(
        FIRST_WAIT_MS * 2 ** (entry.failures - limits.free),
        limits.longestWaitMs,
      );
      return Math.max(0, entry.at + wait - clock.now());
    },
    count(key) {
      const before = table.get(key);
      const counted: Failures = { failures: (before?.failures ?? 0) + 1, at: clock.now() };
      table.set(key, counted);
      return {
        // Consecutive failures end with a success (G43).
        succeed: () => table.delete(key),
        withdraw() {
          const entry = table.get(key);
          // Nothing came after it: then the wait runs from the failure before it again.
          takeBack(table, key, entry === counted ? (before?.at ?? counted.at) : (entry?.at ?? 0));
        },
      };
    },
  };
}

/** At most `limit` failures in a window of `windowMs` that begins with the first of them. */
export function createWindowLimit(
  clock: Clock,
  limits: {
    readonly limit: number;
    readonly windowMs: number;
    readonly maxEntries: number;
  },
): FailureCounter {
  const table = new FailureTable<Failures>(limits.maxEntries);
  return {
    waitFor(key) {
      const entry = currentEntry(table, key, clock.now(), limits.windowMs);
      if (entry === undefined || entry.failures < limits.limit) return 0;
      return entry.at + limits.windowMs - clock.now();
    },
    count(key) {
      const before = currentEntry(table, key, clock.now(), limits.windowMs);
      const at = before?.at ?? clock.now();
      table.set(key, { failures: (before?.failures ?? 0) + 1, at });
      const withdraw = (): void => {
        // In another window it is no longer counted.
        if (table.get(key)?.at === at) takeBack(table, key, at);
      };
      // One success says nothing of the other attempts from there, so only this one is taken back.
      return { succeed: withdraw, withdraw };
    },
  };
}

/** The entry, unless it is too old. One of the future is from before the clock was set back: it is of now. */
function currentEntry(
  table: FailureTable<Failures>,
  key: string,
  now: number,
  lifetimeMs: number,
): Failures | undefined {
  const entry = table.get(key);
  if (entry === undefined) return undefined;
  if (entry.at > now) table.set(key, { ...entry, at: now });
  else if (now - entry.at >= lifetimeMs) table.delete(key);
  return table.get(key);
}

function takeBack(table: FailureTable<Failures>, key: string, at: number): void {
  const entry = table.get(key);
  if (entry === undefined) return;
  if (entry.failures <= 1) table.delete(key);
  else table.set(key, { failures: entry.failures - 1, at });
}
