// Conformance of throttle stores: counting, waits that grow, windows, and what is refused.

import assert from 'node:assert/strict';

import type { CounterRule } from '../../accounts/throttle-store.js';
import {
  DAY,
  GROWING,
  HOUR,
  makeCounter,
  START,
  WINDOW,
  type ThrottleCase,
} from './throttle-case.js';

/** Numbers beyond 32 bits, and one that doubling would overflow. */
const LONG = 23 * HOUR;
const LARGE: CounterRule = { kind: 'growing', free: 1, longestWaitMs: LONG, keepFrom: 2 ** 31 };

export const countingCases: readonly ThrottleCase[] = [
  {
    name: 'counts from one, on each counter of its own, and says so in their order',
    async run(context) {
      const [account, network, other] = [makeCounter(), makeCounter(WINDOW), makeCounter()];
      assert.deepEqual(await context.count([account, network], START), [
        { ...account, failures: 1, at: START, before: START },
        { ...network, failures: 1, at: START, before: START },
      ]);
      assert.deepEqual(await context.count([network, other, account], START + 7), [
        { ...network, failures: 2, at: START, before: START },
        { ...other, failures: 1, at: START + 7, before: START + 7 },
        { ...account, failures: 2, at: START + 7, before: START },
      ]);
    },
  },
  {
    name: 'counts eight at a time',
    async run(context) {
      const counters = Array.from({ length: 8 }, (_, i) => makeCounter(i % 2 ? GROWING : WINDOW));
      assert.deepEqual(await context.countTimes(counters, START, 3), Array(8).fill(3));
    },
  },
  {
    name: 'keys are compared exactly',
    async run(context) {
      const end = 'x'.repeat(42);
      for (const first of ['a', 'A', '-', '_', '0']) {
        const counter = { key: `${first}${end}`, rule: GROWING };
        assert.deepEqual(await context.countTimes([counter], START, 2), [2], first);
      }
    },
  },
  {
    name: 'waits begin when the free failures are used up, double, and stop at the longest (G45)',
    async run(context) {
      const counter = makeCounter();
      let now = START;
      await context.countTimes([counter], now, 5);
      const waits: number[] = [];
      for (let i = 0; i < 14; i += 1) {
        const wait = await context.waitOf([counter], now);
        waits.push(wait / 1_000);
        assert.equal(await context.waitOf([counter], now + wait - 1), 1);
        now += wait;
        await context.count([counter], now);
      }
      assert.deepEqual(waits, [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1_024, 2_048, 3_600, 3_600]);
    },
  },
  {
    name: 'the wait after a thousand failures is still the longest',
    async run(context) {
      const counter = makeCounter(LARGE);
      let now = START;
      for (let i = 0; i < 1_000; i += 1) {
        await context.count([counter], now);
        now += LONG;
      }
      await context.count([counter], now);
      assert.equal(await context.waitOf([counter], now), LONG);
    },
  },
  {
    name: 'a window lets its limit through, refuses until it ends, and starts anew then (G49)',
    async run(context) {
      const counter = makeCounter(WINDOW);
      for (let i = 0; i < 50; i += 1) await context.count([counter], START + i * 1_000);
      assert.equal(await context.waitOf([counter], START + 50_000), 550_000);
      assert.equal(await context.waitOf([counter], START + 599_999), 1);
      const [first] = await context.count([counter], START + 600_000);
      assert.deepEqual([first?.failures, first?.at], [1, START + 600_000]);
      assert.deepEqual(await context.countTimes([counter], START + 600_001, 49), [50]);
      assert.equal(await context.waitOf([counter], START + 600_002), 599_998);
    },
  },
  {
    name: 'what is refused is counted on no counter',
    async run(context) {
      const [full, account, network] = [makeCounter(), makeCounter(), makeCounter(WINDOW)];
      await context.countTimes([full], START, 5);
      await context.countTimes([account], START, 2);
      for (let i = 0; i < 20; i += 1) {
        assert.equal((await context.store.count([account, full, network], START + 1)).ok, false);
      }
      assert.equal(await context.failuresOf(account, START + 2), 2);
      assert.equal(await context.failuresOf(network, START + 2), 0);
      assert.equal(await context.waitOf([full], START + 2), 998);
      assert.equal(await context.failuresOf(full, START + 1_000), 5);
    },
  },
  {
    name: 'a refusal names the counter with the longest wait, and the first of equals',
    async run(context) {
      const [short, long, alike] = [makeCounter(), makeCounter(WINDOW), makeCounter()];
      await context.countTimes([short], START, 5);
      await context.countTimes([long], START, 50);
      await context.countTimes([alike], START, 5);
      const fresh = makeCounter();
      const refused = (by: number, retryAfterMs: number) => ({ ok: false, by, retryAfterMs });
      const { store } = context;
      assert.deepEqual(await store.count([fresh, short, long], START), refused(2, 600_000));
      assert.deepEqual(await store.count([long, short], START + 5), refused(0, 599_995));
      assert.deepEqual(await store.count([fresh, alike, short], START + 1), refused(1, 999));
    },
  },
  {
    name: 'a growing counter is forgotten 24 hours after its last failure, and no earlier',
    async run(context) {
      const counter = makeCounter();
      await context.countTimes([counter], START, 4);
      assert.deepEqual(await context.countTimes([counter], START + DAY - 1, 1), [5]);
      assert.deepEqual(await context.countTimes([counter], START + 2 * DAY - 1, 1), [1]);
    },
  },
  {
    name: 'one that has reached what is kept is forgotten after 400 days, and no earlier (G40)',
    async run(context) {
      const counter = makeCounter({ kind: 'growing', free: 100, longestWaitMs: HOUR, keepFrom: 6 });
      await context.countTimes([counter], START, 6);
      const later = START + 400 * DAY - 1;
      assert.deepEqual(await context.countTimes([counter], later, 1), [7]);
      assert.deepEqual(await context.countTimes([counter], later + 400 * DAY, 1), [1]);
    },
  },
  {
    name: 'a clock that is set back makes no wait longer, and the wait ends',
    async run(context) {
      const [account, network] = [makeCounter(), makeCounter(WINDOW)];
      await context.countTimes([account], START, 5);
      await context.countTimes([network], START, 50);
      const back = START - 30 * DAY;
      assert.equal(await context.waitOf([account], back), 1_000);
      assert.equal(await context.waitOf([account], back + 400), 600);
      assert.equal(await context.waitOf([account], back + 1_000), 0);
      assert.equal(await context.waitOf([network], back), 600_000);
      assert.equal(await context.waitOf([network], back + 599_999), 1);
      assert.equal(await context.failuresOf(network, back + 600_000), 0);
    },
  },
];
