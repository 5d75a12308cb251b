// A whole authenticated request through `node:http`: the CPU time of a server with Countersign beside that
// of the same server with a check by hand, each in a process of its own, under the same load in turn.
// Exit code 1 when a bar is missed. Run it with `npm run bench -- request`.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { printComparison, printHeading, type Pair } from './measure/report.js';
import { runServerPairs } from './request/server-pairs.js';

const STARTS = 5;
const BAR = 1.15;

printHeading(`node ${process.version}: CPU time of a server for one authenticated request`);
let missed = 0;
for (const store of ['memory', 'sqlite']) {
  const pairs: Pair[] = [];
  for (let start = 0; start < STARTS; start += 1) {
    const place = mkdtempSync(join(tmpdir(), 'countersign-bench-'));
    const [ours, floor] = [`${store}-ours`, `${store}-floor`];
    pairs.push(...(await runServerPairs({ name: ours, place }, { name: floor, place })));
    rmSync(place, { recursive: true });
  }
  if (!printComparison({ title: store, unit: 'µs', pairs, bar: BAR })) missed += 1;
}
process.exitCode = missed === 0 ? 0 : 1;
