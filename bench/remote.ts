// Redis and PostgreSQL behind a server: a whole request with a near-cache beside the memory store, and one
// check without a near-cache beside a bare command of the same client, and how often it asks the server.
// Exit code 1 when a bar is missed. Run it with `npm run bench -- remote`.

import { printComparison, printHeading, type Pair } from './measure/report.js';
import { prepareChecks } from './remote/check-pairs.js';
import { REMOTE_CLIENTS, type RemoteClient } from './remote/client.js';
import { countRoundTrips } from './remote/round-trips.js';
import { runServerPairs } from './request/server-pairs.js';
import { startServices } from './services/services.js';

const STARTS = 3;
const NEAR_BAR = 1.15;
const CHECK_PAIRS = 101;
const CHECKS = 2_000;
const CHECK_BAR = 1.3;

const services = await startServices();
const urlOf = ({ service }: RemoteClient): string => services[service].url;
const kept: boolean[] = [];

console.log('How often one check asks the server, without a near-cache');
for (const client of REMOTE_CLIENTS) {
  const trips = await countRoundTrips(client, urlOf(client));
  kept.push(trips === 1);
  console.log(`${client.name.padEnd(24)}${trips.toFixed(3)}  ${trips === 1 ? 'kept' : 'MISSED'}`);
}

console.log('');
printHeading(`node ${process.version}: CPU time beside a bare command, one at a time`);
for (const client of REMOTE_CLIENTS) {
  const remote = await client.open(urlOf(client));
  const bench = await prepareChecks(remote);
  for (const work of ['read', 'check'] as const) {
    const pairs = await bench.runPairs(work, { pairs: CHECK_PAIRS, operations: CHECKS, atOnce: 1 });
    const title = `${client.name}: ${work}`;
    kept.push(printComparison({ title, unit: 'µs', pairs, bar: CHECK_BAR }));
  }
  await remote.close();
}

console.log('');
printHeading('CPU time of a server for one request with a near-cache, and on the memory store');
for (const client of REMOTE_CLIENTS) {
  const pairs: Pair[] = [];
  for (let start = 0; start < STARTS; start += 1) {
    const near = { name: `${client.name}-near`, place: urlOf(client) };
    pairs.push(...(await runServerPairs(near, { name: 'memory-ours', place: '' })));
  }
  kept.push(printComparison({ title: client.name, unit: 'µs', pairs, bar: NEAR_BAR }));
}
await services.stop();
process.exitCode = kept.every(Boolean) ? 0 : 1;
