// A fault that a session store could really have, and how it is planted into the memory store.

import type { SessionStore } from '../../../src/session/store.js';
import type { MemoryStore } from '../../../src/stores/memory/session-store.js';
import type { FakeClock } from '../../../src/testing/fake-clock.js';

export interface Fault {
  readonly fault: string;
  /** The group of the conformance suite that has to notice it. */
  readonly group: string;
  readonly plant: (store: MemoryStore, clock: FakeClock) => Partial<SessionStore>;
  /** The fault shows only when another connection, without a fault, changes what is here. */
  readonly needsPeer?: true;
}

/** One turn of the event loop, for faults that let others in between. */
export const turn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

/** The memory store's verbs as plain functions, some of them replaced. */
export function faulty(store: MemoryStore, fault: Partial<SessionStore>): SessionStore {
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
    ...fault,
  };
}
