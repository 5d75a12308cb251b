// All races for one kind of store, on three nodes, and those on one that are another matter there. What
// the promises demand is asserted here; the scenarios only count.

import {
  findLateAcceptances,
  raceCopies,
  raceEnding,
  raceEndOthers,
  raceIncrements,
  raceKeys,
  raceRenewal,
  raceSignOut,
  raceStampede,
  type EndingFigures,
  type Network,
} from 'countersign-races';
import { afterEach, describe, expect, test } from 'vitest';

import type { PolicyOptions } from '../../src/index.js';
import {
  startCountersign,
  type CountersignApplication,
  type StoreSetting,
} from './countersign-application.js';

type Start = (policy?: PolicyOptions) => Promise<CountersignApplication>;

export function describeRaces(setting: StoreSetting): void {
  describe(setting.name, () => {
    const applications: CountersignApplication[] = [];
    const startOn =
      (nodes: 1 | 3): Start =>
      async (policy = {}) => {
        const application = await startCountersign(setting, { nodes, policy });
        applications.push(application);
        return application;
      };

    afterEach(async () => {
      for (const application of applications.splice(0)) await application.stop();
    });

    describe.each([1, 3] as const)('nodes: %d', (nodes) => describeCrowds(startOn(nodes)));
    describeOrders(startOn(3));
    describeEndings(setting, startOn(3));
  });
}

/** How many requests write at the same time. */
const WRITERS = 20;
/** How many come at the time of renewal. */
const CROWD = 60;

/** Requests of one session that meet in one process, or in several. */
function describeCrowds(start: Start): void {
  test('every key that a parallel request sets survives', async () => {
    const figures = await raceKeys(await start(), WRITERS);
    expect(figures).toEqual({ done: WRITERS, kept: WRITERS });
  });

  test('every parallel increment counts', async () => {
    const figures = await raceIncrements(await start(), WRITERS);
    expect(figures).toEqual({ done: WRITERS, kept: WRITERS });
  });

  test('a stampede at renewal time causes one offer and one promotion', async () => {
    const figures = await raceStampede(await start(), CROWD);
    const once = { successors: 1, offers: 1, promotions: 1 };
    expect(figures).toEqual({ requests: 2 * CROWD, refused: 0, ...once });
  });
}

/** What must not happen in any order. */
function describeOrders(start: Start): void {
  test('a slow request that writes revives no session that was signed out meanwhile', async () => {
    const figures = await raceSignOut(await start(), 3);
    expect(figures).toMatchObject({ trials: 3, revived: 0, acknowledged: 0 });
  });

  test('no sign-in that began before "end all others" survives it', async () => {
    const figures = await raceEndOthers(await start(), { rounds: 3, signIns: 5 });
    expect(figures).toMatchObject({ begun: 15, survived: 0, askerLost: 0 });
  });

  test('an honest user is never signed out by renewal, whatever becomes of responses', async () => {
    const options = { seed: 1, bursts: 4, parallel: 100 };
    const { tokens, ...figures } = await raceRenewal(await start(), options);
    expect(figures).toEqual({ requests: 400, refused: 0 });
    expect(tokens).toBeGreaterThan(2);
  });

  test('a copy that fell behind, or let its owner fall behind, is never kept', async () => {
    expect(await raceCopies(await start())).toEqual({ copies: 2, kept: 0, ended: 2 });
  });
}

/** Requests that are under way on each node at any time. */
const LANES = 3;
/** More than the time that a store may take where it cannot be reached. */
const PATIENCE_MS = 2_000;

function describeEndings({ bound, isDistant }: StoreSetting, start: Start): void {
  const options = { lanes: LANES, patience: bound + PATIENCE_MS };

  test('an ending on one node is seen on the others within the bound', async () => {
    const application = await start();
    const { history, neverRefused } = await raceEnding(application, { ...options, trials: 4 });
    expect(findLateAcceptances(history, bound)).toEqual([]);
    expect(neverRefused).toBe(0);
    expect(application.hits() > 0).toBe(bound > 0);
  });

  if (isDistant !== true) return;

  const raceDisturbed = async (
    disturb: (network: Network, node: number) => void,
  ): Promise<EndingFigures> => {
    const application = await start({ storeTimeout: '500ms' });
    const figures = await raceEnding(application, { ...options, trials: 1, disturb });
    expect(application.hits() > 0).toBe(bound > 0);
    // The nodes find back by themselves.
    await application.settled();
    return figures;
  };

  test('so it is when their networks are slow', async () => {
    const figures = await raceDisturbed((network) => network.delay(100));
    expect(findLateAcceptances(figures.history, bound)).toEqual([]);
    expect(figures.neverRefused).toBe(0);
  });

  test('so it is when one network is cut and another one silent', async () => {
    const figures = await raceDisturbed((network, node) =>
      node === 1 ? network.cut() : network.blackHole(),
    );
    expect(findLateAcceptances(figures.history, bound)).toEqual([]);
    expect(figures.neverRefused).toBe(0);
  });
}
