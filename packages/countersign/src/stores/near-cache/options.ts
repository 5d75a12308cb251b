// The options of a near-cache: names, defaults and limits.

import type { Clock } from '../../clock.js';
import { assertOptionNames, misconfigured } from '../../errors.js';
import { clockFrom } from '../../clock-option.js';
import { parseDuration, type Duration } from '../../duration.js';

export interface NearCacheOptions {
  /**
   * How many sessions are held at most, from 2 to 16,777,216. Default 100,000. A session with more than
   * 2,048 characters of data counts as several.
   */
  readonly maxEntries?: number;
  /**
   * For how long this process may still go by what was true before a change elsewhere, when
   * announcements have stopped without a word. Default `'2s'`; from `'100ms'` to `'60s'`. While they
   * come, it is as long as one takes. Four times in each such span the store is asked for a sign of life.
   */
  readonly maxStaleness?: Duration;
  /** Where time comes from. Default: the machine's clock. */
  readonly clock?: Clock;
}

export interface NearCacheSettings {
  readonly maxEntries: number;
  /** In milliseconds. */
  readonly maxStaleness: number;
  readonly clock: Clock;
}

const DEFAULT_MAX_ENTRIES = 100_000;
/** Half of them fill a `Map`; V8 refuses more than 16.7 million keys, those lately deleted included. */
const MOST_ENTRIES = 2 ** 24;
const DEFAULT_MAX_STALENESS = '2s';
const SHORTEST_STALENESS_MS = 100;
const LONGEST_STALENESS_MS = 60_000;

/** @throws CountersignError `configuration` */
export function parseOptions(options: NearCacheOptions): NearCacheSettings {
  assertOptionNames('', options, ['maxEntries', 'maxStaleness', 'clock']);
  const { maxEntries = DEFAULT_MAX_ENTRIES } = options;
  if (!Number.isSafeInteger(maxEntries) || maxEntries < 2 || maxEntries > MOST_ENTRIES) {
    throw misconfigured(
      'maxEntries',
      `${maxEntries} is not a whole number from 2 to ${MOST_ENTRIES}`,
      'Leave it out for 100,000, or give the number of sessions that fit in memory',
    );
  }
  const { maxStaleness = DEFAULT_MAX_STALENESS } = options;
  const milliseconds = parseDuration(maxStaleness, 'maxStaleness');
  if (milliseconds < SHORTEST_STALENESS_MS || milliseconds > LONGEST_STALENESS_MS) {
    throw misconfigured(
      'maxStaleness',
      `'${maxStaleness}' is outside '100ms' to '60s'`,
      "Leave it out for '2s', or give the longest time that an ending may take to be seen here",
    );
  }
  return { maxEntries, maxStaleness: milliseconds, clock: clockFrom(options.clock) };
}
