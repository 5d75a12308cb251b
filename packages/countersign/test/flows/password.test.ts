import { describe, expect, it } from 'vitest';

import { addWithApp, signIn, signInWithApp } from './authenticator-app.js';
import { ADDRESS, createWorld, MINUTE, NEXT, PASSWORD, passwordRecord } from './fixture.js';

const SHORT = 'seven lamps';

describe('changing the password (G36; ASVS 6.2.2, 6.2.3)', () => {
  it('replaces it, makes this session anew and tells the owner (ASVS 7.2.4, 6.3.7)', async () => {
    const world = createWorld();
    const { userId } = await world.addAccount();
    const ada = world.visitor();
    await signIn(world, ada);
    const before = new Map(ada.jar);
    const result = await ada.visit((visit) =>
      world.flows.password.change(visit, { current: PASSWORD, next: NEXT, endOthers: false }),
    );
    expect(result).toEqual({ ok: true });
    expect(ada.jar.get('__Host-id')).not.toBe(before.get('__Host-id'));
    expect(await ada.userId()).toBe(userId);
    expect(await world.mailed('password-changed')).toHaveLength(1);
    expect(await signIn(world, world.visitor())).toEqual({ ok: false, reason: 'refused' });
    expect(await signIn(world, world.visitor(), NEXT)).toEqual({ ok: true, userId });
  });

  it.each([true, false])(
    'ends the other sessions: %s, as is wanted (ASVS 7.4.3)',
    async (endOthers) => {
      const world = createWorld();
      const { userId } = await world.addAccount();
      const [ada, other] = [world.visitor(), world.visitor()];
      await signIn(world, ada);
      await signIn(world, other);
      await ada.visit((visit) =>
        world.flows.password.change(visit, { current: PASSWORD, next: NEXT, endOthers }),
      );
      expect(await other.userId()).toBe(endOthers ? null : userId);
      expect(await ada.userId()).toBe(userId);
    },
  );

  it('refuses a wrong current one, a weak next one and a visitor, and changes nothing', async () => {
    const world = createWorld();
    const { userId } = await world.addAccount();
    const ada = world.visitor();
    const change = (current: string, next: string) =>
      ada.visit((visit) => world.flows.password.change(visit, { current, next, endOthers: true }));
    expect(await change(PASSWORD, NEXT)).toEqual({ ok: false, reason: 'not-signed-in' });
    await signIn(world, ada);
    expect(await change('wrong', NEXT)).toEqual({ ok: false, reason: 'refused' });
    expect(await change(PASSWORD, SHORT)).toMatchObject({ refusal: 'too-short' });
    expect(await change('x'.repeat(5_000), NEXT)).toEqual({ ok: false, reason: 'malformed' });
    expect(await world.stored(userId)).toMatchObject({ password: { version: 1 } });
    expect(await world.mailed('password-changed')).toHaveLength(0);
  });

  it('slows down guesses at the current one, like those at a sign-in (G52)', async () => {
    const world = createWorld();
    await world.addAccount();
    const ada = world.visitor();
    await signIn(world, ada);
    const guess = () =>
      ada.visit((visit) =>
        world.flows.password.change(visit, { current: 'wrong', next: NEXT, endOthers: true }),
      );
    for (let i = 0; i < 5; i += 1) expect(await guess()).toMatchObject({ reason: 'refused' });
    expect(await guess()).toMatchObject({ reason: 'throttled', retryAfterMs: 1_000 });
  });

  it('asks for a fresh second factor, and takes the current password for the first (7.5.1)', async () => {
    const world = createWorld();
    const app = await addWithApp(world);
    const ada = world.visitor();
    await signInWithApp(world, ada, app);
    world.clock.advance(15 * MINUTE);
    const change = () =>
      ada.visit((visit) =>
        world.flows.password.change(visit, { current: PASSWORD, next: NEXT, endOthers: false }),
      );
    expect(await change()).toEqual({
      ok: false,
      reason: 'step-up',
      proofs: ['totp', 'recovery-code'],
    });
    await ada.visit((visit) => world.flows.stepUp.withTotp(visit, { code: app.code() }));
    expect(await change()).toEqual({ ok: true });
  });

  it('refuses a sign-in that has checked the old password meanwhile', async () => {
    const world = createWorld();
    const { userId } = await world.addAccount();
    const [ada, thief] = [world.visitor(), world.visitor()];
    await signIn(world, ada);
    world.hasher.during = async (run) => {
      if (!run.startsWith('verify')) return;
      world.hasher.during = () => undefined;
      await ada.visit((visit) =>
        world.flows.password.change(visit, { current: PASSWORD, next: NEXT, endOthers: false }),
      );
    };
    // The hash was read before it was replaced, and it matches.
    expect(await signIn(world, thief)).toEqual({ ok: false, reason: 'changed-meanwhile' });
    expect(await thief.userId()).toBeNull();
    expect(await world.stored(userId)).toMatchObject({ password: { phc: `1:${NEXT}` } });
  });

  it('refuses a sign-in that waits for its second factor (ASVS 7.2.4)', async () => {
    const world = createWorld();
    const app = await addWithApp(world);
    const [ada, thief] = [world.visitor(), world.visitor()];
    await signInWithApp(world, ada, app);
    world.clock.advance(30_000);
    expect(await signIn(world, thief)).toMatchObject({ reason: 'second-factor' });
    const changed = await ada.visit((visit) =>
      world.flows.password.change(visit, { current: PASSWORD, next: NEXT, endOthers: false }),
    );
    expect(changed).toEqual({ ok: true });
    const finished = await thief.visit((visit) =>
      world.flows.signIn.withTotp(visit, { code: app.code() }),
    );
    expect(finished).toEqual({ ok: false, reason: 'changed-meanwhile' });
    expect(await thief.userId()).toBeNull();
  });

  it('says so when this session was ended meanwhile, and ends the others all the same', async () => {
    const world = createWorld();
    const { userId } = await world.addAccount();
    const [ada, other] = [world.visitor(), world.visitor()];
    await signIn(world, ada);
    await signIn(world, other);
    world.hasher.during = async (run) => {
      if (run !== `hash ${NEXT}`) return;
      await ada.visit(({ session }) => session.signOut());
    };
    const result = await ada.visit((visit) =>
      world.flows.password.change(visit, { current: PASSWORD, next: NEXT, endOthers: true }),
    );
    expect(result).toEqual({ ok: false, reason: 'ended' });
    expect(await other.userId()).toBeNull();
    expect(await world.sessions.list(userId)).toEqual([]);
  });

  it('makes no new session where another change came between the proof and it', async () => {
    const world = createWorld();
    const { userId } = await world.addAccount();
    const ada = world.visitor();
    await signIn(world, ada);
    world.hasher.during = async (run) => {
      if (run === `hash ${NEXT}`) await world.sessions.refuseEarlierSignIns(userId);
    };
    const result = await ada.visit((visit) =>
      world.flows.password.change(visit, { current: PASSWORD, next: NEXT, endOthers: false }),
    );
    expect(result).toEqual({ ok: false, reason: 'ended' });
  });

  it('takes 8 characters beside a second factor only (G21)', async () => {
    const world = createWorld();
    const app = await addWithApp(world);
    const ada = world.visitor();
    await signInWithApp(world, ada, app);
    const change = (current: string, next: string) =>
      ada.visit((visit) => world.flows.password.change(visit, { current, next, endOthers: false }));
    expect(await change(PASSWORD, SHORT)).toEqual({ ok: true });
    expect(await world.stored(app.userId)).toMatchObject({ password: { standsAlone: false } });
  });

  it('refuses a short one whose second factor was removed while it was hashed (G21)', async () => {
    const world = createWorld();
    const app = await addWithApp(world);
    const [ada, other] = [world.visitor(), world.visitor()];
    await signInWithApp(world, ada, app);
    world.clock.advance(30_000);
    await signInWithApp(world, other, app);
    world.hasher.during = async (run) => {
      if (run !== `hash ${SHORT}`) return;
      world.hasher.during = () => undefined;
      await other.visit((visit) => world.flows.totp.remove(visit, { endOthers: false }));
    };
    const result = await ada.visit((visit) =>
      world.flows.password.change(visit, { current: PASSWORD, next: SHORT, endOthers: false }),
    );
    expect(result).toMatchObject({ reason: 'password-refused', refusal: 'too-short' });
    expect(result).toMatchObject({ message: expect.stringContaining('15') as string });
    expect(await world.stored(app.userId)).toMatchObject({
      totp: null,
      password: passwordRecord(),
    });
  });
});

