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
    create: (account) => guard(() => store.create(account)),
    findByName: (name) => guard(() => store.findByName(name)),
    findById: (userId) => guard(() => store.findById(userId)),
    setPassword: (userId, to, condition) => guard(() => store.setPassword(userId, to, condition)),
    setStatus: (userId, status) => guard(() => store.setStatus(userId, status)),
    close: () => store.close(),
  };
}
