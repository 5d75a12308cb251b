// What the data of one session may hold, from the writes that were made: for each key the last
// writer wins, writes that overlap may come in either order, and counted updates are exact.

import { isBefore, type Instant, type Span } from './instant.js';
import { assertPromise } from './violation.js';

export const KEYS = ['a', 'b', 'c'] as const;
export type Key = (typeof KEYS)[number];

/** The data type of the sessions in the model: three plain keys and a counter. */
export interface ModelData {
  a: string;
  b: string;
  c: string;
  n: number;
}

/** One write or update, from its beginning to its answer; open when the answer was never seen. */
export interface Write extends Span {
  /** `undefined` is a deletion. */
  readonly value: string | undefined;
  outcome: 'open' | 'stored' | 'refused';
}

export function settle(write: Write, outcome: 'stored' | 'refused', end: Instant): void {
  write.outcome = outcome;
  write.end = end;
}

type Data = { readonly [Name in keyof ModelData]?: ModelData[Name] };

export class Register {
  readonly #writes = new Map<Key, Write[]>();
  readonly #updates: Write[] = [];
  readonly #counted = new Set<number>();
  readonly #firstCount: number;

  /** @param data what the session began with */
  constructor(data: Data, at: Instant) {
    for (const key of KEYS) {
      this.#writes.set(key, [{ value: data[key], start: at, end: at, outcome: 'stored' }]);
    }
    this.#firstCount = data.n ?? 0;
  }

  write(key: Key, value: string | undefined, start: Instant): Write {
    const write: Write = { value, start, end: undefined, outcome: 'open' };
    this.#writes.get(key)?.push(write);
    return write;
  }

  update(start: Instant): Write {
    const update: Write = { value: undefined, start, end: undefined, outcome: 'open' };
    this.#updates.push(update);
    return update;
  }

  /** Two updates that were told the same count have lost one of them. */
  count(n: number): void {
    assertPromise('no write is lost', !this.#counted.has(n), `two updates both counted to ${n}`);
    this.#counted.add(n);
  }

  /** Checks what a read that ran over this span saw, for these keys. */
  assertReadable(data: Data, start: Instant, end: Instant, keys: readonly Key[] = KEYS): void {
    for (const key of keys) {
      assertPromise(
        'no write is lost',
        this.#mayHold(key, data[key], start, end),
        `${key} is ${data[key] ?? 'absent'}, after ${this.#describe(key)}`,
      );
    }
  }

  assertCount(data: Data, start: Instant, end: Instant): void {
    const n = data.n ?? 0;
    const least = this.#updates.filter(
      (update) => update.outcome === 'stored' && isBefore(update.end, start),
    ).length;
    const most = this.#updates.filter(
      (update) => update.outcome !== 'refused' && isBefore(update.start, end),
    ).length;
    const isExact = n >= this.#firstCount + least && n <= this.#firstCount + most;
    const range = `${this.#firstCount + least} to ${this.#firstCount + most}`;
    assertPromise('no write is lost', isExact, `counted ${n}, and it should be ${range}`);
  }

  #mayHold(key: Key, value: string | undefined, start: Instant, end: Instant): boolean {
    const writes = this.#writes.get(key) ?? [];
    const isOvertaken = (write: Write): boolean =>
      writes.some(
        (later) =>
          later.outcome === 'stored' &&
          isBefore(write.end, later.start) &&
          isBefore(later.end, start),
      );
    return writes.some(
      (write) =>
        write.value === value &&
        write.outcome !== 'refused' &&
        isBefore(write.start, end) &&
        !isOvertaken(write),
    );
  }

  #describe(key: Key): string {
    const writes = this.#writes.get(key) ?? [];
    return writes.map(({ value, outcome }) => `${value ?? 'absent'} (${outcome})`).join(', ');
  }
}
