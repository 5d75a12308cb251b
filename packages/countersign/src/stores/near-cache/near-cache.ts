// A cache of live sessions in this process, in front of a store that announces changes: a hit costs no
// I/O. It only ever says yes, by `peek`, and only while the announcements are known to come. Every verb,
// and every doubt, goes to the store.

import { misconfigured } from '../../errors.js';
import type { RenewalState, SessionId, SessionRecord } from '../../session/record.js';
import type {
  DataChange,
  Epoch,
  InsertGuard,
  InsertResult,
  SessionStore,
  StoreListener,
  SubscribeOptions,
  Touch,
} from '../../session/store.js';
import type { Awaitable } from '../../waiting.js';
import { NearRecords, type NearCacheStats } from './near-records.js';
import { parseOptions, type NearCacheOptions } from './options.js';
import type { UnderWay } from './reads-under-way.js';

/** So that one sign of life that is lost, and a next one that is late, cost no lease. */
const HEARTBEATS_PER_LEASE = 4;

/**
 * Puts a cache in front of a store. The store belongs to the cache from then on, and is closed with it.
 * @param store one with `subscribe`, which announces what its contract demands
 * @throws CountersignError `configuration` for a store that announces nothing, and for wrong options
 */
export function nearCache(store: SessionStore, options: NearCacheOptions = {}): NearCache {
  return new NearCache(store, options);
}

/** The store that `nearCache` makes. */
export class NearCache implements SessionStore {
  readonly remote: boolean;
  readonly subscribe: (listener: StoreListener, options?: SubscribeOptions) => () => void;
  readonly #store: SessionStore;
  readonly #records: NearRecords;
  readonly #unsubscribe: () => void;

  constructor(store: SessionStore, options: NearCacheOptions) {
    const settings = parseOptions(options);
    this.subscribe = subscriptionOf(store);
    this.remote = store.remote;
    this.#store = store;
    this.#records = new NearRecords(settings);
    const heartbeat = Math.floor(settings.maxStaleness / HEARTBEATS_PER_LEASE);
    // The first of all listeners: what others are told, this knows already.
    this.#unsubscribe = this.subscribe(this.#records, { heartbeat });
  }

  stats(): NearCacheStats {
    return this.#records.stats();
  }

  peek(id: SessionId): SessionRecord | null {
    return this.#records.peek(id);
  }

  /** From the store, always. Two requests do not share an answer: the later one has to be newer. */
  read(id: SessionId): Awaitable<SessionRecord | null> {
    const read = this.#records.beginRead(id);
    if (read === undefined) return this.#store.read(id, { fresh: true });
    let answer: Awaitable<SessionRecord | null> | undefined;
    try {
      answer = this.#store.read(id, { fresh: true });
    } finally {
      if (!(answer instanceof Promise)) this.#records.finishRead(id, read, answer);
    }
    return answer instanceof Promise ? this.#finishLater(id, read, answer) : answer;
  }

  epoch(userId: string): Awaitable<Epoch> {
    return this.#store.epoch(userId);
  }

  insert(record: SessionRecord, guard: InsertGuard): Awaitable<InsertResult> {
    return this.#changing(
      guard.replaces === undefined ? [] : [guard.replaces.id],
      () => this.#store.insert(record, guard),
      (result) => (result.ok ? result.ended : []),
    );
  }

  patch(
    id: SessionId,
    change: DataChange,
    guard: { readonly ifRevision?: number },
  ): Awaitable<'ok' | 'missing' | 'conflict'> {
    return this.#changing([id], () => this.#store.patch(id, change, guard));
  }

  renew(
    id: SessionId,
    from: RenewalState,
    to: RenewalState,
  ): Awaitable<'ok' | 'missing' | 'stale'> {
    return this.#changing([id], () => this.#store.renew(id, from, to));
  }

  bind(
    id: SessionId,
    from: string | null,
    to: string | null,
  ): Awaitable<'ok' | 'missing' | 'stale'> {
    return this.#changing([id], () => this.#store.bind(id, from, to));
  }

  touch(batch: readonly Touch[]): Awaitable<void> {
    const answer = this.#store.touch(batch);
    if (answer instanceof Promise) return answer.then(() => this.#records.touched(batch));
    this.#records.touched(batch);
    return answer;
  }

  end(ids: readonly SessionId[]): Awaitable<readonly SessionId[]> {
    return this.#changing(ids, () => this.#store.end(ids));
  }

  endUser(
    userId: string,
    options: { readonly except?: SessionId },
  ): Awaitable<readonly SessionId[]> {
    return this.#changing(
      [],
      () => this.#store.endUser(userId, options),
      (ended) => ended,
    );
  }

  changeEpoch(userId: string): Awaitable<void> {
    return this.#store.changeEpoch(userId);
  }

  async endEveryone(): Promise<void> {
    this.#records.forgetAll();
    try {
      await this.#store.endEveryone();
    } finally {
      this.#records.forgetAll();
    }
  }

  list(userId: string): Awaitable<readonly SessionRecord[]> {
    return this.#store.list(userId);
  }

  sweep(limit: number): Awaitable<number> {
    return this.#store.sweep(limit);
  }

  close(): Awaitable<void> {
    this.#unsubscribe();
    this.#records.lost();
    return this.#store.close();
  }

  async #finishLater(
    id: SessionId,
    read: UnderWay,
    answer: Promise<SessionRecord | null>,
  ): Promise<SessionRecord | null> {
    let record: SessionRecord | null | undefined;
    try {
      record = await answer;
      return record;
    } finally {
      this.#records.finishRead(id, read, record);
    }
  }

  /**
   * Runs a verb that changes sessions. Those known beforehand are forgotten at once, and all of them
   * when the verb has answered or failed: whoever gets the answer finds nothing older here, and no read
   * that was under way meanwhile is kept.
   * @param alsoChanged those that only the answer tells
   */
  #changing<T>(
    known: readonly SessionId[],
    verb: () => Awaitable<T>,
    alsoChanged: (answer: T) => readonly SessionId[] = () => [],
  ): Awaitable<T> {
    this.#records.forget(known);
    const answer = verb();
    if (answer instanceof Promise) {
      return answer
        .then((value) => {
          this.#records.forget(alsoChanged(value));
          return value;
        })
        .finally(() => this.#records.forget(known));
    }
    this.#records.forget(alsoChanged(answer));
    return answer;
  }
}

function subscriptionOf(store: SessionStore): NearCache['subscribe'] {
  if (typeof store?.read !== 'function') {
    throw misconfigured(
      'store',
      'is not a session store',
      'Pass a store that announces changes, such as redisStore({ client })',
    );
  }
  if (store.subscribe === undefined) {
    throw misconfigured(
      'store',
      'it has no `subscribe`, so changes made elsewhere would go unnoticed',
      'Use it without a near-cache, or give it what it needs to listen: see the page of that store',
    );
  }
  return (listener, options) => store.subscribe?.(listener, options) ?? (() => undefined);
}
