// A store with its waiting bounded and its failures named: whatever a driver throws, and an answer
// that does not come in time, become `store-unavailable`. Answers that come at once stay at once.

import type { Clock } from '../clock.js';
import { CountersignError } from '../errors.js';
import type { Awaitable, SessionStore } from './store.js';

/**
 * Wraps a store.
 * @param timeout how long a verb may take, in milliseconds
 * @throws CountersignError `store-unavailable` from every verb, with the driver's error as its cause
 */
export function boundStore(store: SessionStore, timeout: number, clock: Clock): SessionStore {
  const inTime = <T>(answer: Awaitable<T>): Awaitable<T> =>
    answer instanceof Promise ? withinTime(answer, timeout, clock) : answer;
  const bound = <T>(verb: () => Awaitable<T>): Awaitable<T> => {
    try {
      return inTime(verb());
    } catch (cause) {
      throw unavailable(cause);
    }
  };
  return {
    remote: store.remote,
    // Written out: it is on the way of every request, and `bound` calls too many verbs to be inlined.
    read(id, options) {
      try {
        return inTime(store.read(id, options));
      } catch (cause) {
        throw unavailable(cause);
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

/** One promise and one timer: on the way of every request that asks a remote store. */
function withinTime<T>(answer: Promise<T>, timeout: number, clock: Clock): Promise<T> {
  return new Promise((resolve, reject) => {
    const giveUp = (): void => {
      reject(new CountersignError('store-unavailable', `No answer within ${timeout} ms`));
    };
    // A script that waits for a store without a connection would otherwise end without a word.
    const cancel = clock.after(timeout, giveUp, { keepsProcess: true });
    answer.then(
      (value) => {
        cancel();
        resolve(value);
      },
      (cause: unknown) => {
        cancel();
        reject(unavailable(cause));
      },
    );
  });
}

function unavailable(cause: unknown): CountersignError {
  if (cause instanceof CountersignError && cause.code === 'store-unavailable') return cause;
  return new CountersignError('store-unavailable', 'The session store failed', { cause });
}
