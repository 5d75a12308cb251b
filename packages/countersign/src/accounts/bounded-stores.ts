// The stores of accounts, of one-time records and of throttle counters with their waiting bounded and their
// failures named: `store-unavailable`, with the driver's error as its cause. Sessions have one of their own.

import type { Clock } from '../clock.js';
import { parseDuration, type Duration } from '../duration.js';
import {
  bounded,
  boundedOrTakenBack,
  patienceWith,
  type Awaitable,
  type Patience,
} from '../waiting.js';
import type { AccountStore } from './account-store.js';
import type { OneTimeStore } from './one-time-store.js';
import type { ThrottleStore } from './throttle-store.js';

/** As long as the policy of the sessions has it. */
const STANDARD: Duration = '2s';

/** For the options of this name. */
export interface StoreWaiting {
  readonly clock: Clock;
  readonly storeTimeout: Duration | undefined;
}

type Guard = <T>(verb: () => Awaitable<T>) => Awaitable<T>;

function guardFor(store: string, waiting: StoreWaiting): Guard {
  const patience = patienceFor(store, waiting);
  return (verb) => bounded(verb, patience);
}

/** @throws CountersignError `configuration` for a `storeTimeout` that is no duration */
export function patienceFor(
  store: string,
  { clock, storeTimeout = STANDARD }: StoreWaiting,
): Patience {
  return patienceWith(store, parseDuration(storeTimeout, 'storeTimeout'), clock);
}

export function boundAccountStore(store: AccountStore, waiting: StoreWaiting): AccountStore {
  const guard = guardFor('account store', waiting);
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

export function boundOneTimeStore(store: OneTimeStore, waiting: StoreWaiting): OneTimeStore {
  const guard = guardFor('one-time store', waiting);
  return {
    put: (record, options) => guard(() => store.put(record, options)),
    read: (kind, hash, now) => guard(() => store.read(kind, hash, now)),
    take: (kind, hash, now) => guard(() => store.take(kind, hash, now)),
    removeAbout: (subject, options) => guard(() => store.removeAbout(subject, options)),
    sweep: (now, limit) => guard(() => store.sweep(now, limit)),
    close: () => store.close(),
  };
}

export function boundThrottleStore(store: ThrottleStore, waiting: StoreWaiting): ThrottleStore {
  const patience = patienceFor('throttle store', waiting);
  const guard: Guard = (verb) => bounded(verb, patience);
  return {
    // Nobody judges what was counted late.
    count: (counters, now) =>
      boundedOrTakenBack(
        () => store.count(counters, now),
        patience,
        (late) => (late.ok ? store.settle(late.counted, 'withdrawn') : undefined),
      ),
    settle: (counted, outcome) => guard(() => store.settle(counted, outcome)),
    forget: (keys) => guard(() => store.forget(keys)),
    sweep: (now, limit) => guard(() => store.sweep(now, limit)),
    close: () => store.close(),
  };
}
