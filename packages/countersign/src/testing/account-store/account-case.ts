// One case of the conformance suite for account stores: what it gets, and how it makes accounts.

import assert from 'node:assert/strict';

import type { AccountRow, AccountStore } from '../../accounts/account-store.js';
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
  async add(fields: Partial<AccountRow> = {}): Promise<AccountRow> {
    const row = makeRow(fields);
    assert.equal(await this.store.create(row), 'ok');
    return row;
  }

  /** Fails unless the account is stored as it is here, and found by its id and by each of its keys. */
  async expectStored(row: AccountRow): Promise<void> {
    assert.deepEqual(plain(await this.store.findById(row.userId)), row);
    for (const key of row.keys) assert.deepEqual(plain(await this.store.findByKey(key)), row);
  }
}

/** An account of revision 1 with one key; `fields` replace what is in it. */
export function makeRow(fields: Partial<AccountRow> = {}): AccountRow {
  const mark = encodeBase64url(randomBytes(12));
  return {
    userId: encodeBase64url(randomBytes(16)),
    revision: 1,
    keys: [`sign-in:${mark}`],
    document: JSON.stringify({ mark }),
    ...fields,
  };
}

/** What to replace the row by; `fields` are what is new besides the revision. */
export function nextOf(row: AccountRow, fields: Partial<AccountRow> = {}): AccountRow {
  return { ...row, ...fields, revision: row.revision + 1 };
}

/** Without what a driver's own classes and frozen lists add. */
export function plain(row: AccountRow | null): AccountRow | null {
  return row && { ...row, keys: [...row.keys] };
}

/** A case for every store. */
export function alone(name: string, run: AccountCase['run']): AccountCase {
  return { name, needsPeer: false, run };
}

/** A case for stores whose accounts several connections can share. */
export function shared(name: string, run: AccountCase['run']): AccountCase {
  return { name, needsPeer: true, run };
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
