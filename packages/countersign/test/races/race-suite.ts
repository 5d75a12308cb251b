// All races for one kind of store, on one node and on three. What each promise demands is asserted here;
// the scenarios only count.

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
  type Application,
} from 'countersign-races';
import { afterEach, describe, expect, test } from 'vitest';

import { startCountersign, type StoreSetting } from './countersign-application.js';

const PARALLEL = 20;

export function describeRaces(setting: StoreSetting): void {
  describe.each([1, 3] as const)(`${setting.name}, nodes: %d`, (nodes) => {
    const applications: Application[] = [];

    const start = async (): Promise<Application> => {
      const application = await startCountersign(setting, { nodes });
      applications.push(application);
      return application;
    };

    afterEach(async () => {
      for (const application of applications.splice(0)) await application.stop();
    });

    test('every key that a parallel request sets survives', async () => {
      const figures = await raceKeys(await start(), PARALLEL);
      expect(figures).toEqual({ done: PARALLEL, kept: PARALLEL });
    });

    test('every parallel increment counts', async () => {
      const figures = await raceIncrements(await start(), PARALLEL);
      expect(figures).toEqual({ done: PARALLEL, kept: PARALLEL });
    });

    test('a slow request that writes revives no session that was signed out meanwhile', async () => {
      const figures = await raceSignOut(await start(), 3);
      expect(figures).toEqual({ trials: 3, revived: 0, acknowledged: 0 });
    });

    test('no sign-in that began before "end all others" survives it', async () => {
      const figures = await raceEndOthers(await start(), { rounds: 6, signIns: 5 });
      expect(figures).toEqual({ begun: 30, survived: 0, askerLost: 0 });
    });

    test('an honest user is never signed out by renewal, whatever becomes of responses', async () => {
      const options = { seed: 1, bursts: 6, parallel: 100 };
      const { tokens, ...figures } = await raceRenewal(await start(), options);
      expect(figures).toEqual({ requests: 600, refused: 0 });
      expect(tokens).toBeGreaterThan(2);
    });

    test('a copy that fell behind, or let its owner fall behind, is never kept', async () => {
      expect(await raceCopies(await start())).toEqual({ copies: 2, kept: 0, ended: 2 });
    });

    test('an ending on one node is seen on the others within the bound', async () => {
      const options = { trials: 10, lanes: 3, patience: setting.bound + 1_000 };
      const { history, neverRefused } = await raceEnding(await start(), options);
      expect(findLateAcceptances(history, setting.bound)).toEqual([]);
      expect(neverRefused).toBe(0);
      expect(history.endings).toHaveLength(10);
    });

    test('a stampede at renewal time causes one offer and one promotion', async () => {
      const figures = await raceStampede(await start(), 60);
      const once = { successors: 1, offers: 1, promotions: 1 };
      expect(figures).toEqual({ requests: 120, refused: 0, ...once });
    });
  });
}
