// Accounts in this process's memory: for tests, and for trying things out. Forgets at a restart.

import type { AccountRow, AccountStore, ActivityRow } from '../../accounts/account-store.js';
import { assertOptionNames, CountersignError, misconfigured } from '../../errors.js';

export interface MemoryAccountStoreOptions {
  /** How many accounts are held at most. Default 100,000. `create` throws `store-unavailable` beyond. */
  readonly maxAccounts?: number;
}

/** Makes an account store in memory. Throws `configuration` for a `maxAccounts` that is no whole number above 0. */
export function memoryAccountStore(options: MemoryAccountStoreOptions = {}): MemoryAccountStore {
  return new MemoryAccountStore(options);
}

/** The store that `memoryAccountStore` makes: every verb answers at once, by value or by throwing. */
export class MemoryAccountStore implements AccountStore {
  readonly #maxAccounts: number;
  readonly #rows = new Map<string, AccountRow>();
  /** User id by key. */
  readonly #owners = new Map<string, string>();
  /** The newest first. */
  readonly #activity = new Map<string, readonly ActivityRow[]>();
  #closed = false;

  constructor(options: MemoryAccountStoreOptions) {
    assertOptionNames('', options, ['maxAccounts']);
    const { maxAccounts = 100_000 } = options;
    if (!Number.isSafeInteger(maxAccounts) || maxAccounts < 1) {
      throw misconfigured('maxAccounts', `is ${maxAccounts}`, 'Use a whole number above 0');
    }
    this.#maxAccounts = maxAccounts;
  }

  create(row: AccountRow): 'ok' | 'taken' {
    if (this.findById(row.userId) !== null || this.#isTaken(row)) return 'taken';
    if (this.#rows.size >= this.#maxAccounts) {
      throw new CountersignError(
        'store-unavailable',
        `memoryAccountStore holds ${this.#maxAccounts} accounts and takes no more: raise maxAccounts`,
      );
    }
    this.#put(row);
    return 'ok';
  }

  findById(userId: string): AccountRow | null {
    this.#checkOpen();
    return this.#rows.get(userId) ?? null;
  }

  findByKey(key: string): AccountRow | null {
    this.#checkOpen();
    const userId = this.#owners.get(key);
    return userId === undefined ? null : this.findById(userId);
  }

  replace(row: AccountRow): 'ok' | 'missing' | 'conflict' | 'taken' {
    const stored = this.findById(row.userId);
    if (stored === null) return 'missing';
    if (stored.revision !== row.revision - 1) return 'conflict';
    if (this.#isTaken(row)) return 'taken';
    for (const key of stored.keys) this.#owners.delete(key);
    this.#put(row);
    return 'ok';
  }

  addActivity(
    userId: string,
    { at, entry }: ActivityRow,
    { keep }: { readonly keep: number },
  ): void {
    if (this.findById(userId) === null) return;
    const noted = this.#activity.get(userId) ?? [];
    // Behind those of a later time, before those of the same.
    const later = noted.findLastIndex((each) => each.at > at) + 1;
    const all = noted.toSpliced(later, 0, Object.freeze({ at, entry }));
    this.#activity.set(userId, all.slice(0, keep));
  }

  listActivity(userId: string, limit: number): readonly ActivityRow[] {
    this.#checkOpen();
    return (this.#activity.get(userId) ?? []).slice(0, limit);
  }

  forgetActivity(userId: string): void {
    this.#checkOpen();
    this.#activity.delete(userId);
  }

  close(): void {
    this.#closed = true;
    this.#rows.clear();
    this.#owners.clear();
    this.#activity.clear();
  }

  /** Whether another account has one of the keys. */
  #isTaken({ userId, keys }: AccountRow): boolean {
    return keys.some((key) => (this.#owners.get(key) ?? userId) !== userId);
  }

  #put({ userId, revision, keys, document }: AccountRow): void {
    this.#rows.set(
      userId,
      Object.freeze({ userId, revision, keys: Object.freeze([...keys]), document }),
    );
    for (const key of keys) this.#owners.set(key, userId);
  }

  #checkOpen(): void {
    if (!this.#closed) return;
    throw new CountersignError('store-unavailable', 'This memoryAccountStore was closed.');
  }
}
