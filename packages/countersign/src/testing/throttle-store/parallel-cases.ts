// Conformance of throttle stores: a thousand at once count as a thousand (G47), over one connection and
// over two, and attempts on the same counters in another order do not wait for each other for ever.

import assert from 'node:assert/strict';

import type { Count, Counter, CounterRule, ThrottleStore } from '../../accounts/throttle-store.js';
import {
  GROWING,
  HOUR,
  makeCounter,
  passed,
  START,
  WINDOW,
  type ThrottleCase,
} from './throttle-case.js';

const THOUSAND: CounterRule = {
  kind: 'growing',
  free: 1_000,
  longestWaitMs: HOUR,
  keepFrom: 2_000,
};

async function countAtOnce(
  stores: readonly ThrottleStore[],
  times: number,
  countersOf: (i: number) => readonly Counter[],
): Promise<Count[]> {
  return Promise.all(
    Array.from({ length: times }, async (_, i) => {
      const store = stores[i % stores.length];
      assert.ok(store !== undefined, 'there is no store');
      return store.count(countersOf(i), START);
    }),
  );
}

/** What each of these attempts was told it is the how-manieth of, in order. */
function places(counts: readonly Count[]): number[] {
  return counts
    .flatMap((count) => (count.ok ? (count.counted[0]?.failures ?? []) : []))
    .toSorted((a, b) => a - b);
}

const ONE_TO_THOUSAND = Array.from({ length: 1_000 }, (_, i) => i + 1);

export const parallelCases: readonly ThrottleCase[] = [
  {
    name: 'counts 1,000 at once as 1,000, each with a number of its own (G47)',
    async run({ store }) {
      const counter = makeCounter(THOUSAND);
      const counts = await countAtOnce([store], 1_000, () => [counter]);
      assert.deepEqual(places(counts), ONE_TO_THOUSAND);
      const next = await store.count([counter], START);
      assert.deepEqual(next, { ok: false, by: 0, retryAfterMs: 1_000 });
    },
  },
  {
    name: 'lets no more of 1,000 at once through than are free (G47)',
    async run({ store }) {
      const [account, network] = [makeCounter(), makeCounter(WINDOW)];
      const first = await countAtOnce([store], 1_000, () => [account]);
      assert.equal(passed(first), 5);
      const second = await countAtOnce([store], 1_000, () => [makeCounter(), network]);
      assert.equal(passed(second), 50);
    },
  },
  {
    name: 'counts on counters in any order at once',
    async run(context) {
      const rule: CounterRule = { ...THOUSAND };
      const [a, b, c] = [makeCounter(rule), makeCounter(rule), makeCounter(rule)];
      const orders = [
        [a, b, c],
        [c, b, a],
        [b, c, a],
        [b, a],
      ];
      const counts = await countAtOnce([context.store], 200, (i) => orders[i % 4] ?? []);
      assert.equal(passed(counts), 200);
      const settled = counts.map(async (count) => {
        if (count.ok) await context.store.settle(count.counted.toReversed(), 'withdrawn');
      });
      await Promise.all(settled);
      for (const counter of [a, b, c]) assert.equal(await context.failuresOf(counter, START), 0);
    },
  },
  {
    name: 'a second connection sees every count at once',
    needs: 'peer',
    async run(context) {
      const peer = await context.openPeer();
      const counter = makeCounter(GROWING);
      await context.countTimes([counter], START, 5);
      const seen = await peer.count([counter], START);
      assert.deepEqual(seen, { ok: false, by: 0, retryAfterMs: 1_000 });
      await peer.forget([counter.key]);
      const [counted] = await context.count([counter], START);
      assert.ok(counted !== undefined);
      await peer.settle([counted], 'withdrawn');
      assert.equal(await context.failuresOf(counter, START), 0);
    },
  },
  {
    name: 'counts 1,000 at once over two connections as 1,000 (G47)',
    needs: 'peer',
    async run(context) {
      const stores = [context.store, await context.openPeer()];
      const counter = makeCounter(THOUSAND);
      const counts = await countAtOnce(stores, 1_000, () => [counter]);
      assert.deepEqual(places(counts), ONE_TO_THOUSAND);
      const guarded = [makeCounter(), makeCounter(WINDOW)];
      assert.equal(passed(await countAtOnce(stores, 200, () => guarded)), 5);
    },
  },
];
