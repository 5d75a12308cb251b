// Runs the model: draws commands, plays them in a world, and asks the invariants at every step.
// Let pass on purpose: a late response of an older session in a browser that has signed in or
// authenticated again since (exchange.ts), writes that overlap a re-authentication (sign-in-step.ts),
// and an idle ending in the moment before "last seen" is stored (known-session.ts).

import * as fc from 'fast-check';

import { anyCircumstances, anyCommands, type SubjectName } from './arbitraries.js';
import { visit, type Command, type VisitOptions } from './commands.js';
import { openGate, scheduledGate, type Gate } from './gate.js';
import type { Tally } from './ledger.js';
import { assertNoSecretStored, assertStoreInvariants } from './store-invariants.js';
import { HOUR } from './times.js';
import { Violation } from './violation.js';
import { World, type Plant, type WorldOptions } from './world.js';

export interface ModelRun {
  /** `at once`: the store answers at once. `racing`: a scheduler decides which verb comes next. */
  readonly store: 'at once' | 'racing';
  readonly seed: number;
  readonly runs: number;
  /** With a near-cache in front of the store on each node. */
  readonly cached?: true;
  /** What all runs are about; each about one of several subjects when left out. */
  readonly subject?: SubjectName;
  readonly plant?: Plant;
  /** Counts what the runs got into. */
  readonly tally?: Tally;
}

/** Rejects with the smallest run that breaks a promise; its message has the seed and the path. */
export async function runModel(run: ModelRun): Promise<void> {
  await fc.assert(propertyOf(run), { seed: run.seed, numRuns: run.runs });
}

export interface Finding {
  readonly violation: Violation;
  /** How many runs it took. */
  readonly runs: number;
}

/** The first promise that breaks, or `undefined` when none does. Anything else that fails is thrown. */
export async function findViolation(run: ModelRun): Promise<Finding | undefined> {
  const parameters = { seed: run.seed, numRuns: run.runs, endOnFailure: true };
  const { failed, errorInstance, numRuns } = await fc.check(propertyOf(run), parameters);
  if (!failed) return undefined;
  if (errorInstance instanceof Violation) return { violation: errorInstance, runs: numRuns };
  throw errorInstance;
}

function propertyOf({ store, cached, subject, plant = {}, tally = new Map() }: ModelRun) {
  const gate: fc.Arbitrary<() => Gate> =
    store === 'at once'
      ? fc.constant(openGate)
      : fc.scheduler().map((scheduler) => () => scheduledGate(scheduler));
  return fc.asyncProperty(
    anyCommands(subject),
    anyCircumstances,
    gate,
    (commands, circumstances, openedGate) =>
      play(commands, {
        gate: openedGate(),
        circumstances,
        cached: cached === true,
        plant,
        tally,
      }),
  );
}

async function play(commands: Iterable<Command>, options: WorldOptions): Promise<void> {
  const world = new World(options);
  for (const which of [0, 1]) await visit(signInOn(which)).run(world.ledger, world);
  await world.settle();
  await fc.asyncModelRun(() => ({ model: world.ledger, real: world }), commands);
  // Whatever is still under way arrives now, and finds what is left.
  await world.wait(HOUR);
  assertStoreInvariants(world);
  assertNoSecretStored(world);
}

/** Both owners begin signed in as the same user, each on a device of their own. */
function signInOn(browser: number): VisitOptions {
  return {
    browser,
    errand: { kind: 'sign in', userId: 'ann', remember: false, ticket: true, set: [] },
    trip: { up: 0, work: 0, down: 0, node: browser, fails: false },
    planted: 'nothing',
    overdue: false,
  };
}
