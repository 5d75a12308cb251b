// Codes of apps and recovery codes at the second step of a sign-in: once, counted, closed, replaced.

import { describe, expect, it } from 'vitest';

import { addWithApp, beginApp, codeAt, signIn, signInWithApp } from './authenticator-app.js';
import { createWorld, MINUTE, PASSWORD } from './fixture.js';

describe('codes', () => {
  it('open one thing once, however many show one at the same time (ASVS 6.5.1)', async () => {
    const world = createWorld();
    const app = await addWithApp(world);
    const thieves = [1, 2, 3, 4].map(() => world.visitor());
    for (const thief of thieves) await signIn(world, thief);
    const code = app.code();
    const results = await Promise.all(
      thieves.map((each) => each.visit((visit) => world.flows.signIn.withTotp(visit, { code }))),
    );
    expect(results.filter(({ ok }) => ok)).toHaveLength(1);
    const ada = thieves[results.findIndex(({ ok }) => ok)];
    expect(await ada?.visit((visit) => world.flows.stepUp.withTotp(visit, { code }))).toEqual({
      ok: false,
      reason: 'refused',
    });
  });

  it('of a recovery kind too: one of many gets in, and the owner is told what is left (G81)', async () => {
    const world = createWorld();
    const app = await addWithApp(world);
    const thieves = [1, 2, 3].map(() => world.visitor());
    for (const thief of thieves) await signIn(world, thief);
    const [code = ''] = app.recoveryCodes;
    const results = await Promise.all(
      thieves.map((each) =>
        each.visit((visit) => world.flows.signIn.withRecoveryCode(visit, { code })),
      ),
    );
    expect(results.filter(({ ok }) => ok)).toHaveLength(1);
    const [mail] = await world.mailed('recovery-code-used');
    expect(mail?.text).toContain('9 codes');
  });

  it('count as guesses one by one, however many come at once (G47)', async () => {
    const world = createWorld();
    const app = await addWithApp(world);
    const thief = world.visitor();
    await signIn(world, thief);
    const code = app.wrong();
    const results = await Promise.all(
      Array.from({ length: 1_000 }, () =>
        thief.visit((visit) => world.flows.signIn.withTotp(visit, { code })),
      ),
    );
    expect(results.filter((each) => !each.ok && each.reason === 'refused')).toHaveLength(5);
    expect(results.filter((each) => !each.ok && each.reason === 'throttled')).toHaveLength(995);
  });

  it('are closed after 100 failures; recovery codes open, and a new app (G40)', async () => {
    const world = createWorld();
    const app = await addWithApp(world);
    const thief = world.visitor({ address: '203.0.113.9' });
    let failures = 0;
    for (let i = 0; failures < 100 && i < 1_000; i += 1) {
      // Longer than any wait, and not as long as the count lives.
      world.clock.advance(61 * MINUTE);
      await signIn(world, thief);
      const code = app.wrong();
      const guess = await thief.visit((visit) => world.flows.signIn.withTotp(visit, { code }));
      if (!guess.ok && guess.reason === 'refused') failures += 1;
    }
    expect(failures).toBe(100);
    expect(await world.mailed('factor-closed')).toHaveLength(1);
    world.clock.advance(61 * MINUTE);
    const ada = world.visitor();
    expect(await signIn(world, ada)).toMatchObject({ factors: ['recovery-code'] });
    const withCode = ada.visit((visit) => world.flows.signIn.withTotp(visit, { code: app.code() }));
    expect(await withCode).toEqual({ ok: false, reason: 'refused' });
    const [code = ''] = app.recoveryCodes;
    const entered = ada.visit((visit) => world.flows.signIn.withRecoveryCode(visit, { code }));
    expect(await entered).toEqual({ ok: true, userId: app.userId });
    const { secret, setup } = await beginApp(world, ada);
    const proof = { setup, code: codeAt(secret, world.clock.now()), endOthers: false };
    expect(await ada.visit((visit) => world.flows.totp.confirm(visit, proof))).toMatchObject({
      ok: true,
    });
    world.clock.advance(30_000);
    const next = world.visitor();
    expect(await signIn(world, next)).toMatchObject({ factors: ['totp', 'recovery-code'] });
    const fresh = codeAt(secret, world.clock.now());
    const last = next.visit((visit) => world.flows.signIn.withTotp(visit, { code: fresh }));
    expect(await last).toEqual({ ok: true, userId: app.userId });
  });
});

describe('recovery codes', () => {
  it('are replaced as a whole: the old ones open nothing, the new ones do', async () => {
    const world = createWorld();
    const app = await addWithApp(world);
    const ada = world.visitor();
    await signInWithApp(world, ada, app);
    const replaced = await ada.visit((visit) =>
      world.flows.recoveryCodes.replace(visit, { endOthers: false }),
    );
    if (!replaced.ok) throw new Error(replaced.reason);
    expect(replaced.codes).toHaveLength(10);
    expect(await world.mailed('recovery-codes-replaced')).toHaveLength(1);
    const next = world.visitor();
    await signIn(world, next);
    const use = (code = '') =>
      next.visit((visit) => world.flows.signIn.withRecoveryCode(visit, { code }));
    expect(await use(app.recoveryCodes[0])).toEqual({ ok: false, reason: 'refused' });
    expect(await use(replaced.codes[0])).toEqual({ ok: true, userId: app.userId });
  });

  it.each([true, false])(
    'ends the other sessions with new codes if that is wanted (7.4.3): %s',
    async (endOthers) => {
      const world = createWorld();
      const app = await addWithApp(world);
      const [other, ada] = [world.visitor(), world.visitor()];
      await signInWithApp(world, other, app);
      world.clock.advance(60_000);
      await signInWithApp(world, ada, app);
      const replaced = await ada.visit((visit) =>
        world.flows.recoveryCodes.replace(visit, { endOthers }),
      );
      expect(replaced).toMatchObject({ ok: true });
      const userOf = (visitor: typeof other) =>
        visitor.visit((visit) => Promise.resolve(visit.session.userId));
      expect(await userOf(other)).toBe(endOthers ? null : app.userId);
      expect(await userOf(ada)).toBe(app.userId);
    },
  );

  it('are none without a second factor', async () => {
    const world = createWorld();
    await world.addAccount();
    const ada = world.visitor();
    await signIn(world, ada);
    const replaced = await ada.visit((visit) =>
      world.flows.recoveryCodes.replace(visit, { endOthers: false }),
    );
    expect(replaced).toEqual({ ok: false, reason: 'no-second-factor' });
    expect(await signIn(world, world.visitor(), PASSWORD)).toMatchObject({ ok: true });
  });
});
