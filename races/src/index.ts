// Races over HTTP between products that keep sessions: scenarios, and what an application needs to take
// part. Private; the tests of the library and the benchmarks use it.

export { Browser, SITE, type BrowserResponse } from './browser.js';
export type {
  Ability,
  Application,
  ApplicationNode,
  Contender,
  Network,
  RenewalCount,
} from './contender.js';
export { alteredStore, RenewalCounter, visitOfCountersign } from './countersign-parts.js';
export { Gates } from './gates.js';
export {
  findLateAcceptances,
  spreadOf,
  type EndingEntry,
  type History,
  type LateAcceptance,
  type RequestEntry,
  type Spread,
} from './history.js';
export { answer, startServer, type NodeServer } from './node-server.js';
export { createRandom, type Random } from './random.js';
export { settle } from './settle.js';
export { createShiftedClock, type ShiftedClock } from './shifted-clock.js';
export { raceEndOthers, type EndOthersFigures } from './scenarios/end-others.js';
export { raceEnding, type EndingFigures, type EndingOptions } from './scenarios/ending.js';
export {
  raceCopies,
  raceRenewal,
  type CopyFigures,
  type HonestFigures,
} from './scenarios/renewal.js';
export { planRenewal, RENEWAL_TIMES, type ScheduleOptions } from './scenarios/renewal-schedule.js';
export { raceSignOut, type SignOutFigures } from './scenarios/sign-out.js';
export { raceStampede, type StampedeFigures } from './scenarios/stampede.js';
export { raceIncrements, raceKeys, type WriteFigures } from './scenarios/writes.js';
export { visitRoute, type Reply, type Visit } from './visit.js';
