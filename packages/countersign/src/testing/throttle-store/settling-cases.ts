// Conformance of throttle stores: attempts that were no failures, forgetting, sweeping, closing.

import assert from 'node:assert/strict';

import { DAY, HOUR, makeCounter, START, WINDOW, type ThrottleCase } from './throttle-case.js';

export const settlingCases: readonly ThrottleCase[] = [
  {
    name: 'a success starts a growing counter anew (G43), and takes one off a window',
    async run(context) {
      const [account, network] = [makeCounter(), makeCounter(WINDOW)];
      await context.countTimes([account, network], START, 4);
      const counted = await context.count([account, network], START + 1);
      await context.store.settle(counted, 'succeeded');
      assert.equal(await context.failuresOf(account, START + 2), 0);
      assert.equal(await context.failuresOf(network, START + 2), 4);
      const [next] = await context.count([network], START + 3);
      assert.equal(next?.at, START);
    },
  },
  {
    name: 'a withdrawn attempt leaves the count and the wait as they were',
    async run(context) {
      const [account, network] = [makeCounter(), makeCounter(WINDOW)];
      await context.countTimes([account, network], START, 5);
      const counted = await context.count([account, network], START + 1_500);
      assert.equal(await context.waitOf([account], START + 1_500), 2_000);
      await context.store.settle(counted, 'withdrawn');
      assert.equal(await context.failuresOf(network, START + 1_500), 5);
      const [again] = await context.count([account], START + 1_500);
      assert.deepEqual([again?.failures, again?.before], [6, START]);
    },
  },
  {
    name: 'a withdrawn attempt takes back only itself where others came after it',
    async run(context) {
      const account = makeCounter();
      const first = await context.count([account], START);
      await context.countTimes([account], START + 500, 4);
      await context.store.settle(first, 'withdrawn');
      const [fifth] = await context.count([account], START + 600);
      assert.deepEqual([fifth?.failures, fifth?.before], [5, START + 500]);
      assert.equal(await context.waitOf([account], START + 600), 1_000);
    },
  },
  {
    name: 'parallel attempts that are withdrawn leave nothing',
    async run(context) {
      const counters = [makeCounter(WINDOW), makeCounter()];
      const counts = await Promise.all(
        Array.from({ length: 5 }, () => context.count(counters, START)),
      );
      await Promise.all(counts.map(async (each) => context.store.settle(each, 'withdrawn')));
      for (const counter of counters) assert.equal(await context.failuresOf(counter, START + 1), 0);
    },
  },
  {
    name: 'never falls below nothing, whatever is settled',
    async run(context) {
      const counters = [makeCounter(), makeCounter(WINDOW)];
      const counted = await context.count(counters, START);
      for (let i = 0; i < 3; i += 1) {
        await context.store.settle(counted, 'withdrawn');
        await context.store.settle(counted, 'succeeded');
      }
      assert.deepEqual(await context.countTimes(counters, START + 1, 1), [1, 1]);
    },
  },
  {
    name: 'an attempt settled in another window takes nothing from that one',
    async run(context) {
      for (const failures of [1, 3]) {
        const network = makeCounter(WINDOW);
        const early = await context.count([network], START);
        await context.countTimes([network], START + 600_000, failures);
        await context.store.settle(early, 'withdrawn');
        await context.store.settle(early, 'succeeded');
        assert.equal(await context.failuresOf(network, START + 600_001), failures);
      }
    },
  },
  {
    name: 'forgets the counters that it is told to, and no others',
    async run(context) {
      const [first, second, other] = [makeCounter(), makeCounter(WINDOW), makeCounter()];
      await context.countTimes([first, second, other], START, 3);
      await context.store.forget([first.key, second.key, makeCounter().key]);
      await context.store.forget([]);
      assert.equal(await context.failuresOf(first, START), 0);
      assert.equal(await context.failuresOf(second, START), 0);
      assert.equal(await context.failuresOf(other, START), 3);
    },
  },
  {
    name: 'sweeping removes nothing that still counts',
    async run(context) {
      const [account, network] = [makeCounter(), makeCounter(WINDOW)];
      await context.countTimes([account], START, 5);
      await context.countTimes([network], START + DAY - HOUR, 5);
      await context.store.sweep(START + DAY - HOUR + 599_999, 100);
      assert.equal(await context.failuresOf(network, START + DAY - HOUR + 599_999), 5);
      await context.store.sweep(START + DAY - 1, 100);
      assert.equal(await context.failuresOf(account, START + DAY - 1), 5);
    },
  },
  {
    name: 'sweeping removes what was forgotten an hour ago, so many at a time',
    needs: 'sweeping',
    async run(context) {
      for (let i = 0; i < 5; i += 1) await context.count([makeCounter(WINDOW)], START + i);
      const kept = makeCounter();
      await context.countTimes([kept], START, 5);
      const later = START + 600_004 + HOUR;
      assert.equal(await context.store.sweep(later, 2), 2);
      assert.equal(await context.store.sweep(later, 100), 3);
      assert.equal(await context.store.sweep(later, 100), 0);
      assert.equal(await context.failuresOf(kept, later), 5);
      assert.equal(await context.store.sweep(START + DAY + HOUR, 100), 1);
    },
  },
  {
    name: 'after closing, every verb fails',
    async run({ store }) {
      const counter = makeCounter();
      const counted = await store.count([counter], START);
      assert.ok(counted.ok);
      await store.close();
      await assert.rejects(async () => store.count([counter], START));
      await assert.rejects(async () => store.settle(counted.counted, 'withdrawn'));
      await assert.rejects(async () => store.forget([counter.key]));
      await assert.rejects(async () => store.sweep(START, 1));
      await store.close();
    },
  },
];