describe('setting the first password', () => {
  it('takes a fresh proof, and then it opens the account', async () => {
    const world = createWorld();
    const { userId } = await world.addAccount({ password: null });
    const ada = world.visitor();
    await ada.signInAs(userId, ['email']);
    const set = (next: string) =>
      ada.visit((visit) => world.flows.password.set(visit, { next, endOthers: true }));
    expect(await set(SHORT)).toMatchObject({ refusal: 'too-short' });
    expect(await set(PASSWORD)).toEqual({ ok: true });
    expect(await signIn(world, world.visitor())).toEqual({ ok: true, userId });
    expect(await world.mailed('factor-added')).toMatchObject([{ to: ADDRESS }]);
    expect(await set(NEXT)).toEqual({ ok: false, reason: 'refused' });
    expect(await signIn(world, world.visitor())).toEqual({ ok: true, userId });
  });

  it('is refused when the last proof is too old', async () => {
    const world = createWorld();
    const { userId } = await world.addAccount({ password: null });
    const ada = world.visitor();
    await ada.signInAs(userId, ['email']);
    world.clock.advance(10 * MINUTE);
    const result = await ada.visit((visit) =>
      world.flows.password.set(visit, { next: PASSWORD, endOthers: true }),
    );
    expect(result).toEqual({ ok: false, reason: 'step-up', proofs: ['email'] });
    expect(await world.stored(userId)).toMatchObject({ password: null });
  });

  it('lets one of two win that race, and refuses a second (compare-and-swap)', async () => {
    const world = createWorld();
    const { userId } = await world.addAccount({ password: null });
    const ada = world.visitor();
    await ada.signInAs(userId, ['email']);
    const results = await Promise.all(
      [PASSWORD, NEXT].map((next) =>
        ada.visit((visit) => world.flows.password.set(visit, { next, endOthers: false })),
      ),
    );
    expect(results.filter(({ ok }) => ok)).toHaveLength(1);
    expect(await world.stored(userId)).toMatchObject({ password: { version: 1 } });
  });
});
