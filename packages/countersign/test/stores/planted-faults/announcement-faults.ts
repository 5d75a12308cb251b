// Faults of what a store tells its subscribers, and of a cache in front of it.

import type { SessionRecord } from '../../../src/session/record.js';
import type { SessionStore, StoreListener } from '../../../src/session/store.js';
import type { MemoryStore } from '../../../src/stores/memory/session-store.js';
import type { FakeClock } from '../../../src/testing/fake-clock.js';
import type { Fault } from './fault.js';

/** A subscription in which some of what is told is left out or altered. */
function telling(
  store: MemoryStore,
  alter: (listener: Required<StoreListener>) => Partial<StoreListener>,
): Required<Pick<SessionStore, 'subscribe'>> {
  return {
    subscribe: (listener) => {
      const all = {
        ended: listener.ended.bind(listener),
        changed: listener.changed?.bind(listener) ?? (() => undefined),
        everything: listener.everything.bind(listener),
        heard: listener.heard?.bind(listener) ?? (() => undefined),
        lost: () => undefined,
      };
      return store.subscribe({ ...all, ...alter(all) });
    },
  };
}

/** A subscription that gives a sign of life every 250 ms, as `beat` says, instead of once for ever. */
function beating(
  store: MemoryStore,
  clock: FakeClock,
  beat: (listener: Required<StoreListener>, now: number) => void,
  alter: (listener: Required<StoreListener>) => Partial<StoreListener> = () => ({}),
): Required<Pick<SessionStore, 'subscribe'>> {
  return telling(store, (listener) => {
    const again = (): void => {
      beat(listener, clock.now());
      clock.after(250, again);
    };
    clock.after(250, again);
    return { heard: () => undefined, ...alter(listener) };
  });
}

/** A cache with a fault of its own. `drop` is called for what the store tells. */
function caching(
  store: MemoryStore,
  clock: FakeClock,
  fault: { readonly ignores?: keyof StoreListener; readonly livesOn?: true },
): Partial<SessionStore> {
  const held = new Map<string, SessionRecord>();
  const drop = (ids: readonly string[]): void => ids.forEach((id) => held.delete(id));
  const listener: StoreListener = { ended: drop, changed: drop, everything: () => held.clear() };
  store.subscribe({
    ...listener,
    ...(fault.ignores === undefined ? {} : { [fault.ignores]: () => undefined }),
  });
  return {
    read: (id) => {
      const record = store.read(id);
      if (record !== null) held.set(id, record);
      return record;
    },
    touch: (batch) => {
      drop(batch.map(({ id }) => id));
      store.touch(batch);
    },
    peek: (id) => {
      const record = held.get(id) ?? null;
      return record !== null && (fault.livesOn || record.expiresAt > clock.now()) ? record : null;
    },
  };
}

export const ANNOUNCEMENT_FAULTS: readonly Fault[] = [
  {
    fault: 'endings that are not told',
    group: 'announcements',
    plant: (store) => telling(store, () => ({ ended: () => undefined })),
  },
  {
    fault: 'an end of everyone that is not told',
    group: 'announcements',
    plant: (store) => telling(store, () => ({ everything: () => undefined })),
  },
  {
    fault: 'changes that are not told',
    group: 'announcements',
    plant: (store) => telling(store, () => ({ changed: () => undefined })),
  },
  {
    fault: 'replacements that are not told',
    group: 'announcements',
    plant: (store) => {
      let isInserting = false;
      return {
        ...telling(store, ({ changed }) => ({
          changed: (ids) => {
            if (!isInserting) changed(ids);
          },
        })),
        insert: (record, guard) => {
          isInserting = true;
          const result = store.insert(record, guard);
          isInserting = false;
          return result;
        },
      };
    },
  },
  {
    fault: 'changes that are told after the answer',
    group: 'announcements',
    plant: (store, clock) =>
      telling(store, ({ changed }) => ({
        changed: (ids) => void clock.after(1, () => changed(ids)),
      })),
  },
  {
    fault: 'a subscription that cannot be stopped',
    group: 'announcements',
    plant: (store) => ({
      subscribe: (listener) => {
        store.subscribe(listener);
        return () => undefined;
      },
    }),
  },
  {
    fault: 'no sign of life',
    group: 'announcements',
    plant: (store) => telling(store, () => ({ heard: () => undefined })),
  },
  {
    fault: 'one sign of life and no other',
    group: 'announcements',
    plant: (store, clock) => telling(store, ({ heard }) => ({ heard: () => heard(clock.now()) })),
  },
  {
    fault: 'a sign of life from the future',
    group: 'announcements',
    plant: (store, clock) => beating(store, clock, ({ heard }, now) => heard(now + 1)),
  },
  {
    fault: 'changes by others that are not told',
    group: 'announcements of others',
    needsPeer: true,
    plant: (store) => telling(store, () => ({ changed: () => undefined })),
  },
  {
    fault: 'a sign of life ahead of what it stands for',
    group: 'announcements of others',
    needsPeer: true,
    plant: (store, clock) =>
      beating(
        store,
        clock,
        ({ heard }, now) => heard(now),
        ({ changed }) => ({ changed: (ids) => void clock.after(1_000, () => changed(ids)) }),
      ),
  },
  {
    fault: 'a cache that holds nothing',
    group: 'a cache in front',
    plant: () => ({ peek: () => null }),
  },
  {
    fault: 'a cache that forgets no change',
    group: 'a cache in front',
    plant: (store, clock) => caching(store, clock, { ignores: 'changed' }),
  },
  {
    fault: 'a cache that forgets no ending',
    group: 'a cache in front',
    plant: (store, clock) => caching(store, clock, { ignores: 'ended' }),
  },
  {
    fault: 'a cache that does not hear of the end of everyone',
    group: 'a cache in front',
    plant: (store, clock) => caching(store, clock, { ignores: 'everything' }),
  },
  {
    fault: 'a cache that outlives the absolute limit',
    group: 'a cache in front',
    plant: (store, clock) => caching(store, clock, { livesOn: true }),
  },
  {
    fault: 'a cache that is not told of changes by others',
    group: 'a cache and others',
    needsPeer: true,
    plant: (store, clock) => caching(store, clock, { ignores: 'changed' }),
  },
  {
    fault: 'a cache that is not told of endings by others',
    group: 'a cache and others',
    needsPeer: true,
    plant: (store, clock) => caching(store, clock, { ignores: 'ended' }),
  },
];
