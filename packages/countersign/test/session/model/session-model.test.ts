// The model of the whole life of sessions, for a second or two: see run.ts. The same for longer is in
// session-model.integration.test.ts and session-model.soak.test.ts; that it finds what is broken, in
// plants.integration.test.ts.

import { describe, expect, it } from 'vitest';

import type { Tally } from './ledger.js';
import { runModel } from './run.js';

const RUNS = 150;

/** What the runs have to get into: a promise that was never tried is not kept, only untouched. */
const SITUATIONS = [
  'live',
  'live-previous-secret',
  'not-found',
  'idle',
  'forged',
  'duplicate-cookie',
  'reuse',
  'theft',
  'renewal due',
  'write',
  'refused write',
  'update',
  'refused update',
  'sign-in: ok',
  'sign-in: ended-meanwhile',
  'sign-in: attempt-expired',
];

describe('sessions keep the promises of the README', () => {
  it(`in ${RUNS} runs over a store that answers at once, seed 1`, async () => {
    const tally: Tally = new Map();
    const run = runModel({ store: 'at once', seed: 1, runs: RUNS, tally });
    await expect(run).resolves.toBeUndefined();
    expect([...tally.keys()]).toEqual(expect.arrayContaining(SITUATIONS));
  });

  it(`in ${RUNS} runs with store verbs that race, seed 2`, async () => {
    const tally: Tally = new Map();
    const run = runModel({ store: 'racing', seed: 2, runs: RUNS, tally });
    await expect(run).resolves.toBeUndefined();
    expect([...tally.keys()]).toEqual(expect.arrayContaining([...SITUATIONS, 'no answer']));
  });

  it.each([
    { store: 'at once', seed: 5 },
    { store: 'racing', seed: 6 },
  ] as const)(`in ${RUNS} runs with near-caches, store: $store, seed $seed`, async (run) => {
    const tally: Tally = new Map();
    await expect(runModel({ ...run, runs: RUNS, cached: true, tally })).resolves.toBeUndefined();
    expect([...tally.keys()]).toEqual(expect.arrayContaining(SITUATIONS));
  });
});
