// A Redis Cluster of three masters, each with a replica, under load, while one master dies or stops and
// its replica takes its place.

import { setTimeout as sleep } from 'node:timers/promises';

import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';

import { redisCommand } from '../services/redis-command.js';
import type { RedisServer } from '../services/redis-server.js';
import {
  LIMIT_MS,
  MAX_STALENESS_MS,
  signedIn,
  startApplication,
  type Application,
} from './application.js';
import { Load, type Outcome } from './load.js';
import { CLUSTER_CLIENTS, startClusterSite, type ClusterSite } from './redis-cluster-site.js';

/** Enough for every master to have some: their homes are spread by a hash. */
const USERS = 9;
const UNDISTURBED_MS = 500;
/** A failure is noticed after a second, and the election takes about as long. */
const FAILOVER_MS = 20_000;
/** How soon everybody is served again, once the replica has taken over. Some clients look every 5 s. */
const RECOVERY_MS = 20_000;
/** How soon a master that comes back knows that it is none any more. */
const NEWS_MS = 10_000;

let site: ClusterSite;
const applications: Application[] = [];
let loads: readonly Load[];
let runs = 0;

beforeAll(async () => {
  site = await startClusterSite({ replicas: 1 });
  for (const client of CLUSTER_CLIENTS) {
    for (const isNear of [false, true]) {
      applications.push(await startApplication(client.driver(site), { isNear }));
    }
  }
});

afterAll(async () => {
  await Promise.all(applications.map((application) => application.close()));
  await site.stop();
  await Promise.all(applications.map((application) => application.disconnect()));
});

beforeEach(async () => {
  runs += 1;
  loads = applications.flatMap((application) =>
    users().map((user) => new Load(application, `${application.name} ${runs} ${user}`)),
  );
  await Promise.all(loads.map((load) => load.start()));
  await sleep(UNDISTURBED_MS);
});

afterEach(() => Promise.all(loads.map((load) => load.stop())));

function users(): readonly string[] {
  return Array.from({ length: USERS }, (_, index) => `user ${index}`);
}

async function aMaster(): Promise<RedisServer> {
  const [master] = await site.cluster.masters();
  if (master === undefined) throw new Error('The Cluster has no master');
  return master;
}

/**
 * Applications do not wait for replication, so the last writes before a failure may be lost.
 * @returns a time by `performance.now()` before which all that was acknowledged has reached the replica
 */
async function replicated({ port }: RedisServer): Promise<number> {
  const time = performance.now();
  const sent = await infoOf(port, 'master_repl_offset');
  await until(
    () => 'the replica is not in step',
    FAILOVER_MS,
    async () => {
      const replicas = await Promise.all(
        site.cluster.ports.map(async (one) =>
          (await infoOf(one, 'master_port')) === String(port)
            ? Number(await infoOf(one, 'slave_repl_offset'))
            : Number.NEGATIVE_INFINITY,
        ),
      );
      return Math.max(...replicas) >= Number(sent);
    },
  );
  return time;
}

async function infoOf(port: number, name: string): Promise<string | undefined> {
  const info = await redisCommand(port, 'INFO replication');
  return new RegExp(`^${name}:(\\S*)`, 'm').exec(info)?.[1];
}

async function becomesReplica({ port }: RedisServer): Promise<void> {
  await until(
    () => 'it still takes itself for a master',
    NEWS_MS,
    async () => (await infoOf(port, 'role')) === 'slave',
  );
}

async function failoverFrom(failed: RedisServer): Promise<void> {
  await until(
    () => 'no replica has taken over',
    FAILOVER_MS,
    async () => {
      const masters = await site.cluster.masters();
      return masters.length === 3 && !masters.includes(failed);
    },
  );
}

/** Until each of them has written something that it began from now on. */
async function served(some: readonly Load[]): Promise<void> {
  const start = performance.now();
  const waiting = (): readonly string[] =>
    some.filter((load) => !load.acknowledgedSince(start)).map(({ userId }) => userId);
  await until(
    () => `served are all but ${waiting().join(', ')}`,
    RECOVERY_MS,
    () => Promise.resolve(waiting().length === 0),
  );
}

async function until(
  what: () => string,
  limitMs: number,
  holds: () => Promise<boolean>,
): Promise<void> {
  const end = performance.now() + limitMs;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`After ${limitMs} ms, ${what()}`);
    await sleep(20);
  }
}

/** What a request that presents the cookie comes to. */
async function seenBy(application: Application, cookie: string): Promise<string> {
  const { status, userId } = await application.visit('GET', cookie);
  if (status !== 200) return String(status);
  return userId === null ? 'refused' : 'accepted';
}

/** @param safeAt what was acknowledged by then must not be lost */
async function expectLoads(safeAt: number): Promise<void> {
  const outcomes = loads.flatMap((load) => load.outcomes);
  const isDefect = ({ result }: Outcome): boolean => !['ok', 'store-unavailable'].includes(result);
  expect(outcomes.filter(isDefect)).toEqual([]);
  expect(outcomes.filter(({ ms }) => ms > LIMIT_MS)).toEqual([]);
  expect(outcomes.some(({ result }) => result === 'store-unavailable')).toBe(true);
  const lost = await Promise.all(loads.map((load) => load.lost(safeAt)));
  expect(lost.flat()).toEqual([]);
}

test('a master that dies is replaced: nobody is signed out, nothing replicated is lost', async () => {
  const failed = await aMaster();
  const safeAt = await replicated(failed);
  await failed.kill();
  await failoverFrom(failed);
  await served(loads);
  await Promise.all(loads.map((load) => load.stop()));
  await expectLoads(safeAt);

  // It becomes a replica of the one that took its place, and what it had is replaced.
  await failed.restart();
  await becomesReplica(failed);
  expect(await site.cluster.masters()).not.toContain(failed);
  await expectLoads(safeAt);
});

test('a master that hangs is replaced, and believed no more when it comes back', async () => {
  const [, , active] = applications;
  if (active === undefined) throw new Error('ioredis is the second client');
  const cookies = await Promise.all(
    users().map((user) => signedIn(active.sessions, `ended ${runs} ${user}`)),
  );
  const visitAll = (): Promise<readonly string[]> =>
    Promise.all(applications.flatMap((one) => cookies.map((cookie) => seenBy(one, cookie))));
  expect(new Set(await visitAll())).toEqual(new Set(['accepted']));

  const failed = await aMaster();
  const safeAt = await replicated(failed);
  failed.pause();
  await failoverFrom(failed);
  // Clients that give up a silent connection need not wait until the master comes back.
  const drivers = applications.filter(({ givesUpSilence }) => givesUpSilence);
  await served(loads.filter((load) => drivers.includes(load.application)));

  for (const cookie of cookies) {
    const { id } = await active.sessions.check(cookie);
    expect(await active.sessions.end(id ?? '')).toBe(true);
  }
  await sleep(MAX_STALENESS_MS);
  expect(await visitAll()).not.toContain('accepted');

  failed.resume();
  await becomesReplica(failed);
  await served(loads);
  await until(
    () => 'some requests are not answered yet',
    RECOVERY_MS,
    async () => {
      const seen = await visitAll();
      expect(seen).not.toContain('accepted');
      return seen.every((what) => what === 'refused');
    },
  );
  await Promise.all(loads.map((load) => load.stop()));
  await expectLoads(safeAt);
});
