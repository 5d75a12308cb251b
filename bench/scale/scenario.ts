// One run of the simulation with what may differ from the assumptions, and its figures for the whole site:
// counts a second, and entries of one near-cache.

import { ASKED, ASSUMED, DEFAULTS } from './constants.js';
import type { Routing } from './fleet.js';
import { COUNTED, Simulation, type Counters } from './simulation.js';
import { sampleUsers } from './users.js';

export interface Scenario {
  readonly name: string;
  readonly routing: Routing;
  readonly processes?: number;
  readonly maxEntries?: number;
  /** In seconds. */
  readonly touch?: number;
  readonly zipf?: number;
  readonly pagesPerVisit?: number;
  readonly announceRenewals?: boolean;
}

/** All of them a second, over the whole site; `entries` of one process. */
export interface Figures extends Counters {
  readonly hitRatio: number;
  readonly entries: number;
  readonly processes: number;
}

const SEED = 2_026;
const WARMING_SECONDS = 1_800;
const MEASURED_SECONDS = 1_800;

/** A simulation at its second 0, with one of `oneIn` users in it and near-caches scaled down alike. */
export function createSimulation(scenario: Scenario, oneIn: number): Simulation {
  const { routing, announceRenewals = true } = scenario;
  const users = sampleUsers({
    ...ASKED,
    devices: ASSUMED.devices,
    zipf: scenario.zipf ?? ASSUMED.zipf,
    busiest: ASSUMED.busiest,
    oneIn,
  });
  return new Simulation({
    users,
    seed: SEED,
    habits: { ...ASSUMED, pagesPerVisit: scenario.pagesPerVisit ?? ASSUMED.pagesPerVisit },
    rules: { ...DEFAULTS, touch: scenario.touch ?? DEFAULTS.touch, announceRenewals },
    fleet: {
      routing,
      processes: scenario.processes ?? ASSUMED.processes,
      maxEntries: (scenario.maxEntries ?? DEFAULTS.maxEntries) / oneIn,
    },
  });
}

/** The figures of an ordinary half hour, after one that warms up. */
export function runSteady(scenario: Scenario, oneIn: number): Figures {
  const simulation = createSimulation(scenario, oneIn);
  simulation.run(WARMING_SECONDS);
  return figuresOver(simulation, WARMING_SECONDS + MEASURED_SECONDS, oneIn);
}

/** Runs on until that second, and gives the figures of the time between. */
export function figuresOver(simulation: Simulation, until: number, oneIn: number): Figures {
  const before = { ...simulation.counters };
  const seconds = until - simulation.now;
  simulation.run(until);
  const after = simulation.counters;
  const rates = { ...after };
  for (const name of COUNTED) rates[name] = ((after[name] - before[name]) * oneIn) / seconds;
  const entries = simulation.fleet.live.reduce((sum, process) => sum + process.entries, 0);
  return {
    ...rates,
    hitRatio: rates.hits / rates.checks,
    entries: (entries * oneIn) / simulation.fleet.size,
    processes: simulation.fleet.size,
  };
}

/** The same site without near-caches: each check reads, and nobody listens. */
export function withoutCaches(figures: Figures): Figures {
  const { checks, hits, reads } = figures;
  return {
    ...figures,
    hits: 0,
    reads: reads + hits,
    hitRatio: 0,
    announcements: 0,
    entries: 0,
    checks,
  };
}
