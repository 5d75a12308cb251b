// One-time records in this process's memory: bounded, cleared by itself, forgotten at a restart. The
// default where no store is given, and `memoryOneTimeStore` of `countersign/stores/memory`.

import { systemClock, type Cancel, type Clock } from '../clock.js';
import { assertOptionNames, CountersignError, misconfigured } from '../errors.js';
import type { OneTimeRecord, OneTimeStore } from './one-time-store.js';

const SWEEP_INTERVAL_MS = 30_000;
/** A full store looks through all of its records no oftener than this. */
const LEAST_SWEEP_PAUSE_MS = 1_000;

export interface MemoryOneTimeStoreOptions {
  /**
   * How many records are held at most. Default 100,000, about 50 MB. When it is full, the oldest record
   * about nobody makes room; where there is none, `put` throws `store-unavailable`.
   */
  readonly maxRecords?: number;
  /** Where time comes from, for clearing up. Default: the machine's clock. */
  readonly clock?: Clock;
}

/**
 * Makes a store of one-time records in memory.
 * @throws CountersignError `configuration` for a `maxRecords` that is no whole number above 0
 */
export function memoryOneTimeStore(options: MemoryOneTimeStoreOptions = {}): MemoryOneTimeStore {
  return new MemoryOneTimeStore(options);
}

/** The store that `memoryOneTimeStore` makes: every verb answers at once, by value or by throwing. */
export class MemoryOneTimeStore implements OneTimeStore {
  readonly #maxRecords: number;
  readonly #clock: Clock;
  readonly #records = new Map<string, OneTimeRecord>();
  readonly #bySubject = new Map<string, Set<string>>();
  /** Hashes of records about nobody, the oldest first. */
  readonly #aboutNobody = new Set<string>();
  #cancelSweep: Cancel | undefined;
  #sweptAt = -Infinity;
  #isClosed = false;

  constructor(options: MemoryOneTimeStoreOptions) {
    assertOptionNames('', options, ['maxRecords', 'clock']);
    const { maxRecords = 100_000, clock = systemClock } = options;
    if (!Number.isSafeInteger(maxRecords) || maxRecords < 1) {
      throw misconfigured('maxRecords', `is ${maxRecords}`, 'Use a whole number above 0');
    }
    this.#maxRecords = maxRecords;
    this.#clock = clock;
  }

  /** How many records are held, expired ones that were not cleared yet included. */
  get size(): number {
    return this.#records.size;
  }

  put(record: OneTimeRecord, options: { readonly replaces?: true } = {}): void {
    this.#checkOpen();
    const { hash, kind, subject, expiresAt, content } = record;
    if (options.replaces === true && subject !== null) this.removeAbout(subject, { kind });
    this.#makeRoom();
    this.#records.set(hash, Object.freeze({ hash, kind, subject, expiresAt, content }));
    this.#list(hash, subject);
    this.#armSweep();
  }

  read(kind: string, hash: string, now: number): OneTimeRecord | null {
    this.#checkOpen();
    const record = this.#records.get(hash);
    return record?.kind === kind && record.expiresAt > now ? record : null;
  }

  take(kind: string, hash: string, now: number): OneTimeRecord | null {
    const record = this.read(kind, hash, now);
    if (record !== null) this.#remove(record);
    return record;
  }

  removeAbout(subject: string, { kind }: { readonly kind?: string } = {}): void {
    this.#checkOpen();
    for (const hash of this.#bySubject.get(subject) ?? []) {
      const record = this.#records.get(hash);
      if (record !== undefined && (kind === undefined || record.kind === kind)) {
        this.#remove(record);
      }
    }
  }

  sweep(now: number, limit: number): number {
    this.#checkOpen();
    let removed = 0;
    for (const record of this.#records.values()) {
      if (removed >= limit) break;
      if (record.expiresAt > now) continue;
      this.#remove(record);
      removed += 1;
    }
    return removed;
  }

  close(): void {
    this.#isClosed = true;
    this.#cancelSweep?.();
    this.#records.clear();
    this.#bySubject.clear();
    this.#aboutNobody.clear();
  }

  #list(hash: string, subject: string | null): void {
    if (subject === null) {
      this.#aboutNobody.add(hash);
      return;
    }
    const hashes = this.#bySubject.get(subject);
    if (hashes === undefined) this.#bySubject.set(subject, new Set([hash]));
    else hashes.add(hash);
  }

  #remove({ hash, subject }: OneTimeRecord): void {
    this.#records.delete(hash);
    if (subject === null) {
      this.#aboutNobody.delete(hash);
      return;
    }
    const hashes = this.#bySubject.get(subject);
    hashes?.delete(hash);
    if (hashes?.size === 0) this.#bySubject.delete(subject);
  }

  /** Nobody's flood of new records takes away the link that a person waits for. */
  #makeRoom(): void {
    if (this.#records.size < this.#maxRecords) return;
    const now = this.#clock.now();
    if (now >= this.#sweptAt + LEAST_SWEEP_PAUSE_MS) {
      this.#sweptAt = now;
      if (this.sweep(now, Infinity) > 0) return;
    }
    for (const hash of this.#aboutNobody) {
      this.#records.delete(hash);
      this.#aboutNobody.delete(hash);
      return;
    }
    throw new CountersignError(
      'store-unavailable',
      `memoryOneTimeStore holds ${this.#maxRecords} records and takes no more: raise maxRecords`,
    );
  }

  #armSweep(): void {
    this.#cancelSweep ??= this.#clock.after(SWEEP_INTERVAL_MS, () => {
      this.#cancelSweep = undefined;
      this.sweep(this.#clock.now(), Infinity);
      if (this.#records.size > 0) this.#armSweep();
    });
  }

  #checkOpen(): void {
    if (!this.#isClosed) return;
    throw new CountersignError('store-unavailable', 'This memoryOneTimeStore was closed.');
  }
}
