// Slows down guessing: by account, with waits that grow, and by the network that the guesses come from
// (G42-G49). Counts in this process only and forgets at a restart. It never says for good that an
// account is locked, and does not yet tell the owner from a stranger: see docs/reference/accounts.md.

import { systemClock, type Clock } from '../clock.js';
import { sha256 } from '../crypto/digest.js';
import { assertOptionNames, misconfigured } from '../errors.js';
import type { Awaitable } from './account-store.js';
import {
  createGrowingWait,
  createWindowLimit,
  type CountedFailure,
  type FailureCounter,
} from './failure-counters.js';
import { networkOf } from './network-address.js';

export interface ThrottleOptions {
  /** Where time comes from. Default: the machine's clock. */
  readonly clock?: Clock;
  /** Consecutive failures of an account before there is a wait. Default 5. */
  readonly freeFailures?: number;
  /** The waits are 1 s, 2 s, 4 s and so on up to this, in milliseconds. Default 3,600,000 (1 h). */
  readonly longestWaitMs?: number;
  /** Failures from one address (one /64 of IPv6) in one window. Default 50. */
  readonly addressLimit?: number;
  /** The window, from the first failure in it, in milliseconds. Default 600,000 (10 min). */
  readonly addressWindowMs?: number;
  /** Accounts, and addresses, that are remembered at most. Default 100,000 each, about 20 MB. */
  readonly maxEntries?: number;
}

/** An attempt that may be made. It counts as a failure until the first of these is called. */
export interface Attempt {
  /** The proof was right: clears the account's count, and takes this attempt off the address's. */
  succeed(): Awaitable<void>;
  /** Nothing was judged, such as when the hasher was busy: as if the attempt had not been. */
  withdraw(): Awaitable<void>;
}

export type ThrottleDecision =
  | { readonly ok: true; readonly attempt: Attempt }
  | { readonly ok: false; readonly by: 'account' | 'address'; readonly retryAfterMs: number };

/** What slows down guessing. A port: the one here is for one process. */
export interface Throttle {
  /**
   * Asks for leave to judge a proof, and counts it in the same atomic step, before any work is done
   * (G47). A refused attempt is not counted, so that strangers cannot make the waits longer.
   * @param by the account's canonical name, whether or not there is such an account (G48), and the
   *   client's address; what is left out is not limited
   */
  begin(by: { readonly account?: string; readonly address?: string }): Awaitable<ThrottleDecision>;
}

const DEFAULTS = {
  freeFailures: 5,
  longestWaitMs: 3_600_000,
  addressLimit: 50,
  addressWindowMs: 600_000,
  maxEntries: 100_000,
} as const;

/**
 * Makes a throttle in this process's memory.
 * @throws CountersignError `configuration` for anything that is not a whole number above 0
 */
export function createThrottle(options: ThrottleOptions = {}): Throttle {
  assertOptionNames('', options, ['clock', ...Object.keys(DEFAULTS)]);
  const { clock = systemClock, ...given } = options;
  const limits = { ...DEFAULTS, ...given };
  for (const [option, value] of Object.entries(limits)) {
    if (Number.isSafeInteger(value) && value >= 1) continue;
    throw misconfigured(option, `is ${value}`, 'Use a whole number above 0');
  }
  const accounts = createGrowingWait(clock, {
    free: limits.freeFailures,
    longestWaitMs: limits.longestWaitMs,
    maxEntries: limits.maxEntries,
  });
  const addresses = createWindowLimit(clock, {
    limit: limits.addressLimit,
    windowMs: limits.addressWindowMs,
    maxEntries: limits.maxEntries,
  });

  return {
    begin({ account, address }) {
      // Hashed, so that keys are short, and that a password typed into the wrong field is not kept.
      const counts: Count[] = [];
      if (account !== undefined)
        counts.push({ by: 'account', counter: accounts, key: sha256(account) });
      if (address !== undefined)
        counts.push({ by: 'address', counter: addresses, key: sha256(networkOf(address)) });
      return findRefusal(counts) ?? { ok: true, attempt: countAttempt(counts) };
    },
  };
}

interface Count {
  readonly by: 'account' | 'address';
  readonly counter: FailureCounter;
  readonly key: string;
}

/** The longest wait that any counter asks for. */
function findRefusal(counts: readonly Count[]): ThrottleDecision | undefined {
  const [longest] = counts
    .map(({ by, counter, key }) => ({ by, retryAfterMs: counter.waitFor(key) }))
    .toSorted((a, b) => b.retryAfterMs - a.retryAfterMs);
  return longest === undefined || longest.retryAfterMs === 0
    ? undefined
    : { ok: false, ...longest };
}

function countAttempt(counts: readonly Count[]): Attempt {
  const failures = counts.map(({ counter, key }) => counter.count(key));
  let settled = false;
  const settle = (how: (failure: CountedFailure) => void): void => {
    if (!settled) failures.forEach(how);
    settled = true;
  };
  return {
    succeed: () => settle((failure) => failure.succeed()),
    withdraw: () => settle((failure) => failure.withdraw()),
  };
}
