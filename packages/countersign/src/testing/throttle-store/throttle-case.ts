// One case of the conformance suite for throttle stores: what it gets, and the rules that it counts by.

import assert from 'node:assert/strict';

import type {
  Count,
  CountedFailure,
  Counter,
  CounterRule,
  ThrottleStore,
} from '../../accounts/throttle-store.js';
import { encodeBase64url } from '../../crypto/base64url.js';
import { randomBytes } from '../../crypto/random.js';

export interface ThrottleStoreSubject {
  /** Makes an empty store. */
  readonly create: () => ThrottleStore | Promise<ThrottleStore>;
  /** A second connection to the same counters, where they can be shared. */
  readonly createPeer?: (store: ThrottleStore) => ThrottleStore | Promise<ThrottleStore>;
  /** Called after the store was closed, such as to delete a file. */
  readonly dispose?: (store: ThrottleStore) => void | Promise<void>;
  /** `'server'` where a server removes what is over, so that `sweep` has nothing to do. Default `'store'`. */
  readonly expiry?: 'store' | 'server';
}

export interface ThrottleCase {
  readonly name: string;
  /** What a store has to have for it, besides the port. */
  readonly needs?: 'peer' | 'sweeping';
  readonly run: (context: ThrottleContext) => Promise<void>;
}

export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;

/** When cases begin. */
export const START = 1_767_225_600_000;

export const GROWING: CounterRule = {
  kind: 'growing',
  free: 5,
  longestWaitMs: HOUR,
  keepFrom: 100,
};
export const WINDOW: CounterRule = { kind: 'window', limit: 50, windowMs: 600_000 };

/** A counter of its own, by this rule. */
export function makeCounter(rule: CounterRule = GROWING): Counter {
  return { key: encodeBase64url(randomBytes(32)), rule };
}

/** What a case works with: an empty store, and a second connection to it where there can be one. */
export class ThrottleContext {
  readonly store: ThrottleStore;
  readonly #openPeer: () => Promise<ThrottleStore>;

  constructor(store: ThrottleStore, openPeer: () => Promise<ThrottleStore>) {
    this.store = store;
    this.#openPeer = openPeer;
  }

  openPeer(): Promise<ThrottleStore> {
    return this.#openPeer();
  }

  /** Counts once; the store has to let it through. */
  async count(counters: readonly Counter[], now: number): Promise<readonly CountedFailure[]> {
    const count = await this.store.count(counters, now);
    assert.ok(count.ok, `refused: ${JSON.stringify(count)}`);
    return count.counted;
  }

  /** Counts so often at the same moment, one after the other. The last one's failures. */
  async countTimes(counters: readonly Counter[], now: number, times: number): Promise<number[]> {
    let counted: readonly CountedFailure[] = [];
    for (let i = 0; i < times; i += 1) counted = await this.count(counters, now);
    return counted.map(({ failures }) => failures);
  }

  /** How long the store says to wait; 0 where it let the attempt through, which is taken back then. */
  async waitOf(counters: readonly Counter[], now: number): Promise<number> {
    const count = await this.store.count(counters, now);
    if (!count.ok) return count.retryAfterMs;
    await this.store.settle(count.counted, 'withdrawn');
    return 0;
  }

  /** How many failures a counter has, by counting once and taking it back. 0 for none. */
  async failuresOf(counter: Counter, now: number): Promise<number> {
    const [counted] = await this.count([counter], now);
    assert.ok(counted !== undefined, 'nothing was counted');
    await this.store.settle([counted], 'withdrawn');
    return counted.failures - 1;
  }
}

/** Those that were let through. */
export function passed(counts: readonly Count[]): number {
  return counts.filter(({ ok }) => ok).length;
}

/** Runs a case on a store of its own, and closes what was opened. */
export async function runThrottleCase(
  { run }: ThrottleCase,
  subject: ThrottleStoreSubject,
): Promise<void> {
  const store = await subject.create();
  const open = [store];
  const openPeer = async (): Promise<ThrottleStore> => {
    const peer = await subject.createPeer?.(store);
    assert.ok(peer !== undefined, 'the store has no createPeer');
    open.unshift(peer);
    return peer;
  };
  try {
    await run(new ThrottleContext(store, openPeer));
  } finally {
    for (const each of open) await each.close();
    await subject.dispose?.(store);
  }
}
