// Processes coming and going in one long run: a deployment, more of them and fewer again, some lost at
// once, and every near-cache emptied at once. What each does to the reads that reach the store.

import { createSimulation, figuresOver, type Scenario } from './scenario.js';
import type { Simulation } from './simulation.js';

export interface Phase {
  readonly name: string;
  readonly hitRatio: number;
  /** Reads of the store a second: over the whole phase, and in the worst ten seconds of it. */
  readonly reads: number;
  readonly worstReads: number;
}

const WARMING_SECONDS = 1_800;
const PHASE_SECONDS = 600;
const STEP_SECONDS = 10;

/** What happens to the fleet, in so many equal parts, spread over the phase. */
interface Change {
  readonly name: string;
  readonly parts: (processes: number) => number;
  readonly apply: (simulation: Simulation) => void;
}

const CHANGES: readonly Change[] = [
  { name: 'ordinary', parts: () => 0, apply: () => undefined },
  {
    name: 'deployment: every process replaced in 10 min',
    parts: (processes) => processes,
    apply({ fleet }) {
      fleet.start();
      fleet.stopOldest();
    },
  },
  {
    name: 'a fifth more processes, in 10 min',
    parts: (processes) => processes / 5,
    apply: ({ fleet }) => fleet.start(),
  },
  {
    name: 'and fewer again, in 10 min',
    parts: (processes) => processes / 5,
    apply: ({ fleet }) => fleet.stopOldest(),
  },
  {
    name: 'a tenth of the processes lost at once',
    parts: () => 1,
    apply({ fleet }) {
      for (let lost = Math.round(fleet.size / 10); lost > 0; lost -= 1) fleet.stopOldest();
    },
  },
  { name: 'all near-caches emptied at once', parts: () => 1, apply: ({ fleet }) => fleet.empty() },
];

export function runChanges(scenario: Scenario, oneIn: number): readonly Phase[] {
  const simulation = createSimulation(scenario, oneIn);
  simulation.run(WARMING_SECONDS);
  return CHANGES.map((change) => runPhase(simulation, change, oneIn));
}

function runPhase(simulation: Simulation, change: Change, oneIn: number): Phase {
  const parts = Math.round(change.parts(simulation.fleet.size));
  const steps = PHASE_SECONDS / STEP_SECONDS;
  let done = 0;
  let [checks, hits, reads, worstReads] = [0, 0, 0, 0];
  for (let step = 0; step < steps; step += 1) {
    for (; done * steps < (step + 1) * parts; done += 1) change.apply(simulation);
    const figures = figuresOver(simulation, simulation.now + STEP_SECONDS, oneIn);
    checks += figures.checks;
    hits += figures.hits;
    reads += figures.reads;
    worstReads = Math.max(worstReads, figures.reads);
  }
  return { name: change.name, hitRatio: hits / checks, reads: reads / steps, worstReads };
}
