// Stores that go away at a call that a test chooses: from then on every verb throws, rejects or hangs,
// until they are repaired. Hanging ones wait on the fake clock.

import { memoryOneTimeStore } from '../../src/accounts/one-time-memory.js';
import { memoryThrottleStore } from '../../src/accounts/throttle-memory.js';
import { createThrottle } from '../../src/accounts/throttle.js';
import { memoryAccountStore } from '../../src/stores/memory/account-store.js';
import type { FakeClock } from '../../src/testing/fake-clock.js';
import { createPasskeyWorld, type PasskeyWorld } from './passkey-world.js';
import type { WorldOptions } from './fixture.js';

export const MODES = ['throws', 'rejects', 'hangs'] as const;
export type Mode = (typeof MODES)[number];

export class Faults {
  /** Calls since it was armed, in their order. */
  readonly calls: string[] = [];
  #from = Infinity;
  #mode: Mode = 'throws';
  #hanging = 0;

  /** @param from the call that fails first, from 1; `Infinity` to count only */
  arm(from: number, mode: Mode): void {
    this.calls.length = 0;
    this.#from = from;
    this.#mode = mode;
  }

  repair(): void {
    this.#from = Infinity;
  }

  /** The store, with verbs that can fail. */
  in<Store extends object>(name: string, store: Store): Store {
    return new Proxy(store, {
      get: (target, verb) => {
        const found: unknown = Reflect.get(target, verb);
        if (typeof found !== 'function') return found;
        return (...args: readonly unknown[]): unknown => {
          this.calls.push(`${name}.${String(verb)}`);
          if (this.calls.length >= this.#from) return this.#fail();
          return Reflect.apply(found, target, args);
        };
      },
    });
  }

  /** Waits for something, while the clock goes on for whatever hangs. */
  async settle<T>(clock: FakeClock, task: Promise<T>): Promise<T> {
    const state = { isOver: false };
    const over = task.finally(() => {
      state.isOver = true;
    });
    over.catch(() => undefined);
    for (let waited = 0; !state.isOver;) {
      await new Promise((resolve) => setImmediate(resolve));
      if (waited === this.#hanging) continue;
      waited = this.#hanging;
      clock.advance(2_000);
    }
    return over;
  }

  #fail(): Promise<never> {
    const away = new Error('away');
    if (this.#mode === 'throws') throw away;
    if (this.#mode === 'rejects') return Promise.reject(away);
    this.#hanging += 1;
    return new Promise(() => undefined);
  }
}

export interface FaultyWorld extends PasskeyWorld {
  readonly faults: Faults;
}

/** The world of the passkeys' tests, whose stores of accounts, one-time records and counters can fail. */
export function createFaultyWorld(options: WorldOptions = {}): FaultyWorld {
  const faults = new Faults();
  const counters = faults.in('throttle', memoryThrottleStore());
  const world = createPasskeyWorld({
    ...options,
    throttle: (clock) => createThrottle({ store: counters, clock }),
    accounts: { store: faults.in('account', memoryAccountStore()) },
    flows: { oneTime: faults.in('one-time', memoryOneTimeStore()), ...options.flows },
  });
  return { ...world, faults };
}
