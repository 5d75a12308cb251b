// Throttle counters in this process's memory, which is bounded: what a throttle has by default. Forgets
// at a restart, and several processes count each for itself. Given out by `countersign/stores/memory`.

import { assertOptionNames, CountersignError, misconfigured } from '../errors.js';
import { judgeCount, judgeSettlement, sweptAt, type FailureEntry } from './failure-counters.js';
import { FailureTable } from './failure-table.js';
import type {
  Count,
  CountedFailure,
  Counter,
  CounterRule,
  ThrottleStore,
} from './throttle-store.js';

export interface MemoryThrottleStoreOptions {
  /**
   * Counters that are held at most, of each kind: accounts, and addresses with requests. Default
   * 100,000, about 20 MB. Beyond, old ones with few failures are forgotten first.
   */
  readonly maxEntries?: number;
}

/** Makes a throttle store in memory. Throws `configuration` for a `maxEntries` that is no whole number above 0. */
export function memoryThrottleStore(options: MemoryThrottleStoreOptions = {}): MemoryThrottleStore {
  return new MemoryThrottleStore(options);
}

interface Held extends FailureEntry {
  /** From when on it may be swept. */
  readonly sweptAt: number;
}

/** The store that `memoryThrottleStore` makes: every verb answers at once, by value or by throwing. */
export class MemoryThrottleStore implements ThrottleStore {
  /** Apart, so that a flood of names does not wash away the addresses that it comes from. */
  readonly #tables: Readonly<Record<CounterRule['kind'], FailureTable<Held>>>;
  #isClosed = false;

  constructor(options: MemoryThrottleStoreOptions) {
    assertOptionNames('', options, ['maxEntries']);
    const { maxEntries = 100_000 } = options;
    if (!Number.isSafeInteger(maxEntries) || maxEntries < 1) {
      throw misconfigured('maxEntries', `is ${maxEntries}`, 'Use a whole number above 0');
    }
    this.#tables = { growing: new FailureTable(maxEntries), window: new FailureTable(maxEntries) };
  }

  /** Counters held now, those that are over and not swept included. */
  get size(): number {
    return this.#tables.growing.size + this.#tables.window.size;
  }

  count(counters: readonly Counter[], now: number): Count {
    this.#checkOpen();
    const stored = counters.map((counter) => this.#read(counter));
    const { answer, writes } = judgeCount(counters, stored, now);
    for (const { counter, entry } of writes) this.#write(counter, entry);
    return answer;
  }

  settle(counted: readonly CountedFailure[], outcome: 'succeeded' | 'withdrawn'): void {
    this.#checkOpen();
    for (const each of counted) {
      this.#write(each, judgeSettlement(each, this.#read(each), outcome));
    }
  }

  forget(keys: readonly string[]): void {
    this.#checkOpen();
    for (const key of keys) {
      for (const table of Object.values(this.#tables)) table.delete(key);
    }
  }

  sweep(now: number, limit: number): number {
    this.#checkOpen();
    let removed = 0;
    for (const table of Object.values(this.#tables)) {
      removed += table.deleteWhere((entry) => entry.sweptAt <= now, limit - removed);
    }
    return removed;
  }

  close(): void {
    this.#isClosed = true;
    for (const table of Object.values(this.#tables)) table.clear();
  }

  #read({ key, rule }: Counter): FailureEntry | undefined {
    return this.#tables[rule.kind].get(key);
  }

  #write({ key, rule }: Counter, entry: FailureEntry | undefined): void {
    const table = this.#tables[rule.kind];
    if (entry === undefined) table.delete(key);
    else table.set(key, { failures: entry.failures, at: entry.at, sweptAt: sweptAt(entry, rule) });
  }

  #checkOpen(): void {
    if (!this.#isClosed) return;
    throw new CountersignError('store-unavailable', 'This memoryThrottleStore was closed.');
  }
}
