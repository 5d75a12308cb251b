// The seeded races, with many seeds and rounds, over the stores that need no server.

import { raceEnding, raceEndOthers, raceRenewal, findLateAcceptances } from 'countersign-races';
import { describe, expect, test } from 'vitest';

import { startCountersign } from './countersign-application.js';
import { distantMemory, memory, sqlite } from './local-stores.js';
import { nearCached } from './near-cached.js';

const SETTINGS = [memory, distantMemory, sqlite, nearCached(memory), nearCached(sqlite)];
const SEEDS = Array.from({ length: 100 }, (_, seed) => seed);

describe.each(SETTINGS)('$name', (setting) => {
  test('an honest user is never signed out, by any schedule', async () => {
    for (const seed of SEEDS) {
      const application = await startCountersign(setting, { nodes: 3 });
      const figures = await raceRenewal(application, { seed, bursts: 8, parallel: 40 });
      await application.stop();
      expect({ seed, refused: figures.refused }).toEqual({ seed, refused: 0 });
    }
  });

  test('no sign-in that began before "end all others" survives it, in many rounds', async () => {
    const application = await startCountersign(setting, { nodes: 3 });
    const figures = await raceEndOthers(application, { rounds: 200, signIns: 5 });
    await application.stop();
    expect(figures).toMatchObject({ survived: 0, askerLost: 0 });
  });

  test('an ending is seen within the bound, in many trials', async () => {
    const application = await startCountersign(setting, { nodes: 3 });
    const options = { trials: 200, lanes: 3, patience: setting.bound + 1_000 };
    const { history, neverRefused } = await raceEnding(application, options);
    await application.stop();
    expect(findLateAcceptances(history, setting.bound)).toEqual([]);
    expect(neverRefused).toBe(0);
  });
});
