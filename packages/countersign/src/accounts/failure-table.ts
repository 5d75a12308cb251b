// Counts by key in bounded memory. When it is full, it forgets something old with a low count, so that
// a flood of new keys does not wash away the count of the one key that is being attacked.

/** How many of the oldest entries are looked at to find the one to forget. */
const CANDIDATES = 16;

export class FailureTable<Entry extends { readonly failures: number }> {
  readonly #entries = new Map<string, Entry>();
  readonly #maxEntries: number;

  constructor(maxEntries: number) {
    this.#maxEntries = maxEntries;
  }

  get size(): number {
    return this.#entries.size;
  }

  get(key: string): Entry | undefined {
    return this.#entries.get(key);
  }

  /** Stores an entry as the newest one. */
  set(key: string, entry: Entry): void {
    this.#entries.delete(key);
    if (this.#entries.size >= this.#maxEntries) this.#forgetOne();
    this.#entries.set(key, entry);
  }

  delete(key: string): void {
    this.#entries.delete(key);
  }

  /** Removes at most `limit` of the entries that are meant. How many it were. */
  deleteWhere(isMeant: (entry: Entry) => boolean, limit: number): number {
    let removed = 0;
    for (const [key, entry] of this.#entries) {
      if (removed >= limit) break;
      if (!isMeant(entry)) continue;
      this.#entries.delete(key);
      removed += 1;
    }
    return removed;
  }

  clear(): void {
    this.#entries.clear();
  }

  #forgetOne(): void {
    let victim: string | undefined;
    let least = Infinity;
    let looked = 0;
    for (const [key, { failures }] of this.#entries) {
      if (failures < least) [victim, least] = [key, failures];
      looked += 1;
      if (looked === CANDIDATES) break;
    }
    if (victim !== undefined) this.#entries.delete(victim);
  }
}
