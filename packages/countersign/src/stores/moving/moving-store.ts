// Two stores as one, while an application moves from the one to the other. No record is ever copied:
// a copy could bring an ended session back. New sessions go into one of the two, those in the other
// stay until they end, and every ending reaches both.

import { assertOptionNames, misconfigured } from '../../errors.js';
import type { RenewalState, SessionId, SessionRecord } from '../../session/record.js';
import {
  LONGEST_LIST,
  type DataChange,
  type Epoch,
  type InsertGuard,
  type InsertResult,
  type SessionStore,
  type Touch,
} from '../../session/store.js';
import type { Awaitable } from '../../waiting.js';
import { joinEpochs, splitEpoch, type Side, type Sides } from './joined-epoch.js';
import { subscribeToBoth } from './joined-telling.js';
import { insertWithin } from './shared-limit.js';

export interface MovingStoreOptions {
  /** The store that is moved away from. */
  readonly from: SessionStore;
  /** The store that is moved to. */
  readonly to: SessionStore;
  /**
   * Which of the two takes new sessions: `'from'` until every node runs with a `movingStore`, then
   * `'to'`. Nodes of both kinds may run at the same time.
   */
  readonly insertInto: 'from' | 'to';
}

const OTHER: Readonly<Record<Side, Side>> = { from: 'to', to: 'from' };

/**
 * Makes one store of two.
 * @throws CountersignError `configuration` for an option that is missing or wrong
 */
export function movingStore(options: MovingStoreOptions): MovingStore {
  return new MovingStore(options);
}

/** The store that `movingStore` makes. Reads answer at once where both stores do. */
export class MovingStore implements SessionStore {
  /** True where one of the two is. */
  readonly remote: boolean;
  /** There where one of the two has it. */
  readonly peek?: NonNullable<SessionStore['peek']>;
  /** There where both have it. */
  readonly subscribe?: NonNullable<SessionStore['subscribe']>;
  readonly #stores: Sides<SessionStore>;
  readonly #insertInto: Side;
  /** Where new sessions go: asked first. */
  readonly #first: SessionStore;
  readonly #second: SessionStore;

