// The conformance suite for throttle stores finds faults that a driver may have.

import { AssertionError } from 'node:assert';

import { describe, expect, it } from 'vitest';

import { memoryThrottleStore } from '../../src/accounts/throttle-memory.js';
import type { CountedFailure, Counter, ThrottleStore } from '../../src/accounts/throttle-store.js';
import { countingCases } from '../../src/testing/throttle-store/counting-cases.js';
import { parallelCases } from '../../src/testing/throttle-store/parallel-cases.js';
import { settlingCases } from '../../src/testing/throttle-store/settling-cases.js';
import { runThrottleCase } from '../../src/testing/throttle-store/throttle-case.js';

type Fault = (store: ThrottleStore) => Partial<ThrottleStore>;

/** Counters with their rules changed. */
function ruled(
  store: ThrottleStore,
  change: (counter: Counter) => Counter,
): Partial<ThrottleStore> {
  return { count: (counters, now) => store.count(counters.map(change), now) };
}

/** Sound stores with one fault each, as a driver may have it. */
const FAULTS: readonly (readonly [string, Fault])[] = [
  [
    'a look and a count in two steps',
    (store) => ({
      async count(counters, now) {
        const look = await store.count(counters, now);
        if (!look.ok) return look;
        await store.settle(look.counted, 'withdrawn');
        await Promise.resolve();
        const late: CountedFailure[] = [];
        for (const { key } of counters) {
          const rule = { kind: 'growing', free: 9_999, longestWaitMs: 1, keepFrom: 9_999 } as const;
          const one = await store.count([{ key, rule }], now);
          if (one.ok) late.push(...one.counted);
        }
        return { ok: true, counted: late };
      },
    }),
  ],
  [
    'counters counted one after the other, the first though the second refuses',
    (store) => ({
      async count(counters, now) {
        const counted: CountedFailure[] = [];
        for (const [by, counter] of counters.entries()) {
          const one = await store.count([counter], now);
          if (!one.ok) return { ...one, by };
          counted.push(...one.counted);
        }
        return { ok: true, counted };
      },
    }),
  ],
  [
    'a refused attempt that makes the wait longer',
    (store) => {
      const pushed = new Map<string, number>();
      return {
        async count(counters, now) {
          const count = await store.count(counters, now);
          if (count.ok) return count;
          const key = counters[count.by]?.key ?? '';
          pushed.set(key, (pushed.get(key) ?? 0) + 1);
          return { ...count, retryAfterMs: count.retryAfterMs + (pushed.get(key) ?? 0) - 1 };
        },
      };
    },
  ],
  [
    'one more free failure',
    (store) =>
      ruled(store, (counter) =>
        counter.rule.kind === 'growing'
          ? { ...counter, rule: { ...counter.rule, free: counter.rule.free + 1 } }
          : counter,
      ),
  ],
  [
    'a window of one less',
    (store) =>
      ruled(store, (counter) =>
        counter.rule.kind === 'window'
          ? { ...counter, rule: { ...counter.rule, limit: counter.rule.limit - 1 } }
          : counter,
      ),
  ],
  [
    'a window that is 1 ms longer',
    (store) =>
      ruled(store, (counter) =>
        counter.rule.kind === 'window'
          ? { ...counter, rule: { ...counter.rule, windowMs: counter.rule.windowMs + 1 } }
          : counter,
      ),
  ],
  [
    'everything forgotten after a day',
    (store) =>
      ruled(store, (counter) =>
        counter.rule.kind === 'growing'
          ? { ...counter, rule: { ...counter.rule, keepFrom: 1e9 } }
          : counter,
      ),
  ],
  [
    'nothing forgotten for 400 days',
    (store) =>
      ruled(store, (counter) =>
        counter.rule.kind === 'growing'
          ? { ...counter, rule: { ...counter.rule, keepFrom: 1 } }
          : counter,
      ),
  ],
  [
    'keys without regard to case',
    (store) => ruled(store, (counter) => ({ ...counter, key: counter.key.toLowerCase() })),
  ],
  [
    'keys that are cut',
    (store) => ruled(store, (counter) => ({ ...counter, key: counter.key.slice(1) })),
  ],
  [
    'seconds instead of milliseconds',
    (store) => ({
      count: (counters, now) => store.count(counters, Math.floor(now / 1_000) * 1_000),
    }),
  ],
  [
    'a clock that never goes back',
    (store) => {
      let latest = 0;
      return {
        count(counters, now) {
          latest = Math.max(latest, now);
          return store.count(counters, latest);
        },
      };
    },
  ],
  [
    'the first counter blamed for each refusal',
    (store) => ({
      async count(counters, now) {
        const count = await store.count(counters, now);
        return count.ok ? count : { ...count, by: 0 };
      },
    }),
  ],
  [
    'counts in another order',
    (store) => ({
      async count(counters, now) {
        const count = await store.count(counters, now);
        return count.ok ? { ok: true, counted: count.counted.toReversed() } : count;
      },
    }),
  ],
  [
    'a success that takes one back only',
    (store) => ({ settle: (counted) => store.settle(counted, 'withdrawn') }),
  ],
  [
    'a withdrawal that clears',
    (store) => ({
      async settle(counted) {
        await store.settle(counted, 'succeeded');
      },
    }),
  ],
  ['attempts that are never settled', () => ({ settle: () => undefined })],
  [
    'a withdrawal that keeps the wait',
    (store) => ({
      settle: (counted, outcome) =>
        store.settle(
          counted.map((each) =>
            each.rule.kind === 'growing' ? { ...each, before: each.at } : each,
          ),
          outcome,
        ),
    }),
  ],
  [
    'a withdrawal that takes the time of those after it back',
    (store) => {
      const last = new Map<string, CountedFailure>();
      return {
        async count(counters, now) {
          const count = await store.count(counters, now);
          if (count.ok) for (const each of count.counted) last.set(each.key, each);
          return count;
        },
        settle: (counted, outcome) =>
          store.settle(
            counted.map((each) =>
              each.rule.kind === 'growing'
                ? { ...each, ...last.get(each.key), before: each.before }
                : each,
            ),
            outcome,
          ),
      };
    },
  ],
  [
    'a window that is left for another and still takes one off',
    (store) => {
      const last = new Map<string, number>();
      return {
        async count(counters, now) {
          const count = await store.count(counters, now);
          if (count.ok) for (const each of count.counted) last.set(each.key, each.at);
          return count;
        },
        settle: (counted, outcome) =>
          store.settle(
            counted.map((each) => ({ ...each, at: last.get(each.key) ?? each.at })),
            outcome,
          ),
      };
    },
  ],
  [
    'a forgetting that forgets the first only',
    (store) => ({
      forget: (keys) => store.forget(keys.slice(0, 1)),
    }),
  ],
  ['nothing forgotten', () => ({ forget: () => undefined })],
  ['a sweep without a limit', (store) => ({ sweep: (now) => store.sweep(now, 1e9) })],
  ['a sweep that removes nothing', () => ({ sweep: () => 0 })],
  [
    'a sweep a day early',
    (store) => ({
      sweep: (now, limit) => store.sweep(now + 24 * 3_600_000, limit),
    }),
  ],
  ['a store that works after closing', () => ({ close: () => undefined })],
];

