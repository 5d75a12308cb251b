// Redis and PostgreSQL behind a server. With a near-cache: a whole request beside the memory store. Without:
// how often a check asks the server, a read of the store beside a bare command of the same client, and a
// whole request beside the same server by hand with that command. Exit code 1 when a bar is missed. Run it
// with `npm run bench -- remote`.

import { printComparison, printHeading, type Pair } from './measure/report.js';
import { prepareChecks } from './remote/check-pairs.js';
import { REMOTE_CLIENTS, type RemoteClient } from './remote/client.js';
import { countRoundTrips } from './remote/round-trips.js';
import { runServerPairs, type Entrant } from './request/server-pairs.js';
import { startServices } from './services/services.js';

const STARTS = 3;
const NEAR_BAR = 1.15;
const CHECK_PAIRS = 101;
const CHECKS = 2_000;
const READ_BAR = 1.3;
const REQUEST_BAR = 1.3;

const services = await startServices();
const urlOf = ({ service }: RemoteClient): string => services[service].url;
const kept: boolean[] = [];

console.log('How often one check asks the server, without a near-cache');
for (const client of REMOTE_CLIENTS) {
  const trips = await countRoundTrips(client, urlOf(client));
  // What a store does by timer comes on top, a few times in a thousand checks.
  const isKept = trips >= 1 && trips < 1.005;
  kept.push(isKept);
  console.log(`${client.name.padEnd(24)}${trips.toFixed(3)}  ${isKept ? 'kept' : 'MISSED'}`);
}

console.log('');
printHeading(`node ${process.version}: CPU time beside a bare command, one at a time`);
for (const client of REMOTE_CLIENTS) {
  const remote = await client.open(urlOf(client));
  const bench = await prepareChecks(remote);
  const load = { pairs: CHECK_PAIRS, operations: CHECKS, atOnce: 1 };
  const read = { title: `${client.name}: read`, pairs: await bench.runPairs('read', load) };
  kept.push(printComparison({ ...read, unit: 'µs', bar: READ_BAR }));
  // Of the check in a loop nothing is promised: beside a request the command is not as cheap.
  const check = { title: `${client.name}: check`, pairs: await bench.runPairs('check', load) };
  printComparison({ ...check, unit: 'µs' });
  await remote.close();
}

console.log('');
printHeading('CPU time of a server for one request: with a near-cache, beside the memory store');
for (const client of REMOTE_CLIENTS) {
  const place = urlOf(client);
  const near = { name: `${client.name}-near`, place };
  const pairs = await runStarts(near, { name: 'memory-ours', place });
  kept.push(printComparison({ title: client.name, unit: 'µs', pairs, bar: NEAR_BAR }));
}

console.log('');
printHeading(
  'CPU time of a server for one request: without, beside a check by hand with a bare command',
);
for (const client of REMOTE_CLIENTS) {
  const place = urlOf(client);
  const ours = { name: `${client.name}-ours`, place };
  const pairs = await runStarts(ours, { name: `${client.name}-floor`, place });
  kept.push(printComparison({ title: client.name, unit: 'µs', pairs, bar: REQUEST_BAR }));
}
await services.stop();
process.exitCode = kept.every(Boolean) ? 0 : 1;

async function runStarts(ours: Entrant, floor: Entrant): Promise<readonly Pair[]> {
  const pairs: Pair[] = [];
  for (let start = 0; start < STARTS; start += 1)
    pairs.push(...(await runServerPairs(ours, floor)));
  return pairs;
}
