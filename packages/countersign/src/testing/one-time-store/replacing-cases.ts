// Conformance of stores of one-time records: a record that replaces makes earlier ones of its kind and
// subject worthless, and of many at once one is left.

import assert from 'node:assert/strict';

import { alone, type OneTimeCase } from './one-time-case.js';

export const replacingCases: readonly OneTimeCase[] = [
  alone('a record replaces earlier ones of its kind and subject (G68)', async (context) => {
    const first = await context.replace();
    const second = await context.replace();
    const third = await context.replace();
    await context.assertLeft([first, second, third], [third]);
    assert.equal(await context.store.take('reset', first.hash, context.now), null);
    const taken = await context.store.take('reset', third.hash, context.now);
    assert.deepEqual(taken && { ...taken }, third);
  }),

  alone('those too that replaced nothing themselves', async (context) => {
    const earlier = [await context.put(), await context.put(), await context.replace()];
    earlier.push(await context.put());
    const last = await context.replace();
    await context.assertLeft([...earlier, last], [last]);
  }),

  alone('no others', async (context) => {
    const others = [
      await context.replace({ kind: 'sign-in-link' }),
      await context.replace({ kind: 'reset2' }),
      await context.replace({ subject: 'u2' }),
      await context.replace({ subject: 'u1 ' }),
      await context.replace({ subject: 'U1' }),
      await context.replace({ subject: '' }),
      await context.put({ subject: null }),
    ];
    const mine = await context.replace();
    await context.assertLeft([...others, mine], [...others, mine]);
  }),

  alone('not without being told to', async (context) => {
    const first = await context.replace();
    const second = await context.put();
    const third = await context.put();
    await context.assertLeft([first, second, third], [first, second, third]);
  }),

  alone('records about nobody replace nothing', async (context) => {
    const first = await context.replace({ subject: null });
    const second = await context.replace({ subject: null });
    await context.assertLeft([first, second], [first, second]);
  }),

  alone('a kind and a subject are not run together', async (context) => {
    const records = [
      await context.replace({ kind: 'ab', subject: 'c' }),
      await context.replace({ kind: 'a', subject: 'bc' }),
      await context.replace({ kind: 'a b', subject: 'c' }),
      await context.replace({ kind: 'a', subject: 'b c' }),
      await context.replace({ kind: 'a:b', subject: 'c' }),
      await context.replace({ kind: 'a', subject: 'b:c' }),
    ];
    await context.assertLeft(records, records);
  }),

  alone('one that was taken or has expired is replaced without a word', async (context) => {
    const { store, now } = context;
    const taken = await context.replace();
    await store.take('reset', taken.hash, now);
    const brief = await context.replace({ expiresAt: now + 1 });
    const last = await context.replace();
    await context.assertLeft([taken, brief, last], [last]);
  }),

  alone('of 20 that replace each other at once, one is left (G68)', async (context) => {
    // Several rounds: on a fast server not every round has two that meet.
    for (const subject of ['u1', 'u2', 'u3']) {
      const before = [await context.put({ subject }), await context.replace({ subject })];
      const records = await Promise.all(
        Array.from({ length: 20 }, () => context.replace({ subject })),
      );
      assert.equal((await context.left(records)).length, 1);
      await context.assertLeft(before, []);
      const last = await context.replace({ subject });
      await context.assertLeft([...before, ...records, last], [last]);
    }
  }),

  alone('of 20 over four subjects, one is left about each', async (context) => {
    const subjects = ['u1', 'u2', 'u3', 'u4'];
    const records = await Promise.all(
      Array.from({ length: 20 }, (_, i) => context.replace({ subject: subjects[i % 4] ?? null })),
    );
    const left = await context.left(records);
    assert.equal(left.length, 4);
    assert.equal(new Set(left.map(({ subject }) => subject)).size, 4);
  }),

  alone('taking one while others replace it leaves the last of them', async (context) => {
    const { store, now } = context;
    const old = await context.replace();
    const [taken, fresh, again] = await Promise.all([
      store.take('reset', old.hash, now),
      context.replace(),
      store.take('reset', old.hash, now),
    ]);
    assert.ok(taken === null || again === null, 'taken twice');
    await context.assertLeft([old, fresh], [fresh]);
  }),
];
