// `countersign/testing`: what tests of an application, or of a store written elsewhere, need.

export { createFakeClock, type FakeClock } from './fake-clock.js';
