// One case of the conformance suite: what it gets, and how it makes records that any store can hold.

import assert from 'node:assert/strict';

import { systemClock } from '../../clock.js';
import { encodeBase64url } from '../../crypto/base64url.js';
import { randomBytes } from '../../crypto/random.js';
import { parseData } from '../../session/data.js';
import type { RenewalState, SessionId, SessionRecord } from '../../session/record.js';
import type { DataChange, Epoch, InsertGuard, SessionStore } from '../../session/store.js';
import { homeOf, randomHome } from '../../session/token.js';
import { createFakeClock, type FakeClock } from '../fake-clock.js';
import type { Awaitable } from '../../waiting.js';
import { makeRecord } from './make-record.js';

const SECOND = 1_000;
export const HOUR = 3_600 * SECOND;

/** The store under test. Cases do not share stores: each makes one, and closes it. */
export interface SessionStoreSubject {
  /** Makes an empty store that takes its time from this clock. */
  readonly create: (clock: FakeClock) => Awaitable<SessionStore>;
  /**
   * Opens the records of `store` once more, as another process would. Left out: the cases about two
   * connections are not registered.
   */
  readonly createPeer?: (store: SessionStore, clock: FakeClock) => Awaitable<SessionStore>;
  /** Removes what `create` made beside the store. Called after the stores were closed. */
  readonly dispose?: (store: SessionStore) => Awaitable<void>;
  /**
   * What the clock says at first, in epoch milliseconds. Default: a fixed time. A store whose server
   * looks at its own clock too needs the time of day here.
   */
  readonly start?: number;
}

export interface StoreCase {
  readonly name: string;
  /** The case opens the same records a second time. */
  readonly needsPeer: boolean;
  readonly run: (context: CaseContext) => Promise<void>;
}

/** A case for every store. */
export function storeCase(name: string, run: StoreCase['run']): StoreCase {
  return { name, needsPeer: false, run };
}

/** A case for stores whose records several connections can share. */
export function peerCase(name: string, run: StoreCase['run']): StoreCase {
  return { name, needsPeer: true, run };
}

/** What a case works with: an empty store and the clock that it was made with. */
export class CaseContext {
  readonly clock: FakeClock;
  readonly store: SessionStore;
  readonly #openPeer: () => Promise<SessionStore>;

  constructor(clock: FakeClock, store: SessionStore, openPeer: () => Promise<SessionStore>) {
    this.clock = clock;
    this.store = store;
    this.#openPeer = openPeer;
  }

  openPeer(): Promise<SessionStore> {
    return this.#openPeer();
  }

  /** A record made now that lives for an hour, with a new id in its user's home. */
  record(fields: Partial<SessionRecord> = {}): SessionRecord {
    const now = this.clock.now();
    const userId = fields.userId === undefined ? 'user' : fields.userId;
    return makeRecord({
      id: newId(userId),
      createdAt: now,
      expiresAt: now + HOUR,
      ...(userId === null ? { authenticatedAt: null, factors: [] } : {}),
      ...fields,
      userId,
    });
  }

  /** Inserts such a record and returns it. The store has to take it. */
  async add(fields: Partial<SessionRecord> = {}, guard: InsertGuard = {}): Promise<SessionRecord> {
    const record = this.record(fields);
    const result = await this.store.insert(record, guard);
    assert.equal(result.ok, true, `insert refused: ${JSON.stringify(result)}`);
    return record;
  }

  /** The record as stored; fails when there is none. */
  async stored(id: SessionId): Promise<SessionRecord> {
    const record = await this.store.read(id);
    assert.ok(record !== null, 'the record is missing');
    return record;
  }

  async isThere(id: SessionId): Promise<boolean> {
    return (await this.store.read(id)) !== null;
  }

  /** The ids that `list` gives, in its order. */
  async listed(userId: string = 'user'): Promise<SessionId[]> {
    return (await this.store.list(userId)).map((record) => record.id);
  }

  /** The epochs of these users, in the same order. */
  async epochs(userIds: readonly string[]): Promise<Epoch[]> {
    const epochs: Epoch[] = [];
    for (const userId of userIds) epochs.push(await this.store.epoch(userId));
    return epochs;
  }

  /** Waits, on both clocks, until `check` holds; fails after two seconds. */
  async eventually(what: string, check: () => boolean | Promise<boolean>): Promise<void> {
    for (let tries = 0; tries < 400; tries += 1) {
      if (await check()) return;
      this.clock.advance(50);
      await new Promise<void>((resolve) => {
        systemClock.after(5, resolve, { keepsProcess: true });
      });
    }
    assert.fail(`never happened: ${what}`);
  }
}

/** Runs a case on a store of its own, and closes what was opened. */
export async function runCase(each: StoreCase, subject: SessionStoreSubject): Promise<void> {
  const clock = createFakeClock(subject.start);
  const store = await subject.create(clock);
  const open = [store];
  const openPeer = async (): Promise<SessionStore> => {
    const peer = await subject.createPeer?.(store, clock);
    assert.ok(peer !== undefined, 'the store has no createPeer');
    open.unshift(peer);
    return peer;
  };
  try {
    await each.run(new CaseContext(clock, store, openPeer));
  } finally {
    for (const opened of open) await opened.close();
    await subject.dispose?.(store);
  }
}

/** A session id as the session layer makes them: 10 bits of home, the rest random. */
export function newId(userId: string | null): SessionId {
  const bytes = randomBytes(18);
  const home = userId === null ? randomHome() : homeOf(userId);
  bytes.writeUInt16BE((home << 6) | (bytes.readUInt16BE(0) & 0x3f), 0);
  return encodeBase64url(bytes);
}

export function change(
  set: Readonly<Record<string, unknown>>,
  remove: readonly string[] = [],
): DataChange {
  const texts = Object.entries(set).map(([key, value]) => [key, JSON.stringify(value)] as const);
  return { set: new Map(texts), remove: new Set(remove) };
}

/** A renewal state with an offer under way, told apart by `mark`. */
export function offered(from: RenewalState, mark: string): RenewalState {
  return { ...from, pending: { hash: `hash-${mark}`, keyId: 'key' } };
}

/** The state after the pending secret of `from` was presented. */
export function promoted(from: RenewalState, now: number): RenewalState {
  assert.ok(from.pending !== null);
  return {
    generation: from.generation + 1,
    hash: from.pending.hash,
    since: now,
    pending: null,
    previous: { hash: from.hash, until: now + 300_000 },
  };
}

/** Data as sorted pairs, in which `__proto__` is a key like any other. */
export function pairs(data: string): [string, unknown][] {
  return Object.entries(parseData(data)).toSorted(([a], [b]) => (a < b ? -1 : 1));
}

export function sorted(ids: Iterable<SessionId>): SessionId[] {
  return [...ids].toSorted();
}

export function times<T>(count: number, make: (index: number) => T): T[] {
  return Array.from({ length: count }, (_, index) => make(index));
}
