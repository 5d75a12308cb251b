// The model of session-model.test.ts, twenty times as long. Other seeds: COUNTERSIGN_SEED=1000.

import { describe, expect, it } from 'vitest';

import { runModel } from './run.js';

const FIRST_SEED = Number(process.env['COUNTERSIGN_SEED'] ?? 100);
const SEEDS = Array.from({ length: 5 }, (_, position) => FIRST_SEED + position);

describe.each(SEEDS)('sessions keep the promises of the README, seed %i', (seed) => {
  it.each(['at once', 'racing'] as const)('store: %s', async (store) => {
    await expect(runModel({ store, seed, runs: 1_000 })).resolves.toBeUndefined();
  });
});
