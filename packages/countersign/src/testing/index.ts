// `countersign/testing`: what tests of an application, or of a store written elsewhere, need.

export { describeAccountStore } from './account-store-suite.js';
export type { AccountStoreSubject } from './account-store/account-case.js';
export { createFakeClock, type FakeClock } from './fake-clock.js';
export { describeOneTimeStore } from './one-time-store-suite.js';
export type { OneTimeStoreSubject } from './one-time-store/one-time-case.js';
export { describeSessionStore, type TestRunner } from './session-store-suite.js';
export type { SessionStoreSubject } from './session-store/store-case.js';
export { describeThrottleStore } from './throttle-store-suite.js';
export type { ThrottleStoreSubject } from './throttle-store/throttle-case.js';
