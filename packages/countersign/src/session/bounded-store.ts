// A store with its waiting bounded and its failures named: whatever a driver throws, and an answer
// that does not come in time, become `store-unavailable`. Answers that come at once stay at once.

import type { Clock } from '../clock.js';
import { bounded, patienceWith, withinTime } from '../waiting.js';
import type { Awaitable } from '../waiting.js';
import type { SessionStore } from './store.js';

/**
 * Wraps a store.
 * @param timeout how long a verb may take, in milliseconds
 * @throws CountersignError `store-unavailable` from every verb, with the driver's error as its cause;
 *   one of this library's own as it is
 */
export function boundStore(store: SessionStore, timeout: number, clock: Clock): SessionStore {
  const patience = patienceWith('session store', timeout, clock);
  const bound = <T>(verb: () => Awaitable<T>): Awaitable<T> => bounded(verb, patience);
  return {
    remote: store.remote,
    // Written out: it is on the way of every request, and `bound` calls too many verbs to be inlined.
    read(id, options) {
      try {
        const answer = store.read(id, options);
        return answer instanceof Promise ? withinTime(answer, patience) : answer;
      } catch (cause) {
        throw patience.failed(cause);
      }
    },
    epoch: (userId) => bound(() => store.epoch(userId)),
    insert: (record, guard) => bound(() => store.insert(record, guard)),
    patch: (id, change, guard) => bound(() => store.patch(id, change, guard)),
    renew: (id, from, to) => bound(() => store.renew(id, from, to)),
    bind: (id, from, to) => bound(() => store.bind(id, from, to)),
    touch: (batch) => bound(() => store.touch(batch)),
    end: (ids) => bound(() => store.end(ids)),
    endUser: (userId, options) => bound(() => store.endUser(userId, options)),
    changeEpoch: (userId) => bound(() => store.changeEpoch(userId)),
    endEveryone: () => bound(() => store.endEveryone()),
    list: (userId) => bound(() => store.list(userId)),
    sweep: (limit) => bound(() => store.sweep(limit)),
    // It asks nobody, so there is nothing to bound.
    ...(store.peek === undefined ? {} : { peek: (id) => store.peek?.(id) ?? null }),
    ...(store.subscribe === undefined
      ? {}
      : { subscribe: (...args) => store.subscribe?.(...args) ?? (() => undefined) }),
    close: () => store.close(),
  };
}
