// A store whose answers and announcements come when a test says so: reads wait to be answered, with the
// record as it was when they were asked or as it is then, and nothing is told that the test does not tell.

import type { SessionRecord } from '../../../src/session/record.js';
import type {
  SessionStore,
  StoreListener,
  SubscribeOptions,
  Touch,
} from '../../../src/session/store.js';
import { nearCache, type NearCache } from '../../../src/stores/near-cache/near-cache.js';
import { createFakeClock, type FakeClock } from '../../../src/testing/fake-clock.js';
import { makeRecord } from '../../../src/testing/session-store/make-record.js';

export const MAX_STALENESS_MS = 2_000;

/** Something under way in the store, to be let go by the test. */
interface Waiting {
  readonly name: string;
  readonly answer: () => void;
  readonly fail: () => void;
}

export class StagedStore implements SessionStore {
  readonly remote = true;
  readonly records = new Map<string, SessionRecord>();
  /** The verbs that were called, such as `read a`. */
  readonly calls: string[] = [];
  readonly touches: Touch[] = [];
  readonly #waiting: Waiting[] = [];
  listener: Required<StoreListener> | undefined;
  heartbeat: number | undefined;
  /** Whether answers come by themselves, though still by promise. */
  isPrompt = false;
  /** Whether `read` answers without a promise. */
  isSynchronous = false;

  read(id: string): SessionRecord | null | Promise<SessionRecord | null> {
    this.calls.push(`read ${id}`);
    // What the store says is settled when it is asked; the answer travels from then on.
    const found = this.records.get(id) ?? null;
    return this.isSynchronous ? found : this.#answer('read', () => found);
  }

  insert(
    record: SessionRecord,
    { replaces }: { readonly replaces?: { readonly id: string; readonly until: number } },
  ): ReturnType<SessionStore['insert']> {
    const oldest = [...this.records.values()].find(({ userId }) => userId === record.userId);
    return this.#change('insert', () => {
      this.records.set(record.id, record);
      const old = replaces && this.records.get(replaces.id);
      if (old !== undefined) this.records.set(old.id, { ...old, replaced: true });
      if (old !== undefined || oldest === undefined) return { ok: true, ended: [] };
      this.records.delete(oldest.id);
      return { ok: true, ended: [oldest.id] };
    });
  }

  patch(id: string): Promise<'ok'> {
    return this.#change('patch', () => this.#edit(id, { data: '{"changed":true}' }));
  }

  renew(id: string, _: unknown, to: SessionRecord['renewal']): Promise<'ok'> {
    return this.#change('renew', () => this.#edit(id, { renewal: to }));
  }

  bind(id: string, _: unknown, to: string | null): Promise<'ok'> {
    return this.#change('bind', () => this.#edit(id, { deviceKey: to }));
  }

  touch(batch: readonly Touch[]): Promise<void> {
    return this.#change('touch', () => void this.touches.push(...batch));
  }

  end(ids: readonly string[]): Promise<readonly string[]> {
    return this.#change('end', () => ids.filter((id) => this.records.delete(id)));
  }

  endUser(userId: string): Promise<readonly string[]> {
    return this.#change('endUser', () =>
      [...this.records.values()]
        .filter((record) => record.userId === userId && this.records.delete(record.id))
        .map(({ id }) => id),
    );
  }

  endEveryone(): Promise<void> {
    return this.#change('endEveryone', () => this.records.clear());
  }

  epoch(): Promise<string> {
    return this.#answer('epoch', () => 'epoch');
  }

  changeEpoch(): Promise<void> {
    return this.#answer('changeEpoch', () => undefined);
  }

  list(): Promise<readonly SessionRecord[]> {
    return this.#answer('list', () => [...this.records.values()]);
  }

  sweep(): Promise<number> {
    return this.#answer('sweep', () => 0);
  }

  subscribe(listener: StoreListener, options?: SubscribeOptions): () => void {
    this.listener = {
      ended: (ids) => listener.ended(ids),
      changed: (ids) => listener.changed?.(ids),
      everything: () => listener.everything(),
      heard: (at) => listener.heard?.(at),
      lost: () => listener.lost?.(),
    };
    this.heartbeat = options?.heartbeat;
    return () => (this.listener = undefined);
  }

  close(): void {
    this.calls.push('close');
  }

  /** Lets the oldest verb of this name answer, and whoever waits for it go on. */
  async answer(name: string): Promise<void> {
    this.#take(name).answer();
    await settled();
  }

  async fail(name: string): Promise<void> {
    this.#take(name).fail();
    await settled();
  }

  #take(name: string): Waiting {
    const [next] = this.#waiting.splice(
      this.#waiting.findIndex((each) => each.name === name),
      1,
    );
    if (next?.name !== name) throw new Error(`no ${name} is under way`);
    return next;
  }

  /** In place when it is answered: what is read before that is older. */
  #change<T>(name: string, apply: () => T): Promise<T> {
    this.calls.push(name);
    return this.#answer(name, apply);
  }

  #answer<T>(name: string, value: () => T): Promise<T> {
    return new Promise((resolve, reject) => {
      const answer = (): void => resolve(value());
      if (this.isPrompt) setImmediate(answer);
      else this.#waiting.push({ name, answer, fail: () => reject(new Error('the store is down')) });
    });
  }

  #edit(id: string, fields: Partial<SessionRecord>): 'ok' {
    const record = this.records.get(id);
    if (record !== undefined) this.records.set(id, { ...record, ...fields });
    return 'ok';
  }
}

function settled(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve));
}

export interface Stage {
  readonly clock: FakeClock;
  readonly store: StagedStore;
  readonly cache: NearCache;
  /** Puts a session into the store behind the cache's back. */
  readonly put: (id: string, fields?: Partial<SessionRecord>) => SessionRecord;
  /** Reads a session through the cache, and lets the store answer. */
  readonly readThrough: (id: string) => Promise<SessionRecord | null>;
}

/** A cache over a staged store; `heard` has come. */
export function createStage(options: { readonly maxEntries?: number } = {}): Stage {
  const clock = createFakeClock();
  const store = new StagedStore();
  const cache = nearCache(store, { clock, maxStaleness: `${MAX_STALENESS_MS}ms`, ...options });
  store.listener?.heard(clock.now());
  return {
    clock,
    store,
    cache,
    put: (id, fields) => {
      const record = makeRecord({ id, expiresAt: clock.now() + 3_600_000, ...fields });
      store.records.set(id, record);
      return record;
    },
    readThrough: async (id) => {
      const answer = cache.read(id);
      if (answer instanceof Promise) await store.answer('read');
      return answer;
    },
  };
}
