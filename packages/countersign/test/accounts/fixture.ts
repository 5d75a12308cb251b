// What the tests of the accounts' verbs share: accounts in memory, a hasher to look into, the events.

import type { AccountEvent } from '../../src/accounts/account-events.js';
import type { AccountStore } from '../../src/accounts/account-store.js';
import { createAccounts, type Accounts } from '../../src/accounts/accounts.js';
import type { AccountsOptions } from '../../src/accounts/accounts-options.js';
import type { PasswordHasher, Verification } from '../../src/accounts/password-hasher.js';
import type { ProofResult } from '../../src/accounts/proof-result.js';
import type { User } from '../../src/accounts/user.js';
import { CountersignError } from '../../src/errors.js';
import { accountOf } from '../../src/accounts/account-document.js';
import type { Account } from '../../src/accounts/account.js';
import { newAccount } from '../../src/accounts/new-account.js';
import { memoryAccountStore } from '../../src/stores/memory/account-store.js';
import { createFakeClock, type FakeClock } from '../../src/testing/fake-clock.js';

export const PASSWORD = 'a quiet otter and seven lamps';
export const NEXT = 'the price of tea in Lisbon';

export const KEYS = ['a key for the tests of accounts, long enough'] as const;

/**
 * Stands for argon2 where the tests are about something else: writes the password into the "hash",
 * records each run, and can be made busy or given another cost.
 */
export class TransparentHasher implements PasswordHasher {
  readonly runs: string[] = [];
  cost = 1;
  busy = false;
  /** Called before each run ends, to let something else happen in the middle of it. */
  during: (run: string) => Promise<void> | void = () => undefined;

  async hash(password: string): Promise<string> {
    await this.#run(`hash ${password}`);
    return `${this.cost}:${password}`;
  }

  async verify(stored: string | undefined, password: string): Promise<Verification> {
    await this.#run(`verify ${stored ?? 'nothing'}`);
    if (stored === undefined) return { match: false, reason: 'no-hash' };
    if (stored === 'unreadable') return { match: false, reason: 'unreadable' };
    if (stored.slice(stored.indexOf(':') + 1) !== password) {
      return { match: false, reason: 'mismatch' };
    }
    return { match: true, needsRehash: !stored.startsWith(`${this.cost}:`) };
  }

  async #run(run: string): Promise<void> {
    if (this.busy) throw new CountersignError('hasher-busy', 'busy');
    this.runs.push(run);
    await this.during(run);
  }
}

export interface Fixture {
  readonly clock: FakeClock;
  readonly store: AccountStore;
  readonly hasher: TransparentHasher;
  readonly accounts: Accounts;
  readonly events: readonly AccountEvent[];
  /** Registers, and clears what the hasher and the listener noted of it. */
  readonly register: (name: string, password?: string) => Promise<User>;
  readonly verify: (name: string, password?: string, address?: string) => Promise<ProofResult>;
}

export function setUp(options: Partial<AccountsOptions> = {}): Fixture {
  const clock = createFakeClock();
  const store: AccountStore = memoryAccountStore();
  const hasher = new TransparentHasher();
  const events: AccountEvent[] = [];
  const on = (event: AccountEvent): void => void events.push(event);
  const accounts = createAccounts({ store, hasher, keys: KEYS, clock, on, ...options });
  const register = async (name: string, password = PASSWORD) => {
    const result = await accounts.register({ name, password });
    if (!result.ok) throw new Error(`not registered: ${result.reason}`);
    hasher.runs.length = 0;
    events.length = 0;
    return result.user;
  };
  const verify = (name: string, password = PASSWORD, address?: string) =>
    accounts.verifyPassword({ name, password }, address === undefined ? {} : { address });
  return { clock, store, hasher, events, accounts, register, verify };
}

/** The account as it is stored; fails when there is none. */
export async function storedAccount(store: AccountStore, userId: string): Promise<Account> {
  const row = await store.findById(userId);
  if (row === null) throw new Error('There is no such account');
  return accountOf(row);
}

/** An account to put into a store past the verbs. */
export function makeAccount(fields: Partial<Account> = {}): Account {
  return { ...newAccount(1_767_225_600_000), ...fields };
}
