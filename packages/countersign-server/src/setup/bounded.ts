// Bounds on waiting for the stores of accounts, of one-time records and of throttle counters, and words
// for their failures. Sessions have both from the library.

import { CountersignError, type Clock } from 'countersign';
import type { AccountStore, OneTimeStore, ThrottleStore } from 'countersign/accounts';

/** As the library waits for a session store: longer than a person does. */
const BOUND_MS = 2_000;

/** The answer of an operation, or a rejection when it takes longer than a store may. */
export function withinTime<T>(clock: Clock, operation: () => T | Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const cancel = clock.after(
      BOUND_MS,
      () => reject(new Error(`No answer within ${BOUND_MS / 1_000} seconds`)),
      { keepsProcess: true },
    );
    Promise.resolve().then(operation).then(resolve, reject).finally(cancel);
  });
}

type Guard = <T>(verb: () => T | Promise<T>) => Promise<T>;

/** What a failing or hanging store throws, as what it is for a visitor: a 503. */
function guardFor(clock: Clock, what: string): Guard {
  return async (verb) => {
    try {
      return await withinTime(clock, verb);
    } catch (cause) {
      if (cause instanceof CountersignError) throw cause;
      throw new CountersignError('store-unavailable', `The ${what} failed.`, { cause });
    }
  };
}

export function boundAccounts(store: AccountStore, clock: Clock): AccountStore {
  const guard = guardFor(clock, 'account store');
  return {
    create: (row) => guard(() => store.create(row)),
    findById: (userId) => guard(() => store.findById(userId)),
    findByKey: (key) => guard(() => store.findByKey(key)),
    replace: (row) => guard(() => store.replace(row)),
    addActivity: (userId, activity, options) =>
      guard(() => store.addActivity(userId, activity, options)),
    listActivity: (userId, limit) => guard(() => store.listActivity(userId, limit)),
    forgetActivity: (userId) => guard(() => store.forgetActivity(userId)),
    close: () => store.close(),
  };
}

export function boundOneTime(store: OneTimeStore, clock: Clock): OneTimeStore {
  const guard = guardFor(clock, 'store of one-time records');
  return {
    put: (record, options) => guard(() => store.put(record, options)),
    read: (kind, hash, now) => guard(() => store.read(kind, hash, now)),
    take: (kind, hash, now) => guard(() => store.take(kind, hash, now)),
    removeAbout: (subject, options) => guard(() => store.removeAbout(subject, options)),
    sweep: (now, limit) => guard(() => store.sweep(now, limit)),
    close: () => store.close(),
  };
}

export function boundThrottle(store: ThrottleStore, clock: Clock): ThrottleStore {
  const guard = guardFor(clock, 'throttle store');
  return {
    count: (counters, now) => guard(() => store.count(counters, now)),
    settle: (counted, outcome) => guard(() => store.settle(counted, outcome)),
    forget: (keys) => guard(() => store.forget(keys)),
    sweep: (now, limit) => guard(() => store.sweep(now, limit)),
    close: () => store.close(),
  };
}
