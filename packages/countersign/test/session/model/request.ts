// A request as it left its browser: the cookies of that moment, and how it is going to travel.

import type { Awaitable } from '../../../src/waiting.js';
import type { Attempt } from './attempt.js';
import { ANONYMOUS_COOKIE, COOKIE, type Browser } from './browser.js';

/** How one request and its response travel, in milliseconds. */
export interface Trip {
  /** On the way to the server. */
  readonly up: number;
  /** In the handler. */
  readonly work: number;
  /** On the way back; `lost` when the response never arrives. */
  readonly down: number | 'lost';
  /** Which node takes it. */
  readonly node: number;
  /** The response is a 500. */
  readonly fails: boolean;
}

/** What else is sent under the session cookie's name: planted by a neighbouring host, say (R7, R10). */
export type Planted = 'nothing' | 'a forged token' | 'an older token' | 'another session';

export interface Request {
  readonly sender: Browser;
  /** The token in the session cookie, and that in the anonymous one. */
  readonly token: string | undefined;
  readonly anonymousToken: string | undefined;
  /** A second value for the session cookie, and whether it may be taken for another session. */
  readonly planted: string | undefined;
  readonly isAmbiguous: boolean;
  /** The ticket that the form carries along, for the second step of a sign-in. */
  readonly attempt: Attempt | undefined;
  readonly trip: Trip;
}

/** The Cookie header, or `undefined` without cookies. */
export function cookieHeader(request: Request): string | undefined {
  const pairs = [
    [COOKIE, request.planted],
    [COOKIE, request.token],
    [ANONYMOUS_COOKIE, request.anonymousToken],
  ].flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${value}`]));
  return pairs.length === 0 ? undefined : pairs.join('; ');
}

/** The outcome, or `undefined` when the store did not answer: a 503, which promises nothing. */
export async function unlessUnavailable<T>(task: () => Awaitable<T>): Promise<T | undefined> {
  try {
    return await task();
  } catch (error) {
    if (hasCode(error, 'store-unavailable')) return undefined;
    throw error;
  }
}

/** Looks at the code only: a planted session layer brings an error class of its own. */
export function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
