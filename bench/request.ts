// A whole authenticated request through `node:http`: the CPU time of a server with Countersign beside that
// of the same server with a check by hand, each in a process of its own, under the same load in turn.
// Exit code 1 when a bar is missed. Run it with `npm run bench -- request`.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { printComparison, printHeading, type Pair } from './measure/report.js';
import { RunningServer } from './request/running-server.js';

/** Equal processes are unequally fast, by some hundredths: so there are several of each. */
const STARTS = 5;
const PAIRS = 40;
/** Few, so that whatever else the machine does falls on both of a pair. */
const REQUESTS = 400;
const WARMING = 15_000;
const BAR = 1.15;

async function runPairs(store: string): Promise<readonly Pair[]> {
  const directory = mkdtempSync(join(tmpdir(), 'countersign-bench-'));
  const ours = await RunningServer.start(`${store}-ours`, directory);
  const floor = await RunningServer.start(`${store}-floor`, directory);
  await ours.run(WARMING);
  await floor.run(WARMING);
  const pairs: Pair[] = [];
  for (let pair = 0; pair < PAIRS; pair += 1) {
    if (pair % 2 === 0) {
      pairs.push({ ours: await ours.run(REQUESTS), floor: await floor.run(REQUESTS) });
    } else {
      const second = await floor.run(REQUESTS);
      pairs.push({ ours: await ours.run(REQUESTS), floor: second });
    }
  }
  await Promise.all([ours.stop(), floor.stop()]);
  rmSync(directory, { recursive: true });
  return pairs;
}

printHeading(`node ${process.version}: CPU time of a server for one authenticated request`);
let missed = 0;
for (const store of ['memory', 'sqlite']) {
  const pairs: Pair[] = [];
  for (let start = 0; start < STARTS; start += 1) pairs.push(...(await runPairs(store)));
  if (!printComparison({ title: store, unit: 'µs', pairs, bar: BAR })) missed += 1;
}
process.exitCode = missed === 0 ? 0 : 1;
