// 100 million sessions and a million checks a second, simulated: what near-caches save, what the store has
// to do, what announcements cost, and what to buy. Nothing is timed here; the same figures come out of
// every run. The page that explains them is docs/design/scale.md. Run it with `npm run bench -- scale`.

import { memoryFor, postgresCores, redisBudget } from './scale/budget.js';
import { ASKED, ASSUMED, DEFAULTS } from './scale/constants.js';
import { runChanges } from './scale/fleet-changes.js';
import {
  FIGURE_COLUMNS,
  PHASE_COLUMNS,
  POSTGRES_COLUMNS,
  printFigures,
  printPhase,
  printPostgresCores,
  printRedisBudget,
  printTitle,
  REDIS_COLUMNS,
} from './scale/report.js';
import { runSteady, withoutCaches, type Figures, type Scenario } from './scale/scenario.js';

/** One of so many users is simulated; a larger sample shows whether that was enough. */
const ONE_IN = 1_000;
const LARGER_SAMPLE = 250;
/** How far the two may differ, as a share. */
const AGREEMENT = 0.03;
/** Parts that the site may be divided into, each with its own processes and Redis Cluster. */
const CELLS = 10;

const STICKY: Scenario = { name: 'sticky', routing: 'sticky' };
const ANY: Scenario = { name: 'any process', routing: 'any' };
const LONG_TOUCH: Scenario = { ...STICKY, name: 'sticky, touch 15 min', touch: 900 };
/** The processes of a cell, and the same of all other cells put into one: so each holds ten times as much. */
const ANY_OF_CELL: Scenario = {
  ...ANY,
  name: 'any of 25, 1,000,000 entries',
  processes: ASSUMED.processes / CELLS,
  maxEntries: DEFAULTS.maxEntries * CELLS,
};
const UNTOLD: Scenario = { ...STICKY, name: 'sticky, renewals not told', announceRenewals: false };
const FEW: Scenario = { ...ANY, name: 'any of 25', processes: 25 };

const VARIANTS: readonly Scenario[] = [
  STICKY,
  ANY,
  { ...STICKY, name: 'sticky, touch 5 min', touch: 300 },
  LONG_TOUCH,
  { ...ANY, name: 'any process, 1,000,000 entries', maxEntries: 1_000_000 },
  { ...ANY, name: 'the same, touch 15 min', maxEntries: 1_000_000, touch: 900 },
  FEW,
  ANY_OF_CELL,
  { ...FEW, name: 'the same, touch 15 min', maxEntries: 1_000_000, touch: 900 },
  { ...STICKY, name: 'sticky, 1,000 processes', processes: 1_000 },
  { ...STICKY, name: 'sticky, 20,000 entries at most', maxEntries: 20_000 },
  { ...STICKY, name: 'sticky, Zipf 0.8', zipf: 0.8 },
  { ...STICKY, name: 'sticky, Zipf 1.2', zipf: 1.2 },
  { ...STICKY, name: 'sticky, visits of 3 pages', pagesPerVisit: 3 },
  { ...STICKY, name: 'sticky, visits of 30 pages', pagesPerVisit: 30 },
  UNTOLD,
];

function isNear(one: Figures, other: Figures): boolean {
  const names = ['hits', 'reads', 'touches', 'renewals', 'patches', 'announcements'] as const;
  return names.every(
    (name) => Math.abs(one[name] - other[name]) <= AGREEMENT * Math.max(one[name], other[name]),
  );
}

const steady = new Map<Scenario, Figures>();
function figuresOf(scenario: Scenario): Figures {
  const figures = steady.get(scenario) ?? runSteady(scenario, ONE_IN);
  steady.set(scenario, figures);
  return figures;
}

console.log(
  `${ASKED.sessions / 1e6} million sessions, ${ASKED.checksPerSecond / 1e6} million checks a second, ` +
    `${ASSUMED.processes} processes; all counts a second`,
);
printTitle('two samples', FIGURE_COLUMNS);
let areSamplesNear = true;
for (const scenario of [STICKY, ANY]) {
  const larger = runSteady(scenario, LARGER_SAMPLE);
  printFigures(`${scenario.name}, one user in ${ONE_IN}`, figuresOf(scenario));
  printFigures(`${scenario.name}, one user in ${LARGER_SAMPLE}`, larger);
  areSamplesNear &&= isNear(figuresOf(scenario), larger);
}
console.log(areSamplesNear ? 'They agree.' : `They differ by more than ${AGREEMENT * 100} %.`);

printTitle('an ordinary half hour', FIGURE_COLUMNS);
for (const scenario of VARIANTS) printFigures(scenario.name, figuresOf(scenario));

printTitle('coming and going, 10 min each', PHASE_COLUMNS);
for (const scenario of [STICKY, ANY]) {
  for (const phase of runChanges(scenario, ONE_IN)) {
    printPhase(`${scenario.name}: ${phase.name}`, phase);
  }
}

printTitle('on Redis', REDIS_COLUMNS);
for (const scenario of [STICKY, ANY, LONG_TOUCH, UNTOLD]) {
  printRedisBudget(scenario.name, redisBudget(figuresOf(scenario), { cells: 1 }));
}
for (const scenario of [STICKY, LONG_TOUCH, UNTOLD]) {
  const budget = redisBudget(figuresOf(scenario), { cells: CELLS });
  printRedisBudget(`${scenario.name}, ${CELLS} cells`, budget);
}
printRedisBudget(
  `any process of a cell, ${CELLS} cells`,
  redisBudget(figuresOf(ANY_OF_CELL), { cells: 1 }),
);
printRedisBudget('no near-cache', redisBudget(withoutCaches(figuresOf(ANY)), { cells: 1 }));

printTitle('cores of one PostgreSQL, for a part of the site', POSTGRES_COLUMNS);
for (const share of [1, 4, 20]) {
  const cores = postgresCores(figuresOf(STICKY), { part: 1 / share });
  printPostgresCores(`sticky, 1 / ${share}`, cores);
}
const memory = memoryFor(figuresOf(STICKY));
console.log(
  `\nMemory: ${memory.redis.toFixed(0)} GB in Redis or ${memory.postgres.toFixed(0)} GB in PostgreSQL, ` +
    `without replicas; ${memory.cache.toFixed(0)} MB in the near-cache of each process (sticky)`,
);
process.exitCode = areSamplesNear ? 0 : 1;
