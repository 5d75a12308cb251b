// The options of the throttle, checked when it is made. The threshold, window and duration that ASVS
// 6.1.1 wants written down are the defaults here.

import type { Clock } from '../clock.js';
import type { Duration } from '../duration.js';
import { assertOptionNames, misconfigured } from '../errors.js';
import { FORGET_AFTER_MS } from './failure-counters.js';
import type { ThrottleStore } from './throttle-store.js';

/** What is asked for that is no guess, and limited all the same. */
export type RequestPurpose =
  | 'mail'
  | 'registration'
  /** Beginning to sign in by a passkey or at a provider, of which something is kept. */
  | 'ceremony'
  /** Setting a password that the policy takes: a question to the screen, and a hash. */
  | 'new-password'
  /** Telling an owner that somebody had the password and failed at the second factor. */
  | 'second-factor-notice';

/** How often a thing may be asked for. Left out: not limited by that. */
export interface RequestLimit {
  /** Requests for one account or address of mail in one window. */
  readonly perAccount?: number;
  /** Requests from one network in one window. */
  readonly perNetwork?: number;
  /** The window, from the first request in it, in milliseconds; at most a year. */
  readonly windowMs: number;
}

export interface ThrottleOptions {
  /** Where counters are kept. Default: `memoryThrottleStore()`, in this process. */
  readonly store?: ThrottleStore;
  /** How long a store may take to answer before the request gets a 503. Default `2s`. */
  readonly storeTimeout?: Duration;
  /** Where time comes from. Default: the machine's clock. */
  readonly clock?: Clock;
  /** Consecutive failures before there is a wait. Default 5. */
  readonly freeFailures?: number;
  /** The waits are 1 s, 2 s, 4 s and so on up to this, in milliseconds. Default 3,600,000 (1 h), at most 24 h. */
  readonly longestWaitMs?: number;
  /** Failures from one address (one /64 of IPv6) in one window. Default 50. */
  readonly addressLimit?: number;
  /** The window, from the first failure in it, in milliseconds. Default 600,000 (10 min), at most a year. */
  readonly addressWindowMs?: number;
  /** Consecutive failures at which an authenticator is to be closed (G40). Default 100, which is the most. */
  readonly closeAfter?: number;
  /**
   * Limits of requests, each purpose as a whole. Default: `mail` 5 per account and 20 per network in an
   * hour (G61), `registration` 20 per network in an hour, `ceremony` 1,000 per network in 10 minutes,
   * `new-password` 20 per account or link and 200 per network in an hour, `second-factor-notice` 1 per
   * account in an hour.
   */
  readonly requests?: Readonly<Partial<Record<RequestPurpose, RequestLimit>>>;
}

export interface ThrottleLimits {
  readonly freeFailures: number;
  readonly longestWaitMs: number;
  readonly addressLimit: number;
  readonly addressWindowMs: number;
  readonly closeAfter: number;
  readonly requests: Readonly<Record<RequestPurpose, RequestLimit>>;
}

const DEFAULTS = {
  freeFailures: 5,
  longestWaitMs: 3_600_000,
  addressLimit: 50,
  addressWindowMs: 600_000,
  closeAfter: 100,
} as const;

const REQUESTS: ThrottleLimits['requests'] = {
  mail: { perAccount: 5, perNetwork: 20, windowMs: 3_600_000 },
  registration: { perNetwork: 20, windowMs: 3_600_000 },
  // A page that offers passkeys in the autofill begins one at each load, and again every few minutes
  // while it is looked at: 400 people of one office, all signing in at nine, are no flood. One network
  // leaves 2,000 small records at most, and they are gone in ten minutes.
  ceremony: { perNetwork: 1_000, windowMs: 600_000 },
  // Who has a link or the current password may well need some tries until the screen takes one.
  'new-password': { perAccount: 20, perNetwork: 200, windowMs: 3_600_000 },
  'second-factor-notice': { perAccount: 1, windowMs: 3_600_000 },
};

/** NIST SP 800-63B-4 §3.2.2. */
const MOST_FAILURES = 100;

/** A year: no time that is computed with it is past what stores can hold. */
const LONGEST_WINDOW_MS = 366 * 24 * 3_600_000;

/** @throws CountersignError `configuration` for anything that is not a whole number in its bounds */
export function limitsFrom(options: ThrottleOptions): ThrottleLimits {
  const names = ['store', 'storeTimeout', 'clock', 'requests', ...Object.keys(DEFAULTS)];
  assertOptionNames('', options, names);
  const { store, storeTimeout: _timeout, clock: _clock, requests: given, ...numbers } = options;
  if (store !== undefined && typeof store?.count !== 'function')
    throw misconfigured('store', 'is not a throttle store', 'Pass such as memoryThrottleStore()');
  const limits = { ...DEFAULTS, ...numbers };
  for (const [option, value] of Object.entries(limits)) assertLimit(option, value);
  assertAtMost('longestWaitMs', limits.longestWaitMs, FORGET_AFTER_MS);
  assertAtMost('closeAfter', limits.closeAfter, MOST_FAILURES);
  assertAtMost('addressWindowMs', limits.addressWindowMs, LONGEST_WINDOW_MS);
  assertOptionNames('requests', given, Object.keys(REQUESTS));
  const requests = { ...REQUESTS, ...given };
  for (const [purpose, limit] of Object.entries(requests)) assertRequestLimit(purpose, limit);
  return { ...limits, requests };
}

function assertRequestLimit(purpose: string, limit: RequestLimit): void {
  const path = `requests.${purpose}`;
  assertOptionNames(path, limit ?? null, ['perAccount', 'perNetwork', 'windowMs']);
  const { perAccount, perNetwork, windowMs } = limit;
  assertLimit(`${path}.windowMs`, windowMs);
  assertAtMost(`${path}.windowMs`, windowMs, LONGEST_WINDOW_MS);
  if (perAccount !== undefined) assertLimit(`${path}.perAccount`, perAccount);
  if (perNetwork !== undefined) assertLimit(`${path}.perNetwork`, perNetwork);
}

function assertLimit(option: string, value: number): void {
  if (Number.isSafeInteger(value) && value >= 1) return;
  throw misconfigured(option, `is ${value}`, 'Use a whole number above 0');
}

function assertAtMost(option: string, value: number, most: number): void {
  if (value <= most) return;
  throw misconfigured(option, `is ${value}`, `Use ${most} at most`);
}
