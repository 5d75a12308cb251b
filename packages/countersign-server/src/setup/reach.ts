// Waiting at start for a server that is starting itself, for a bounded time. What waiting does not help
// against is told at once.

import { CountersignError, type Clock } from 'countersign';

import { Mistake } from '../mistake.js';
import type { Opening } from './opened.js';
import { symptomsOf, type Trouble } from './trouble.js';

export interface Reaching extends Opening {
  /** What is to be reached, such as `PostgreSQL at db.example:5432`. */
  readonly place: string;
  /** `undefined` for what is not known. */
  readonly explain: (error: unknown) => Trouble | undefined;
}

const BETWEEN_MS = 500;

/**
 * Tries until it works.
 * @throws Mistake with what is wrong and the remedy
 * @throws CountersignError what the library says in its own words
 */
export async function reach<T>(attempt: () => Promise<T>, reaching: Reaching): Promise<T> {
  const { place, explain, patience, clock, say } = reaching;
  const start = clock.now();
  for (let tries = 1; ; tries += 1) {
    try {
      return await attempt();
    } catch (cause) {
      const { reason, remedy, isPassing } = explain(cause) ?? unknownTrouble(cause);
      const waited = clock.now() - start;
      if (!isPassing || waited + BETWEEN_MS > patience) {
        const since = tries === 1 ? '' : `, for ${inSeconds(waited)} now`;
        throw new Mistake(`${place} cannot be used: ${reason}${since}.\n${remedy}`, {
          exitCode: 1,
          cause,
        });
      }
      if (tries === 1) say(`${place}: ${reason}. Waiting for up to ${inSeconds(patience)} …`);
      await pause(clock);
    }
  }
}

function unknownTrouble(cause: unknown): Trouble {
  if (cause instanceof CountersignError && cause.code === 'configuration') throw cause;
  return {
    reason: symptomsOf(cause).at(-1)?.message ?? '',
    remedy: 'Look into the log of that server.',
    isPassing: false,
  };
}

function pause(clock: Clock): Promise<void> {
  return new Promise((resolve) => {
    clock.after(BETWEEN_MS, resolve, { keepsProcess: true });
  });
}

function inSeconds(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1_000);
  return seconds === 1 ? 'a second' : `${seconds} seconds`;
}