  constructor(options: MovingStoreOptions) {
    assertOptions(options);
    const { from, to, insertInto } = options;
    this.#stores = { from, to };
    this.#insertInto = insertInto;
    const first = this.#stores[insertInto];
    const second = this.#stores[OTHER[insertInto]];
    this.#first = first;
    this.#second = second;
    this.remote = from.remote || to.remote;
    if (from.peek !== undefined || to.peek !== undefined) {
      this.peek = (id) => first.peek?.(id) ?? second.peek?.(id) ?? null;
    }
    if (from.subscribe !== undefined && to.subscribe !== undefined) {
      this.subscribe = (...args) => subscribeToBoth(this.#stores, ...args);
    }
  }

  read(id: SessionId, options?: { readonly fresh: boolean }): Awaitable<SessionRecord | null> {
    return orElse(this.#first.read(id, options), null, () => this.#second.read(id, options));
  }

  async epoch(userId: string): Promise<Epoch> {
    const [from, to] = await inBoth(this.#stores, (store) => store.epoch(userId));
    return joinEpochs({ from, to });
  }

  async insert(record: SessionRecord, guard: InsertGuard): Promise<InsertResult> {
    const result = await this.#insert(this.#insertInto, record, guard);
    if (result.ok || result.reason !== 'replaced-missing') return result;
    // A successor is made where its predecessor is, in one step with it: no record changes its store,
    // so what neither of them has is gone.
    return this.#insert(OTHER[this.#insertInto], record, guard);
  }

  patch(
    id: SessionId,
    change: DataChange,
    guard: { readonly ifRevision?: number },
  ): Awaitable<'ok' | 'missing' | 'conflict'> {
    return this.#whereItIs((store) => store.patch(id, change, guard));
  }

  renew(
    id: SessionId,
    from: RenewalState,
    to: RenewalState,
  ): Awaitable<'ok' | 'missing' | 'stale'> {
    return this.#whereItIs((store) => store.renew(id, from, to));
  }

  bind(
    id: SessionId,
    from: string | null,
    to: string | null,
  ): Awaitable<'ok' | 'missing' | 'stale'> {
    return this.#whereItIs((store) => store.bind(id, from, to));
  }

  async touch(batch: readonly Touch[]): Promise<void> {
    await inBoth(this.#stores, (store) => store.touch(batch));
  }

  async end(ids: readonly SessionId[]): Promise<readonly SessionId[]> {
    return (await inBoth(this.#stores, (store) => store.end(ids))).flat();
  }

  async endUser(
    userId: string,
    options: { readonly except?: SessionId },
  ): Promise<readonly SessionId[]> {
    return (await inBoth(this.#stores, (store) => store.endUser(userId, options))).flat();
  }

  async changeEpoch(userId: string): Promise<void> {
    await inBoth(this.#stores, (store) => store.changeEpoch(userId));
  }

  async endEveryone(): Promise<void> {
    await inBoth(this.#stores, (store) => store.endEveryone());
  }

  async list(userId: string): Promise<readonly SessionRecord[]> {
    const lists = await inBoth(this.#stores, (store) => store.list(userId));
    return lists
      .flat()
      .toSorted((a, b) => b.createdAt - a.createdAt)
      .slice(0, LONGEST_LIST);
  }

  async sweep(limit: number): Promise<number> {
    const swept = await this.#second.sweep(limit);
    return swept < limit ? swept + (await this.#first.sweep(limit - swept)) : swept;
  }

  async close(): Promise<void> {
    await inBoth(this.#stores, (store) => store.close());
  }

  async #insert(side: Side, record: SessionRecord, guard: InsertGuard): Promise<InsertResult> {
    const own = this.#stores[side];
    const other = this.#stores[OTHER[side]];
    const { userId } = record;
    if (userId === null) return own.insert(record, guard);
    const { epoch, ...rest } = guard;
    if (epoch === undefined) return insertCounted(own, other, { record, userId, guard });
    const epochs = splitEpoch(epoch);
    // The store that takes it checks its own part in one step with the insert: that is the promise.
    // The look at the other part refuses what an ending that got only half-way was to refuse.
    if (epochs === null || (await other.epoch(userId)) !== epochs[OTHER[side]]) {
      return { ok: false, reason: 'epoch' };
    }
    return insertCounted(own, other, { record, userId, guard: { ...rest, epoch: epochs[side] } });
  }

  #whereItIs<T>(verb: (store: SessionStore) => Awaitable<T | 'missing'>): Awaitable<T | 'missing'> {
    return orElse(verb(this.#first), 'missing', () => verb(this.#second));
  }
}

async function insertCounted(
  own: SessionStore,
  other: SessionStore,
  insertion: {
    readonly record: SessionRecord;
    readonly userId: string;
    readonly guard: InsertGuard;
  },
): Promise<InsertResult> {
  const { limit } = insertion.guard;
  if (limit === undefined) return own.insert(insertion.record, insertion.guard);
  return insertWithin(own, other, { ...insertion, limit });
}

/** The answer, or the next one where it is a miss; at once where the answers come at once. */
function orElse<T>(answer: Awaitable<T>, miss: T, next: () => Awaitable<T>): Awaitable<T> {
  if (answer instanceof Promise) return orElseLater(answer, miss, next);
  return answer === miss ? next() : answer;
}

async function orElseLater<T>(answer: Promise<T>, miss: T, next: () => Awaitable<T>): Promise<T> {
  const value = await answer;
  return value === miss ? next() : value;
}

/**
 * The answers of both stores. Both are asked though one fails, and both have answered when this does:
 * a caller who tries again meets nothing that is still under way.
 */
async function inBoth<T>(
  stores: Sides<SessionStore>,
  verb: (store: SessionStore) => Awaitable<T>,
): Promise<readonly [T, T]> {
  const ask = async (store: SessionStore): Promise<T> => verb(store);
  const answers = [ask(stores.from), ask(stores.to)] as const;
  await Promise.allSettled(answers);
  return Promise.all(answers);
}

function assertOptions(options: MovingStoreOptions): void {
  assertOptionNames('', options ?? null, ['from', 'to', 'insertInto']);
  for (const side of ['from', 'to'] as const) {
    if (typeof options[side]?.read !== 'function') {
      throw misconfigured(side, 'is not a session store', 'Pass a store, such as memoryStore()');
    }
  }
  if (options.from === options.to) {
    throw misconfigured('to', 'is the same store as `from`', 'Pass the store to move to');
  }
  if (options.insertInto !== 'from' && options.insertInto !== 'to') {
    throw misconfigured(
      'insertInto',
      'is neither of the two stores',
      "Write 'from' until every node has this store, then 'to'",
    );
  }
}