function withFault(fault: Fault): ThrottleStore {
  const sound = memoryThrottleStore();
  const verbs: ThrottleStore = {
    count: (counters, now) => sound.count(counters, now),
    settle: (counted, outcome) => sound.settle(counted, outcome),
    forget: (keys) => sound.forget(keys),
    sweep: (now, limit) => sound.sweep(now, limit),
    close: () => sound.close(),
  };
  return { ...verbs, ...fault(verbs) };
}

async function failures(create: () => ThrottleStore): Promise<string[]> {
  const failed: string[] = [];
  const cases = [...countingCases, ...settlingCases, ...parallelCases];
  for (const each of cases.filter(({ needs }) => needs !== 'peer')) {
    await runThrottleCase(each, { create }).catch((error: unknown) => {
      failed.push(`${each.name}: ${error instanceof AssertionError ? 'assertion' : 'error'}`);
    });
  }
  return failed;
}

describe('the throttle store suite', () => {
  it('passes a sound store', async () => {
    expect(await failures(() => withFault(() => ({})))).toEqual([]);
  });

  it.each(FAULTS)('finds %s', async (_, fault) => {
    expect(await failures(() => withFault(fault))).not.toEqual([]);
  });

  it('says of two stores that share nothing that they are not two connections', async () => {
    const subject = {
      create: () => memoryThrottleStore(),
      createPeer: () => memoryThrottleStore(),
    };
    for (const each of parallelCases.filter(({ needs }) => needs === 'peer')) {
      await expect(runThrottleCase(each, subject)).rejects.toThrow(AssertionError);
    }
  });
});
