// One case of the conformance suite for stores of one-time records: what it gets, and how it makes records.

import assert from 'node:assert/strict';

import type { OneTimeRecord, OneTimeStore } from '../../accounts/one-time-store.js';
import { encodeBase64url } from '../../crypto/base64url.js';
import { randomBytes } from '../../crypto/random.js';

export interface OneTimeStoreSubject {
  /** Makes an empty store. */
  readonly create: () => OneTimeStore | Promise<OneTimeStore>;
  /** A second connection to the same records, where they can be shared. */
  readonly createPeer?: (store: OneTimeStore) => OneTimeStore | Promise<OneTimeStore>;
  /** Called after the store was closed, such as to delete a file. */
  readonly dispose?: (store: OneTimeStore) => void | Promise<void>;
  /** All that is stored, as text: the suite looks whether a secret is in it. */
  readonly dump?: (store: OneTimeStore) => string | Promise<string>;
  /**
   * The time at first, in epoch milliseconds. Default 2026-01-01T00:00:00Z. A store whose server looks
   * at its own clock too needs one that is ahead of it, such as `Date.now() + 3_600_000`.
   */
  readonly start?: number;
  /** `server`: the server drops expired records, and `sweep` has nothing to do. Default `store`. */
  readonly expiry?: 'store' | 'server';
}

export interface OneTimeCase {
  readonly name: string;
  /** What of the subject the case cannot do without. */
  readonly needs: 'createPeer' | 'dump' | null;
  readonly run: (context: OneTimeContext) => Promise<void>;
}

/** 2026-01-01T00:00:00Z in epoch milliseconds. */
const DEFAULT_START = 1_767_225_600_000;
const LIFETIME_MS = 600_000;

/** What a case works with: an empty store, and a second connection to it where there can be one. */
export class OneTimeContext {
  readonly store: OneTimeStore;
  /** The time that records are made and asked for at. */
  readonly now: number;
  readonly sweepsItself: boolean;
  readonly #subject: OneTimeStoreSubject;
  readonly #open: OneTimeStore[];

  constructor(store: OneTimeStore, subject: OneTimeStoreSubject, open: OneTimeStore[]) {
    this.store = store;
    this.now = subject.start ?? DEFAULT_START;
    this.sweepsItself = subject.expiry !== 'server';
    this.#subject = subject;
    this.#open = open;
  }

  async openPeer(): Promise<OneTimeStore> {
    const peer = await this.#subject.createPeer?.(this.store);
    assert.ok(peer !== undefined, 'the store has no createPeer');
    this.#open.unshift(peer);
    return peer;
  }

  async dump(): Promise<string> {
    const text = await this.#subject.dump?.(this.store);
    assert.ok(text !== undefined, 'the store has no dump');
    return text;
  }

  /** A record that lives for ten minutes, with a hash of its own; `fields` replace what is in it. */
  record(fields: Partial<OneTimeRecord> = {}): OneTimeRecord {
    return {
      hash: encodeBase64url(randomBytes(32)),
      kind: 'reset',
      subject: 'u1',
      expiresAt: this.now + LIFETIME_MS,
      content: '{"version":1}',
      ...fields,
    };
  }

  /** Puts such a record, which replaces nothing, and returns it. */
  async put(fields: Partial<OneTimeRecord> = {}): Promise<OneTimeRecord> {
    const record = this.record(fields);
    await this.store.put(record);
    return record;
  }

  /** Puts such a record in the place of earlier ones. */
  async replace(fields: Partial<OneTimeRecord> = {}): Promise<OneTimeRecord> {
    const record = this.record(fields);
    await this.store.put(record, { replaces: true });
    return record;
  }

  /** Which of the records are there, in their order. */
  async left(records: readonly OneTimeRecord[]): Promise<readonly OneTimeRecord[]> {
    const found = await Promise.all(
      records.map(async ({ kind, hash }) => this.store.read(kind, hash, this.now)),
    );
    return records.filter((_, position) => found[position] !== null);
  }

  /** Fails unless just these are left of all. */
  async assertLeft(all: readonly OneTimeRecord[], these: readonly OneTimeRecord[]): Promise<void> {
    assert.deepEqual(
      (await this.left(all)).map(({ hash }) => hash),
      all.filter((record) => these.includes(record)).map(({ hash }) => hash),
    );
  }
}

/** Runs a case on a store of its own, and closes what was opened. */
export async function runOneTimeCase(
  { run }: OneTimeCase,
  subject: OneTimeStoreSubject,
): Promise<void> {
  const store = await subject.create();
  const open = [store];
  try {
    await run(new OneTimeContext(store, subject, open));
  } finally {
    for (const each of open) await each.close();
    await subject.dispose?.(store);
  }
}

/** A case for every store. */
export function alone(name: string, run: OneTimeCase['run']): OneTimeCase {
  return { name, needs: null, run };
}
