// How often a check asks the server for something, by the server's own count: commands that Redis ran,
// transactions that PostgreSQL ended. Nothing else may be asked meanwhile.

import pg from 'pg';
import { createClient } from 'redis';

import { prepareChecks } from './check-pairs.js';
import type { RemoteClient, Service } from './client.js';

const CHECKS = 1_000;

/**
 * Requests to the server for one check: what a run with checks needs more than one without any. Ended
 * connections have told PostgreSQL all their counts.
 */
export async function countRoundTrips(client: RemoteClient, url: string): Promise<number> {
  const { service } = client;
  const runWith = async (checks: number): Promise<number> => {
    const before = await countOf(service, url);
    const remote = await client.open(url);
    const bench = await prepareChecks(remote);
    await bench.runChecks(checks);
    await remote.close();
    return (await countOf(service, url)) - before;
  };
  // The first one also sets up what is missing on the server.
  await runWith(0);
  const without = await runWith(0);
  return ((await runWith(CHECKS)) - without) / CHECKS;
}

function countOf(service: Service, url: string): Promise<number> {
  return service === 'redis' ? countCommands(url) : countTransactions(url);
}

/** Those of scripts too: so that signing in runs as many of them each time, nobody is signed in before. */
async function countCommands(url: string): Promise<number> {
  const client = createClient({ url });
  await client.connect();
  await client.flushAll();
  const stats = await client.info('commandstats');
  client.destroy();
  const counts = stats.matchAll(/^cmdstat_[^:]+:calls=(\d+)/gm);
  return [...counts].reduce((sum, [, calls]) => sum + Number(calls), 0);
}

/** From another database, whose own transactions are not counted. */
async function countTransactions(url: string): Promise<number> {
  const client = new pg.Client({ connectionString: url.replace(/[^/]*$/, 'template1') });
  await client.connect();
  const { rows } = await client.query<{ count: string }>(
    `SELECT xact_commit + xact_rollback AS count FROM pg_stat_database WHERE datname = 'postgres'`,
  );
  await client.end();
  return Number(rows[0]?.count);
}
