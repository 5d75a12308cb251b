// One row of the table: every race of one contender, on as many nodes as it can have.

import {
  raceCopies,
  raceEnding,
  raceEndOthers,
  raceIncrements,
  raceKeys,
  raceRenewal,
  raceSignOut,
  raceStampede,
  type Ability,
  type Application,
  type Contender,
} from 'countersign-races';

import { writeDelays } from './delays.js';

export const COLUMNS: readonly string[] = [
  'nodes',
  'parallel writes kept',
  'parallel increments counted',
  'sign-outs undone by a slow write',
  'sign-ins that outlive “end all others”',
  'honest requests refused by renewal',
  'copied cookies that go on working',
  'accepted elsewhere after sign-out, p50 / p99 / max',
  'offers, promotions in a renewal stampede',
];

export interface Row {
  readonly name: string;
  readonly cells: readonly string[];
  /** Whether every figure is what Countersign promises. */
  readonly isKept: boolean;
}

export interface Cell {
  readonly text: string;
  readonly isKept: boolean;
}

interface Race {
  readonly needs?: Ability;
  readonly run: (application: Application, bound: number) => Promise<Cell>;
}

const WRITERS = 20;
const CROWD = 60;
const PATIENCE_MS = 2_000;

const RACES: readonly Race[] = [
  {
    run: async (application) => {
      const { kept, done } = await raceKeys(application, WRITERS);
      return { text: `${kept} of ${WRITERS}`, isKept: kept === WRITERS && done === WRITERS };
    },
  },
  {
    run: async (application) => {
      const { kept, done } = await raceIncrements(application, WRITERS);
      return { text: `${kept} of ${WRITERS}`, isKept: kept === WRITERS && done === WRITERS };
    },
  },
  {
    run: async (application) => {
      const { revived, revivedForLong, trials } = await raceSignOut(application, 10);
      const text = share(revived, trials) + forHowLong(revived, revivedForLong);
      return { text, isKept: revived === 0 };
    },
  },
  {
    needs: 'end others',
    run: async (application) => {
      const rounds = 12;
      const options = { rounds, signIns: 5 };
      const figures = await raceEndOthers(application, options);
      const { survived, survivedForLong, begun, askerLost } = figures;
      const text = share(survived, begun) + forHowLong(survived, survivedForLong);
      return { text, isKept: survived === 0 && askerLost === 0 };
    },
  },
  {
    run: async (application) => {
      const options = { seed: 2, bursts: 6, parallel: 100 };
      const { requests, refused } = await raceRenewal(application, options);
      return { text: share(refused, requests), isKept: refused === 0 };
    },
  },
  {
    run: async (application) => {
      const { kept, copies } = await raceCopies(application);
      return { text: share(kept, copies), isKept: kept === 0 };
    },
  },
  { run: raceEndings },
  {
    needs: 'renewal',
    run: async (application) => {
      const { offers, promotions, refused } = await raceStampede(application, CROWD);
      const isKept = offers === 1 && promotions === 1 && refused === 0;
      return { text: `${offers}, ${promotions}`, isKept };
    },
  },
];

async function raceEndings(application: Application, bound: number): Promise<Cell> {
  const options = { lanes: 3, patience: PATIENCE_MS };
  const first = await raceEnding(application, { ...options, trials: 2 });
  if (first.neverRefused > 0) {
    const { acceptedForLong } = first;
    const text = acceptedForLong > 0 ? 'over 10 minutes' : `over ${PATIENCE_MS / 1_000} s`;
    return { text, isKept: false };
  }
  const { delays, neverRefused } = await raceEnding(application, { ...options, trials: 30 });
  const isKept = neverRefused === 0 && Math.max(...delays) <= bound;
  return { text: writeDelays(delays), isKept };
}

function share(count: number, all: number): string {
  return count === 0 ? '0' : `${count} of ${all}`;
}

/** Of what should not be there at all: whether it is gone ten minutes later. */
function forHowLong(count: number, later: number): string {
  if (count === 0 || later === count) return '';
  return later === 0 ? ', for minutes' : `, ${later} for long`;
}

export async function runRaces(contender: Contender): Promise<Row> {
  const cells: Cell[] = [{ text: `${contender.mostNodes}`, isKept: true }];
  for (const { needs, run } of RACES) {
    const lack = needs === undefined ? undefined : contender.lacks[needs];
    if (lack === undefined) {
      const application = await contender.start({ nodes: contender.mostNodes });
      try {
        cells.push(await run(application, contender.bound));
      } finally {
        await application.stop();
      }
    } else {
      cells.push({ text: `n/a: ${lack}`, isKept: true });
    }
  }
  return {
    name: contender.name,
    cells: cells.map(({ text }) => text),
    isKept: cells.every(({ isKept }) => isKept),
  };
}
