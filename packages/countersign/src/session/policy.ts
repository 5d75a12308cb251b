// Timeouts, renewal rules and limits: every value with its default. `docs/reference/policy.md` gives
// the reason for each against NIST SP 800-63B-4 and OWASP. Read once at construction, then numbers.

import { assertOptionNames, misconfigured } from '../errors.js';
import { parseDuration, type Duration } from '../duration.js';

export interface PolicyOptions {
  /** Without a request for this long, a session ends. Default `30m` (A49, A52; C1). */
  readonly idle?: Duration;
  /** A session ends this long after sign-in, whatever happens. Default `12h` (A50; C1). */
  readonly absolute?: Duration;
  /** Age of a secret at which a successor is offered. Default `15m` (A53). */
  readonly renewal?: Duration;
  /** How long the previous secret is still accepted. Longer than any request takes. Default `5m` (A54). */
  readonly overlap?: Duration;
  /** How often "last seen" is written at most. From a twentieth of `idle` (the default) to a half. */
  readonly touch?: Duration;
  /** Lifetime of an anonymous session, from its creation. Default `24h`. */
  readonly anonymous?: Duration;
  /** The same limits for a session that the user asked to remember. Defaults `7d` and `30d` (A30; C1). */
  readonly remembered?: { readonly idle?: Duration; readonly absolute?: Duration };
  /** How recent a factor must be for a sensitive action. Default `10m` (A44, 7.5.1). */
  readonly freshness?: Duration;
  /** How long a begun sign-in may take, second factors and mail links included. Default `15m`, below 24 h. */
  readonly attempt?: Duration;
  /** Sessions per user, and what happens at the limit. Default 100 and `end-oldest` (A77, 7.1.2). */
  readonly perUser?: { readonly max?: number; readonly over?: 'refuse' | 'end-oldest' };
  /** How far the clocks of two nodes may differ. Default `5s`. */
  readonly clockSkew?: Duration;
  /** Size limit of a session's data as JSON text, in bytes. Default 16,384. */
  readonly maxDataBytes?: number;
  /** How long a store may take to answer before the request gets a 503. Default `2s`. */
  readonly storeTimeout?: Duration;
}

/** The policy in force: milliseconds, bytes and counts. */
export interface Policy {
  readonly idle: number;
  readonly absolute: number;
  readonly renewal: number;
  readonly overlap: number;
  readonly touch: number;
  readonly anonymous: number;
  readonly remembered: { readonly idle: number; readonly absolute: number };
  readonly freshness: number;
  readonly attempt: number;
  readonly perUser: { readonly max: number; readonly over: 'refuse' | 'end-oldest' };
  readonly clockSkew: number;
  readonly maxDataBytes: number;
  readonly storeTimeout: number;
}

const DAY = 86_400_000;
/** Browsers cap a cookie's life at 400 days (draft-ietf-httpbis-rfc6265bis-22 §5.5). */
const LONGEST_LIFETIME = 400 * DAY;

const OPTION_NAMES: readonly (keyof PolicyOptions)[] = [
  'idle',
  'absolute',
  'renewal',
  'overlap',
  'touch',
  'anonymous',
  'remembered',
  'freshness',
  'attempt',
  'perUser',
  'clockSkew',
  'maxDataBytes',
  'storeTimeout',
];

/**
 * The policy in force for the options given.
 * @throws CountersignError `configuration` when a value is malformed or contradicts another one
 */
export function createPolicy(options: PolicyOptions = {}): Policy {
  assertOptionNames('policy', options, OPTION_NAMES);
  assertOptionNames('policy.remembered', options.remembered, ['idle', 'absolute']);
  assertOptionNames('policy.perUser', options.perUser, ['max', 'over']);
  const duration = (name: string, value: Duration | undefined, standard: Duration): number =>
    parseDuration(value === undefined ? standard : value, `policy.${name}`);
  const idle = duration('idle', options.idle, '30m');
  const policy: Policy = {
    idle,
    absolute: duration('absolute', options.absolute, '12h'),
    renewal: duration('renewal', options.renewal, '15m'),
    overlap: duration('overlap', options.overlap, '5m'),
    touch:
      options.touch === undefined ? Math.ceil(idle / 20) : duration('touch', options.touch, '90s'),
    anonymous: duration('anonymous', options.anonymous, '24h'),
    remembered: {
      idle: duration('remembered.idle', options.remembered?.idle, '7d'),
      absolute: duration('remembered.absolute', options.remembered?.absolute, '30d'),
    },
    freshness: duration('freshness', options.freshness, '10m'),
    attempt: duration('attempt', options.attempt, '15m'),
    perUser: { max: options.perUser?.max ?? 100, over: options.perUser?.over ?? 'end-oldest' },
    clockSkew: duration('clockSkew', options.clockSkew, '5s'),
    maxDataBytes: options.maxDataBytes ?? 16_384,
    storeTimeout: duration('storeTimeout', options.storeTimeout, '2s'),
  };
  for (const rule of RULES) {
    if (!rule.holds(policy)) throw misconfigured(rule.option, rule.problem, rule.remedy);
  }
  return policy;
}

