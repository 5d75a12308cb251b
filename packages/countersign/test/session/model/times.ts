// The policy that the model runs under, and the bounds of the third promise: how long an honest
// request may be under way and an honest response may travel.

import type { Duration } from '../../../src/duration.js';
import type { PolicyOptions } from '../../../src/session/policy.js';

export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;

/** In milliseconds. The model counts with these numbers, never with what the code made of them. */
export const TIMES = {
  idle: 30 * MINUTE,
  absolute: 70 * MINUTE,
  renewal: 15 * MINUTE,
  overlap: 5 * MINUTE,
  touch: 90 * SECOND,
  anonymous: 40 * MINUTE,
  rememberedIdle: 45 * MINUTE,
  rememberedAbsolute: 2 * HOUR,
  attempt: 15 * MINUTE,
  skew: 5 * SECOND,
  storeTimeout: 2 * SECOND,
} as const;

const ms = (milliseconds: number): Duration => `${milliseconds}ms`;

export const POLICY: PolicyOptions = {
  idle: ms(TIMES.idle),
  absolute: ms(TIMES.absolute),
  renewal: ms(TIMES.renewal),
  overlap: ms(TIMES.overlap),
  touch: ms(TIMES.touch),
  anonymous: ms(TIMES.anonymous),
  remembered: { idle: ms(TIMES.rememberedIdle), absolute: ms(TIMES.rememberedAbsolute) },
  attempt: ms(TIMES.attempt),
  clockSkew: ms(TIMES.skew),
  storeTimeout: ms(TIMES.storeTimeout),
};

/** What the verbs of a slow store may add to a request, all together. */
export const STORE_LATENCY = 30 * SECOND;

/** Promise 3: from the moment a request leaves its browser until its response leaves the server. */
export const LONGEST_REQUEST = TIMES.overlap - TIMES.skew - STORE_LATENCY;

/** Promise 3: from the moment a response leaves the server until its cookies are in the jar. */
export const LONGEST_RESPONSE = TIMES.renewal - TIMES.skew - STORE_LATENCY;

/** "Last seen" is collected for this long before it is stored, and a slow store takes longer. */
export const UNTIL_TOUCHED = SECOND + 2 * TIMES.storeTimeout;
