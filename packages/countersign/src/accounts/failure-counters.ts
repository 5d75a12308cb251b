// How failures are counted: waits that grow with each one (G45), and a limit for each stretch of time
// (G49). Pure functions on values, for the stores that keep their counters in reach of this process.
// Those that run on a server say the same in its language; one suite proves all of them.

import type { Count, CountedFailure, Counter, CounterRule } from './throttle-store.js';

/** What is kept of a counter. */
export interface FailureEntry {
  readonly failures: number;
  /** Of the last failure, or of the first one in the window. Epoch milliseconds. */
  readonly at: number;
}

const FIRST_WAIT_MS = 1_000;

/** A key without an attempt for so long starts anew. With waits of an hour, waiting gains nothing. */
export const FORGET_AFTER_MS = 24 * 3_600_000;

/** For a count that has closed an authenticator: longer than anybody keeps guessing. */
const KEEP_FOR_MS = 400 * 24 * 3_600_000;

/** Sweeping may come so much later: a place that is written only when the hour changes costs less. */
const SWEEP_STEP_MS = 3_600_000;

/** One counter to write; `undefined` to remove it. */
export interface FailureWrite {
  readonly counter: Counter;
  readonly entry: FailureEntry | undefined;
}

/**
 * Judges an attempt by all its counters: what to answer, and what to write in the same step.
 * @param stored what the store has of each counter, in their order
 */
export function judgeCount(
  counters: readonly Counter[],
  stored: readonly (FailureEntry | undefined)[],
  now: number,
): { readonly answer: Count; readonly writes: readonly FailureWrite[] } {
  const looks = counters.map((counter, index) => {
    const found = stored[index];
    const entry = currentEntry(found, counter.rule, now);
    return { counter, found, entry, waitMs: waitOf(entry, counter.rule, now) };
  });
  const longest = Math.max(0, ...looks.map(({ waitMs }) => waitMs));
  if (longest > 0) {
    const by = looks.findIndex(({ waitMs }) => waitMs === longest);
    // A time of the future has to be put right at once, or its wait would begin anew at every look.
    const writes = looks.filter(({ found, entry }) => entry !== undefined && entry !== found);
    return { answer: { ok: false, by, retryAfterMs: longest }, writes };
  }
  const counted = looks.map(({ counter, entry }) => countOne(counter, entry, now));
  const writes = counted.map((each) => ({ counter: each, entry: entryOf(each) }));
  return { answer: { ok: true, counted }, writes };
}

/** What a settled attempt leaves of a counter. */
export function judgeSettlement(
  counted: CountedFailure,
  stored: FailureEntry | undefined,
  outcome: 'succeeded' | 'withdrawn',
): FailureEntry | undefined {
  if (stored === undefined) return undefined;
  const isGrowing = counted.rule.kind === 'growing';
  if (isGrowing && outcome === 'succeeded') return undefined;
  // In another window it is no longer counted.
  if (!isGrowing && stored.at !== counted.at) return stored;
  if (stored.failures <= 1) return undefined;
  // Nothing came after it: then the wait runs from the failure before it again.
  const isLast = stored.at === counted.at && stored.failures === counted.failures;
  return { failures: stored.failures - 1, at: isLast ? counted.before : stored.at };
}

/** From when on a counter may be removed: rounded up to a whole hour. */
export function sweptAt({ failures, at }: FailureEntry, rule: CounterRule): number {
  return Math.ceil((at + lifetimeOf(failures, rule)) / SWEEP_STEP_MS) * SWEEP_STEP_MS;
}

/** The entry, unless it is too old. One of the future is of now. */
function currentEntry(
  entry: FailureEntry | undefined,
  rule: CounterRule,
  now: number,
): FailureEntry | undefined {
  if (entry === undefined) return undefined;
  if (entry.at > now) return { ...entry, at: now };
  return now - entry.at < lifetimeOf(entry.failures, rule) ? entry : undefined;
}

function lifetimeOf(failures: number, rule: CounterRule): number {
  if (rule.kind === 'window') return rule.windowMs;
  return failures >= rule.keepFrom ? KEEP_FOR_MS : FORGET_AFTER_MS;
}

/** Milliseconds until the next attempt may be made; 0 for now. */
function waitOf(entry: FailureEntry | undefined, rule: CounterRule, now: number): number {
  if (entry === undefined) return 0;
  const { failures, at } = entry;
  if (rule.kind === 'window') return failures < rule.limit ? 0 : at + rule.windowMs - now;
  if (failures < rule.free) return 0;
  const wait = Math.min(FIRST_WAIT_MS * 2 ** (failures - rule.free), rule.longestWaitMs);
  return Math.max(0, at + wait - now);
}

function countOne(
  { key, rule }: Counter,
  entry: FailureEntry | undefined,
  now: number,
): CountedFailure {
  const before = entry?.at ?? now;
  const at = rule.kind === 'window' ? before : now;
  return { key, rule, failures: (entry?.failures ?? 0) + 1, at, before };
}

function entryOf({ failures, at }: CountedFailure): FailureEntry {
  return { failures, at };
}