interface Rule {
  readonly option: string;
  readonly holds: (policy: Policy) => boolean;
  readonly problem: string;
  readonly remedy: string;
}

/** What must hold between the values. Each is a fact about the session rules, not a taste. */
const RULES: readonly Rule[] = [
  {
    option: 'policy.idle',
    holds: (p) => p.idle <= p.absolute,
    problem: 'is longer than `policy.absolute`, so it could never take effect',
    remedy: 'Shorten `idle` or lengthen `absolute`',
  },
  {
    option: 'policy.remembered.idle',
    holds: (p) => p.remembered.idle <= p.remembered.absolute,
    problem: 'is longer than `policy.remembered.absolute`, so it could never take effect',
    remedy: 'Shorten `remembered.idle` or lengthen `remembered.absolute`',
  },
  {
    option: 'policy.renewal',
    holds: (p) => p.renewal > p.overlap,
    problem: 'is not longer than `policy.overlap`, so three secrets of one session would be valid',
    remedy: 'Make `renewal` longer than `overlap`, such as 15m and 5m',
  },
  {
    option: 'policy.renewal',
    holds: (p) => p.renewal < p.absolute,
    problem: 'is not shorter than `policy.absolute`, so a session would never be renewed',
    remedy: 'Shorten `renewal`',
  },
  {
    option: 'policy.overlap',
    holds: (p) => p.overlap >= p.clockSkew + 1000,
    problem: 'is not at least a second longer than `policy.clockSkew`',
    remedy: 'Lengthen `overlap` to the longest request plus the skew',
  },
  {
    option: 'policy.touch',
    holds: (p) => p.touch * 20 >= p.idle,
    problem: 'is below a twentieth of `policy.idle`, which costs writes and gains nothing',
    remedy: 'Leave it out, or lengthen it to at least idle / 20',
  },
  {
    option: 'policy.touch',
    holds: (p) => p.touch * 2 <= Math.min(p.idle, p.remembered.idle),
    problem: 'is above half of an idle limit, so a session in use could end as idle',
    remedy: 'Shorten it to at most half of `idle` and of `remembered.idle`',
  },
  {
    option: 'policy.attempt',
    holds: (p) => p.attempt < DAY,
    problem: 'is not below 24h, and stores forget old epochs after that',
    remedy: 'Shorten `attempt`, such as 15m',
  },
  {
    option: 'policy',
    holds: (p) => Math.max(p.absolute, p.remembered.absolute, p.anonymous) <= LONGEST_LIFETIME,
    problem: 'a lifetime is over 400d, the longest a browser keeps a cookie',
    remedy: 'Shorten `absolute`, `remembered.absolute` and `anonymous` to 400d at most',
  },
  {
    option: 'policy.perUser',
    holds: (p) =>
      Number.isInteger(p.perUser.max) &&
      p.perUser.max >= 1 &&
      p.perUser.max <= 1000 &&
      (p.perUser.over === 'refuse' || p.perUser.over === 'end-oldest'),
    problem: 'is not a whole number from 1 to 1000 with `refuse` or `end-oldest`',
    remedy: "Write perUser: { max: 5, over: 'end-oldest' }",
  },
  {
    option: 'policy.maxDataBytes',
    holds: (p) =>
      Number.isInteger(p.maxDataBytes) && p.maxDataBytes >= 2 && p.maxDataBytes <= 2 ** 20,
    problem: 'is not a whole number from 2 to 1048576',
    remedy: 'Keep large things in a database of your own, and their keys in the session',
  },
];
