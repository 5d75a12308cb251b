// The model of session-model.test.ts for longer, with other seeds.

import { describe, expect, it } from 'vitest';

import { runModel } from './run.js';

describe('sessions keep the promises of the README', () => {
  it.each([
    { store: 'at once', seed: 3, runs: 750 },
    { store: 'racing', seed: 4, runs: 750 },
    { store: 'at once', seed: 7, runs: 750, cached: true },
    { store: 'racing', seed: 8, runs: 750, cached: true },
  ] as const)('in $runs runs, store: $store, seed $seed, near-cache: $cached', async (run) => {
    await expect(runModel(run)).resolves.toBeUndefined();
  });
});
