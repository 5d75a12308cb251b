// The memory store as if it were on another machine: every answer takes a turn of the event loop, calls
// are counted, and several nodes can have a connection to the same records.

import type { SessionStore } from '../../../src/session/store.js';
import type { MemoryStore } from '../../../src/stores/memory/session-store.js';

export interface RemoteStore {
  readonly store: SessionStore;
  /** The verbs that were called, in order. */
  readonly calls: string[];
  /** Holds answers back from now on; the function returned lets them go. */
  hold(): () => void;
}

/** One more connection to the records of `memory`. */
export function remoteStore(memory: MemoryStore): RemoteStore {
  const calls: string[] = [];
  let gate: Promise<void> = Promise.resolve();
  const over = async <T>(name: string, verb: () => T): Promise<T> => {
    calls.push(name);
    const value = verb();
    await gate;
    await new Promise<void>((resolve) => void setImmediate(resolve));
    return value;
  };
  const store: SessionStore = {
    remote: true,
    read: (id) => over('read', () => memory.read(id)),
    epoch: (userId) => over('epoch', () => memory.epoch(userId)),
    insert: (record, guard) => over('insert', () => memory.insert(record, guard)),
    patch: (id, change, guard) => over('patch', () => memory.patch(id, change, guard)),
    renew: (id, from, to) => over('renew', () => memory.renew(id, from, to)),
    bind: (id, from, to) => over('bind', () => memory.bind(id, from, to)),
    touch: (batch) => over('touch', () => memory.touch(batch)),
    end: (ids) => over('end', () => memory.end(ids)),
    endUser: (userId, options) => over('endUser', () => memory.endUser(userId, options)),
    changeEpoch: (userId) => over('changeEpoch', () => memory.changeEpoch(userId)),
    endEveryone: () => over('endEveryone', () => memory.endEveryone()),
    list: (userId) => over('list', () => memory.list(userId)),
    sweep: (limit) => over('sweep', () => memory.sweep(limit)),
    subscribe: (listener) => memory.subscribe(listener),
    close: () => undefined,
  };
  return {
    store,
    calls,
    hold: () => {
      let open = (): void => undefined;
      gate = new Promise((resolve) => (open = resolve));
      return open;
    },
  };
}
