// The tests of one store: each fault, on each way to reach the server, with and without a near-cache.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { LIMIT_MS, startApplication, type Application, type Driver } from './application.js';
import { canRecover, countSockets, runEpisode, type Observations } from './episode.js';
import { FAULTS, type Fault, type Site } from './faults.js';
import { isLate, type Outcome } from './load.js';
import { READING, SWEEP, WRITING } from './verbs.js';

/** How soon an application has to work again after its server does. */
const RECOVERY_MS = 20_000;
/** The same where dead connections have to be given up first, which nobody has closed. */
const GIVING_UP_MS = 20_000;
/** Of the writes under load that nothing should stop: what a busy machine may make late. */
const LATE_SHARE = 0.1;

/** A store's servers, and the ways to reach them, through the proxies. */
export interface Stage extends Site {
  readonly drivers: readonly Driver[];
  stop(): Promise<void>;
}

/** @param drivers the names of the stage's drivers: tests are named before it is set up */
export function describeFaults(
  store: string,
  drivers: readonly string[],
  setUp: () => Promise<Stage>,
  faults: readonly Fault[] = FAULTS,
): void {
  describe(store, () => {
    let stage: Stage;
    let resources: readonly string[];
    const applications = new Map<string, Application>();
    const uncaught: unknown[] = [];
    const note = (error: unknown): void => void uncaught.push(error);
    const names = drivers.flatMap((name) => [name, `${name}, near-cache`]);

    beforeAll(async () => {
      process.on('unhandledRejection', note).on('uncaughtException', note);
      resources = process.getActiveResourcesInfo();
      stage = await setUp();
      for (const driver of stage.drivers) {
        for (const isNear of [false, true]) {
          const application = await startApplication(driver, { isNear });
          applications.set(application.name, application);
        }
      }
    });

    afterAll(async () => {
      process.off('unhandledRejection', note).off('uncaughtException', note);
      await stage.stop();
    });

    describe.each(faults)('$name', (fault) => {
      let observed: ReadonlyMap<Application, Observations>;

      beforeAll(async () => {
        observed = await runEpisode(stage, fault, [...applications.values()]);
        for (const [application, seen] of observed) report(store, fault, application, seen);
      });

      test('leaves as many sockets open as there were', async () => {
        const { sockets } = [...observed.values()][0] ?? { sockets: 0 };
        // Of connections that were forgotten the proxy keeps its ends beside the new ones.
        const limit = fault.meanwhile === 'recover' ? 2 * sockets : sockets;
        await expect.poll(countSockets).toBeLessThanOrEqual(limit);
      });

      test.each(names)('%s', (name) => {
        const application = applications.get(name);
        const seen = application === undefined ? undefined : observed.get(application);
        if (application === undefined || seen === undefined) throw new Error(`${name} did not run`);
        expectEpisode(fault, application, seen);
      });
    });

    test('leaves no rejection unhandled, no socket, timer or process', async () => {
      const all = [...applications.values()];
      await Promise.all(all.map((application) => application.close()));
      // Clients that wait for a connection to end well would wait for ever for a stranded one.
      await stage.stop();
      await Promise.all(all.map((application) => application.disconnect()));
      expect(uncaught).toEqual([]);
      await expect.poll(() => left(resources)).toEqual([]);
    });
  });
}

function expectEpisode(fault: Fault, application: Application, seen: Observations): void {
  const { isNear } = application;
  expect(notOk(seen.before), 'before').toEqual([]);

  const meanwhile = [...seen.during, ...seen.load];
  expect(meanwhile.filter(isDefect), 'defects meanwhile').toEqual([]);
  expect(
    meanwhile.filter(({ ms }) => ms > LIMIT_MS),
    'too slow',
  ).toEqual([]);
  if (fault.meanwhile === 'work') {
    const late = seen.load.filter(isLate);
    expect(late.length / seen.load.length, 'late').toBeLessThan(LATE_SHARE);
    const others = meanwhile.filter((outcome) => !late.includes(outcome));
    expect(notOk(others), 'meanwhile').toEqual([]);
  }
  if (fault.meanwhile === 'read') {
    const failed = notOk(seen.during).map(({ verb }) => verb);
    expect(failed).toEqual(expect.arrayContaining(WRITING));
    for (const verb of READING) expect(failed).not.toContain(verb);
  }
  if (fault.meanwhile === 'fail') {
    const answered = seen.during.filter(({ result }) => result === 'ok').map(({ verb }) => verb);
    // Only a near-cache can answer, and only what it may believe.
    expect(answered.filter((verb) => !(isNear && verb === 'check (read)'))).toEqual([]);
  }

  const http = [...seen.http, ...seen.httpLater];
  for (const answer of http) {
    expect(answer.ms).toBeLessThan(LIMIT_MS);
    expect([200, 503]).toContain(answer.status);
    // Whoever is let through is who the cookie says: a broken store makes nobody anonymous.
    expect([seen.userId, undefined]).toContain(answer.userId);
  }
  if (fault.meanwhile === 'work')
    expect(http.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
  if (fault.meanwhile === 'read') {
    expect(http.map(({ status }) => status)).toEqual([200, 503, 200, 503]);
  }
  if (fault.meanwhile === 'fail') {
    expect(isNear ? 503 : seen.http[0]?.status).toBe(503);
    expect(seen.http[1]?.status).toBe(503);
    expect(
      seen.httpLater.map(({ status }) => status),
      'past the lease',
    ).toEqual([503, 503]);
  }

  if (!canRecover(fault, application)) return;
  const recovery = fault.meanwhile === 'recover' ? GIVING_UP_MS : RECOVERY_MS;
  expect(seen.recoveredAfter).toBeLessThan(recovery);
  expect(seen.nearAfter).toBeLessThan(recovery);
  expect(seen.heardAfter).toBeLessThan(LIMIT_MS);
  expect(notOk(seen.after), 'after').toEqual([]);
  expect(seen.after.length).toBe(seen.before.length);
  expect(seen.lost, 'acknowledged and lost').toEqual([]);
  expect(seen.load.filter(({ result }) => result === 'ok').length).toBeGreaterThan(0);
}

function notOk(outcomes: readonly Outcome[]): readonly Outcome[] {
  return outcomes.filter(({ verb, result }) => verb !== SWEEP && result !== 'ok');
}

function isDefect({ result }: Outcome): boolean {
  return result !== 'ok' && result !== 'store-unavailable';
}

/** For `COUNTERSIGN_FAULTS=1`: how long things took, a line for each application and fault. */
function report(store: string, fault: Fault, application: Application, seen: Observations): void {
  if (process.env['COUNTERSIGN_FAULTS'] === undefined) return;
  const slowest = (outcomes: readonly Outcome[]): number =>
    Math.max(...outcomes.map(({ ms }) => ms));
  const times = {
    before: slowest(seen.before),
    during: slowest(seen.during),
    load: slowest(seen.load),
    recovered: seen.recoveredAfter,
    near: seen.nearAfter,
    heard: seen.heardAfter,
  };
  const columns = Object.entries(times).map(([name, ms]) => `${name} ${ms.toFixed(0)}`);
  process.stderr.write(`${store}, ${fault.name}, ${application.name}: ${columns.join(', ')}\n`);
}

/** What keeps this process running and did not when the tests began. */
function left(before: readonly string[]): readonly string[] {
  const known = [...before];
  return process.getActiveResourcesInfo().filter((name) => {
    const index = known.indexOf(name);
    if (index !== -1) known.splice(index, 1);
    return index === -1;
  });
}
