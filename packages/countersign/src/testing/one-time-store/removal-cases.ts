// Conformance of stores of one-time records: what is about a subject is removed together.

import { alone, type OneTimeCase } from './one-time-case.js';

export const removalCases: readonly OneTimeCase[] = [
  alone('all records about a subject go together (G68)', async (context) => {
    const mine = [
      await context.put(),
      await context.put(),
      await context.replace({ kind: 'sign-in-link' }),
      await context.put({ kind: 'second-factor' }),
    ];
    const others = [
      await context.put({ subject: 'u2' }),
      await context.replace({ subject: 'u11' }),
      await context.put({ subject: null }),
    ];
    await context.store.removeAbout('u1');
    await context.assertLeft([...mine, ...others], others);
    await context.store.removeAbout('u1');
    await context.assertLeft(others, others);
  }),

  alone('or those of one kind', async (context) => {
    const resets = [await context.put(), await context.put(), await context.put()];
    const others = [
      await context.put({ kind: 'sign-in-link' }),
      await context.put({ kind: 'reset2' }),
      await context.put({ subject: 'u2' }),
      await context.put({ subject: null }),
    ];
    await context.store.removeAbout('u1', { kind: 'reset' });
    await context.assertLeft([...resets, ...others], others);
    await context.store.removeAbout('u1', { kind: 'sign-in-link' });
    await context.assertLeft(others, others.slice(1));
  }),

  alone('later ones are not touched by it', async (context) => {
    const before = await context.replace();
    await context.store.removeAbout('u1');
    const after = [await context.replace(), await context.put()];
    await context.assertLeft([before, ...after], after);
  }),

  alone('what is left of a replaced one goes too', async (context) => {
    const records = [await context.put(), await context.replace(), await context.put()];
    records.push(await context.put({ expiresAt: context.now + 1 }));
    await context.store.removeAbout('u1');
    await context.assertLeft(records, []);
  }),
];
