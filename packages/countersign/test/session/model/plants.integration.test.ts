// The model has to find a broken promise: each fault is planted, and a run has to fail on it. The
// number of runs it may take is a bound; most faults show in fewer than a hundred.

import { describe, expect, it } from 'vitest';

import { DRIVER_PLANTS } from './plants/driver-plants.js';
import { MODULE_PLANTS } from './plants/module-plants.js';
import { STORE_PLANTS } from './plants/store-plants.js';
import { findViolation } from './run.js';

const SEED = Number(process.env['COUNTERSIGN_SEED'] ?? 20_260_101);
const RUNS = 6_000;

describe('the model finds', () => {
  it.each([...MODULE_PLANTS, ...STORE_PLANTS, ...DRIVER_PLANTS])(
    '$fault',
    async ({ breaks, racing, subject, plant }) => {
      const finding = await findViolation({
        store: racing === true ? 'racing' : 'at once',
        seed: SEED,
        runs: RUNS,
        plant: await plant(),
        ...(subject === undefined ? {} : { subject }),
      });
      expect(breaks).toContain(finding?.violation.promise);
    },
  );
});
