// Accounts in this process's memory: for tests, and for trying things out. Forgets at a restart.

import type { Account, AccountStatus, AccountStore } from '../../accounts/account-store.js';
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
  readonly #byId = new Map<string, Account>();
  readonly #idByName = new Map<string, string>();
  #closed = false;

  constructor(options: MemoryAccountStoreOptions) {
    assertOptionNames('', options, ['maxAccounts']);
    const { maxAccounts = 100_000 } = options;
    if (!Number.isSafeInteger(maxAccounts) || maxAccounts < 1) {
      throw misconfigured('maxAccounts', `is ${maxAccounts}`, 'Use a whole number above 0');
    }
    this.#maxAccounts = maxAccounts;
  }

  create(account: Account): 'ok' | 'taken' {
    this.#checkOpen();
    const { userId, canonicalName } = account;
    if (this.#byId.has(userId) || this.#idByName.has(canonicalName)) return 'taken';
    if (this.#byId.size >= this.#maxAccounts) {
      throw new CountersignError(
        'store-unavailable',
        `memoryAccountStore holds ${this.#maxAccounts} accounts and takes no more: raise maxAccounts`,
      );
    }
    this.#byId.set(userId, freezeAccount(account));
    this.#idByName.set(canonicalName, userId);
    return 'ok';
  }

  findByName(canonicalName: string): Account | null {
    this.#checkOpen();
    const userId = this.#idByName.get(canonicalName);
    return userId === undefined ? null : this.findById(userId);
  }

  findById(userId: string): Account | null {
    this.#checkOpen();
    return this.#byId.get(userId) ?? null;
  }

  setPassword(
    userId: string,
    { phc, changedAt }: { readonly phc: string; readonly changedAt: number },
    { ifVersion }: { readonly ifVersion: number },
  ): 'ok' | 'missing' | 'conflict' {
    const account = this.findById(userId);
    if (account === null || account.status === 'deleted') return 'missing';
    if ((account.password?.version ?? 0) !== ifVersion) return 'conflict';
    const password = { phc, changedAt, version: ifVersion + 1 };
    this.#byId.set(userId, freezeAccount({ ...account, password }));
    return 'ok';
  }

  setStatus(userId: string, status: AccountStatus): 'ok' | 'missing' {
    const account = this.findById(userId);
    if (account === null || account.status === 'deleted') return 'missing';
    const password = status === 'deleted' ? null : account.password;
    this.#byId.set(userId, freezeAccount({ ...account, status, password }));
    return 'ok';
  }

  close(): void {
    this.#closed = true;
    this.#byId.clear();
    this.#idByName.clear();
  }

  #checkOpen(): void {
    if (!this.#closed) return;
    throw new CountersignError('store-unavailable', 'This memoryAccountStore was closed.');
  }
}

/** Field by field, so that nothing is kept that is not part of an account. */
function freezeAccount(account: Account): Account {
  const { userId, name, canonicalName, status, createdAt, password } = account;
  return Object.freeze({
    userId,
    name,
    canonicalName,
    status,
    createdAt,
    password: password && Object.freeze({ ...password }),
  });
}
