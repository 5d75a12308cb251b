// Two servers in processes of their own, under the same load in turn, and this several times over with new
// processes: equal ones are unequally fast, by some hundredths, for as long as they live.

import type { Pair } from '../measure/report.js';
import { RunningServer } from './running-server.js';

const PAIRS = 40;
/** Few, so that whatever else the machine does falls on both of a pair. */
const REQUESTS = 400;
const WARMING = 15_000;

/** A contender by its name, and the directory or the database that it is given. */
export interface Entrant {
  readonly name: string;
  readonly place: string;
}

/** Microseconds of the servers' CPU time for one request. */
export async function runServerPairs(ours: Entrant, floor: Entrant): Promise<readonly Pair[]> {
  const first = await RunningServer.start(ours.name, ours.place);
  const second = await RunningServer.start(floor.name, floor.place);
  await first.run(WARMING);
  await second.run(WARMING);
  const pairs: Pair[] = [];
  for (let pair = 0; pair < PAIRS; pair += 1) {
    if (pair % 2 === 0) {
      pairs.push({ ours: await first.run(REQUESTS), floor: await second.run(REQUESTS) });
    } else {
      const before = await second.run(REQUESTS);
      pairs.push({ ours: await first.run(REQUESTS), floor: before });
    }
  }
  await Promise.all([first.stop(), second.stop()]);
  return pairs;
}
