// Conformance of stores of one-time records: taking uses up, in one atomic step; reading does not.

import assert from 'node:assert/strict';

import { alone, type OneTimeCase } from './one-time-case.js';

export const takingCases: readonly OneTimeCase[] = [
  alone('reading uses nothing up (G66)', async (context) => {
    const { store, now } = context;
    const record = await context.put();
    for (let i = 0; i < 5; i += 1) {
      const found = await store.read('reset', record.hash, now);
      assert.deepEqual(found && { ...found }, record);
    }
  }),

  alone('a record is taken once, whole (G66, ASVS 6.5.1)', async (context) => {
    const { store, now } = context;
    const record = await context.put({ subject: null, content: '{"a":[]}' });
    const other = await context.put();
    const taken = await store.take('reset', record.hash, now);
    assert.deepEqual(taken && { ...taken }, record);
    assert.equal(await store.take('reset', record.hash, now), null);
    assert.equal(await store.read('reset', record.hash, now), null);
    await context.assertLeft([record, other], [other]);
    const third = await context.put();
    assert.notEqual(await store.take('reset', other.hash, now), null);
    await context.assertLeft([other, third], [third]);
  }),

  alone('of 50 who take a record at once, one gets it (G66, ASVS 6.5.1)', async (context) => {
    const { store, now } = context;
    const record = await context.put();
    const taken = await Promise.all(
      Array.from({ length: 50 }, async () => store.take('reset', record.hash, now)),
    );
    const winners = taken.filter((each) => each !== null);
    assert.equal(winners.length, 1);
    assert.deepEqual({ ...winners[0] }, record);
  }),

  alone('of 50 who take as two kinds at once, one of its own kind gets it', async (context) => {
    const { store, now } = context;
    const record = await context.put({ kind: 'provider' });
    const taken = await Promise.all(
      Array.from({ length: 50 }, async (_, i) =>
        store.take(i % 2 === 0 ? 'reset' : 'provider', record.hash, now),
      ),
    );
    const winners = taken.flatMap((each, i) => (each === null ? [] : [i % 2]));
    assert.deepEqual(winners, [1]);
  }),

  alone('records that are taken at once do not disturb each other', async (context) => {
    const { store, now } = context;
    const records = await Promise.all(
      Array.from({ length: 50 }, (_, i) => context.put({ subject: i % 3 === 0 ? null : 'u1' })),
    );
    const taken = await Promise.all(
      records.map(async ({ kind, hash }) => store.take(kind, hash, now)),
    );
    assert.deepEqual(
      taken.map((each) => each && { ...each }),
      records,
    );
  }),
];
