// How long other nodes go on accepting a session that has ended, when their networks are in order, slow,
// cut, and silent: one row for each store that is on a server.

import { findLateAcceptances, raceEnding, type Contender, type Network } from 'countersign-races';

import { writeDelays } from './delays.js';
import type { Cell, Row } from './table.js';

interface Condition {
  readonly name: string;
  readonly trials: number;
  readonly disturb: (network: Network) => void;
}

const CONDITIONS: readonly Condition[] = [
  { name: 'in order', trials: 50, disturb: () => undefined },
  { name: '100 ms slower', trials: 10, disturb: (network) => network.delay(100) },
  { name: 'cut', trials: 5, disturb: (network) => network.cut() },
  { name: 'silent', trials: 5, disturb: (network) => network.blackHole() },
];

export const CONDITION_COLUMNS: readonly string[] = CONDITIONS.map(({ name }) => name);

/** Longer than a check waits for a store that does not answer. */
const PATIENCE_MS = 5_000;

export async function runEndings(contender: Contender): Promise<Row> {
  const cells: Cell[] = [];
  for (const { trials, disturb } of CONDITIONS) {
    const application = await contender.start({ nodes: 3 });
    try {
      const patience = contender.bound + PATIENCE_MS;
      const figures = await raceEnding(application, { trials, lanes: 3, patience, disturb });
      const late = findLateAcceptances(figures.history, contender.bound);
      cells.push({
        text: writeDelays(figures.delays),
        isKept: figures.neverRefused === 0 && late.length === 0,
      });
    } finally {
      await application.stop();
    }
  }
  return {
    name: contender.name,
    cells: cells.map(({ text }) => text),
    isKept: cells.every(({ isKept }) => isKept),
  };
}
