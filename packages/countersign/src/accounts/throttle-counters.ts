// Which counters an attempt or a request is counted on: by account, by known device, by network. Keys
// are hashes, so that they are short and nothing that was typed is kept as it is.

import { sha256 } from '../crypto/digest.js';
import { networkOf } from './network-address.js';
import type { RequestPurpose, ThrottleLimits } from './throttle-options.js';
import type { Counter } from './throttle-store.js';

/** Whose attempt it is. What is left out is not limited. */
export interface AttemptBy {
  /** The account's canonical name or user id, whether or not there is such an account (G48). */
  readonly account?: string;
  /**
   * What is being proved, such as `password`, `totp` or `recovery-code`: each counts on its own (G40).
   * Default `password`.
   */
  readonly authenticator?: string;
  /** The client's address. An IPv6 address counts as its /64. */
  readonly address?: string;
  /**
   * The id of a device that this account is known to have signed in on, as its signed cookie says. It
   * has a counter of its own, and no other: strangers' guesses do not make it wait (G46).
   */
  readonly device?: string;
}

/** Whose request it is. What is left out is not limited. */
export interface RequestBy {
  readonly purpose: RequestPurpose;
  /** The canonical address of mail or the user id that it is for, whether or not there is an account. */
  readonly account?: string;
  /** The client's address. An IPv6 address counts as its /64. */
  readonly address?: string;
  /** As for an attempt: a known device of this account is counted apart from strangers. */
  readonly device?: string;
}

export interface PlacedCounter extends Counter {
  readonly by: 'account' | 'address';
}

/** The account's counter comes first, where there is one. */
export function countersOfAttempt(by: AttemptBy, limits: ThrottleLimits): readonly PlacedCounter[] {
  const { account, address, device } = by;
  const counters: PlacedCounter[] = [];
  if (account !== undefined) {
    const { freeFailures: free, longestWaitMs, closeAfter: keepFrom } = limits;
    const rule = { kind: 'growing', free, longestWaitMs, keepFrom } as const;
    counters.push({ by: 'account', key: accountKey({ ...by, account }), rule });
    // Others behind the same address must not stop it either. Its own counter limits it enough.
    if (device !== undefined) return counters;
  }
  if (address !== undefined) {
    const { addressLimit: limit, addressWindowMs: windowMs } = limits;
    const key = keyOf('guesses from', networkOf(address));
    counters.push({ by: 'address', key, rule: { kind: 'window', limit, windowMs } });
  }
  return counters;
}

/** The key of an account's failures with one authenticator, from strangers or from a known device. */
export function accountKey({
  account,
  authenticator = 'password',
  device,
}: AttemptBy & { readonly account: string }): string {
  return device === undefined
    ? keyOf('guesses at', authenticator, account)
    : keyOf('guesses at, known', authenticator, account, device);
}

export function countersOfRequest(
  { purpose, account, address, device }: RequestBy,
  limits: ThrottleLimits,
): readonly PlacedCounter[] {
  const { perAccount, perNetwork, windowMs } = limits.requests[purpose];
  const counters: PlacedCounter[] = [];
  const add = (by: PlacedCounter['by'], limit: number, key: string): void => {
    counters.push({ by, key, rule: { kind: 'window', limit, windowMs } });
  };
  if (account !== undefined && device !== undefined) {
    // Where accounts are not limited, a known device counts as its network does.
    const limit = perAccount ?? perNetwork;
    if (limit !== undefined)
      add('account', limit, keyOf('requests for, known', purpose, account, device));
    return counters;
  }
  if (account !== undefined && perAccount !== undefined)
    add('account', perAccount, keyOf('requests for', purpose, account));
  if (address !== undefined && perNetwork !== undefined)
    add('address', perNetwork, keyOf('requests from', purpose, networkOf(address)));
  return counters;
}

/** No two lists of parts have the same text. */
function keyOf(...parts: readonly string[]): string {
  return sha256(JSON.stringify(parts));
}
