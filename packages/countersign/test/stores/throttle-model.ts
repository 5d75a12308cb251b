// Whatever is done to a throttle store, it answers as the one in memory does, which counts by pure
// functions: for those that count in another language.

import fc from 'fast-check';
import { expect } from 'vitest';

import { memoryThrottleStore } from '../../src/accounts/throttle-memory.js';
import type {
  CountedFailure,
  Counter,
  CounterRule,
  ThrottleStore,
} from '../../src/accounts/throttle-store.js';
import { sha256 } from '../../src/crypto/digest.js';

const RULES: readonly CounterRule[] = [
  { kind: 'growing', free: 1, longestWaitMs: 20_000, keepFrom: 6 },
  { kind: 'growing', free: 3, longestWaitMs: 86_400_000, keepFrom: 9 },
  { kind: 'window', limit: 2, windowMs: 5_000 },
  { kind: 'window', limit: 7, windowMs: 600_000 },
];

const START = 1_767_225_600_000;

/** Steps between a millisecond and 500 days, and back: near the bounds that the rules have. */
const passing = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 0, max: 6_000 }) },
  { weight: 3, arbitrary: fc.constantFrom(1, 999, 1_000, 4_999, 5_000, 600_000, 86_399_999) },
  { weight: 1, arbitrary: fc.constantFrom(86_400_000, 400 * 86_400_000, 500 * 86_400_000) },
  { weight: 1, arbitrary: fc.integer({ min: -100_000, max: -1 }) },
);

const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      verb: fc.constant('count'),
      passing,
      which: fc.uniqueArray(fc.nat(RULES.length - 1), { minLength: 1 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      verb: fc.constantFrom('succeeded', 'withdrawn'),
      passing: fc.constant(0),
      which: fc.tuple(fc.nat(5)),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      verb: fc.constant('forget'),
      passing: fc.constant(0),
      which: fc.uniqueArray(fc.nat(RULES.length - 1)),
    }),
  },
);

interface Step {
  readonly verb: string;
  readonly passing: number;
  readonly which: readonly number[];
}

/** Runs the same steps on both. Each of `runs` has counters of its own. */
export async function expectSameAsMemory(
  store: ThrottleStore,
  { runs }: { readonly runs: number },
): Promise<void> {
  let run = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 60 }), async (steps) => {
      run += 1;
      const counters = RULES.map((rule, i) => ({ key: sha256(`${run} ${i}`), rule }));
      const model = memoryThrottleStore();
      expect(await answers(store, counters, steps)).toEqual(await answers(model, counters, steps));
    }),
    { numRuns: runs },
  );
}

async function answers(
  store: ThrottleStore,
  counters: readonly Counter[],
  steps: readonly Step[],
): Promise<readonly unknown[]> {
  const given: unknown[] = [];
  const attempts: (readonly CountedFailure[])[] = [];
  let now = START;
  for (const { verb, passing: ms, which } of steps) {
    now += ms;
    const chosen = which.flatMap((index) => counters[index] ?? []);
    if (verb === 'count') {
      const count = await store.count(chosen, now);
      given.push(count);
      if (count.ok) attempts.push(count.counted);
    } else if (verb === 'succeeded' || verb === 'withdrawn') {
      const attempt = attempts.at(-1 - (which[0] ?? 0));
      if (attempt !== undefined) await store.settle(attempt, verb);
    } else {
      await store.forget(chosen.map(({ key }) => key));
    }
  }
  return given;
}
