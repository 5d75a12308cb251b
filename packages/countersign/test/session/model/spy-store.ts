// The shared store, with everything that is ever written into it kept as text: what a thief of
// backups would get.

import type { SessionStore } from '../../../src/session/store.js';
import type { MemoryStore } from '../../../src/stores/memory/session-store.js';

export interface SpyStore {
  readonly store: SessionStore;
  /** All that was written, as JSON. */
  readonly written: readonly string[];
}

/** @param changed verbs that replace the store's own, such as planted faults */
export function spyStore(memory: MemoryStore, changed: Partial<SessionStore>): SpyStore {
  const written: string[] = [];
  const keep = (...values: readonly unknown[]): void => {
    written.push(JSON.stringify(values, (_, value: unknown) => plain(value)));
  };
  const verbs: SessionStore = { ...verbsOf(memory), ...changed };
  return {
    written,
    store: {
      ...verbs,
      insert(record, guard) {
        keep(record, guard);
        return verbs.insert(record, guard);
      },
      patch(id, change, guard) {
        keep(id, change, guard);
        return verbs.patch(id, change, guard);
      },
      renew(id, from, to) {
        keep(id, to);
        return verbs.renew(id, from, to);
      },
    },
  };
}

function verbsOf(store: MemoryStore): SessionStore {
  return {
    remote: false,
    read: (id) => store.read(id),
    epoch: (userId) => store.epoch(userId),
    insert: (record, guard) => store.insert(record, guard),
    patch: (id, change, guard) => store.patch(id, change, guard),
    renew: (id, from, to) => store.renew(id, from, to),
    bind: (id, from, to) => store.bind(id, from, to),
    touch: (batch) => store.touch(batch),
    end: (ids) => store.end(ids),
    endUser: (userId, options) => store.endUser(userId, options),
    changeEpoch: (userId) => store.changeEpoch(userId),
    endEveryone: () => store.endEveryone(),
    list: (userId) => store.list(userId),
    sweep: (limit) => store.sweep(limit),
    subscribe: (listener) => store.subscribe(listener),
    close: () => store.close(),
  };
}

/** Maps and sets as arrays, which JSON can hold. */
function plain(value: unknown): unknown {
  return value instanceof Map || value instanceof Set ? [...value] : value;
}
