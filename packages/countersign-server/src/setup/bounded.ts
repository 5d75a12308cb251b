// Bounds on waiting for an account store, and words for its failures. Sessions have both from the library.

import { CountersignError, type Clock } from 'countersign';
import type { AccountStore } from 'countersign/accounts';

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

/** What a failing or hanging account store throws, as what it is for a visitor: a 503. */
export function boundAccounts(store: AccountStore, clock: Clock): AccountStore {
  const guard = async <T>(verb: () => T | Promise<T>): Promise<T> => {
    try {
      return await withinTime(clock, verb);
    } catch (cause) {
      if (cause instanceof CountersignError) throw cause;
      throw new CountersignError('store-unavailable', 'The account store failed.', { cause });
    }
  };
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
