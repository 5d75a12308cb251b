// One case of the conformance suite for account stores: what it gets, and how it makes accounts.

import assert from 'node:assert/strict';

import type { Account, AccountStore } from '../../accounts/account-store.js';
import { encodeBase64url } from '../../crypto/base64url.js';
import { randomBytes } from '../../crypto/random.js';

export interface AccountStoreSubject {
  /** Makes an empty store. */
  readonly create: () => AccountStore | Promise<AccountStore>;
  /** A second connection to the same accounts, where accounts can be shared. */
  readonly createPeer?: (store: AccountStore) => AccountStore | Promise<AccountStore>;
  /** Called after the store was closed, such as to delete a file. */
  readonly dispose?: (store: AccountStore) => void | Promise<void>;
}

export interface AccountCase {
  readonly name: string;
  /** The case opens the same accounts a second time. */
  readonly needsPeer: boolean;
  readonly run: (context: AccountContext) => Promise<void>;
}

/** What a case works with: an empty store, and a second connection to it where there can be one. */
export class AccountContext {
  readonly store: AccountStore;
  readonly #openPeer: () => Promise<AccountStore>;

  constructor(store: AccountStore, openPeer: () => Promise<AccountStore>) {
    this.store = store;
    this.#openPeer = openPeer;
  }

  openPeer(): Promise<AccountStore> {
    return this.#openPeer();
  }

  /** Adds such an account and returns it. The store has to take it. */
  async add(fields: Partial<Account> = {}): Promise<Account> {
    const account = makeAccount(fields);
    assert.equal(await this.store.create(account), 'ok');
    return account;
  }

  /** The account as stored; fails when there is none. */
  async stored(userId: string): Promise<Account> {
    const account = await this.store.findById(userId);
    assert.ok(account !== null, 'the account is missing');
    return account;
  }
}

/** An active account with a password and a name of its own; `fields` replace what is in it. */
export function makeAccount(fields: Partial<Account> = {}): Account {
  const mark = encodeBase64url(randomBytes(9));
  return {
    userId: encodeBase64url(randomBytes(16)),
    name: `Ada-${mark}`,
    canonicalName: `ada-${mark.toLowerCase()}-${encodeBase64url(randomBytes(3)).toLowerCase()}`,
    status: 'active',
    createdAt: 1_767_225_600_000,
    password: { phc: phc(mark), changedAt: 1_767_225_600_001, version: 1 },
    ...fields,
  };
}

/** A text shaped like a hash, told apart by `mark`. A store looks at none of it. */
export function phc(mark: string): string {
  return `$argon2id$v=19$m=19456,t=2,p=1$c29tZSBzYWx0$${mark}`;
}

/** Runs a case on a store of its own, and closes what was opened. */
export async function runAccountCase(
  { run }: AccountCase,
  subject: AccountStoreSubject,
): Promise<void> {
  const store = await subject.create();
  const open = [store];
  const openPeer = async (): Promise<AccountStore> => {
    const peer = await subject.createPeer?.(store);
    assert.ok(peer !== undefined, 'the store has no createPeer');
    open.unshift(peer);
    return peer;
  };
  try {
    await run(new AccountContext(store, openPeer));
  } finally {
    for (const each of open) await each.close();
    await subject.dispose?.(store);
  }
}
