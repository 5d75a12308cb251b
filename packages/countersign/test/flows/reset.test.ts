// What is left of the old password after a reset, and what of the new one (passwords.md G21, G40, G72-G75,
// G83; G7 tests 9 and 12; ASVS 6.4.3).

import { describe, expect, it, test } from 'vitest';

import { ADDRESS, addressRecord, createWorld, NEXT, PASSWORD, passwordRecord } from './fixture.js';
import { ask, change, finish, OTHER, signIn, tokenFor, TOTP } from './reset-steps.js';

describe('afterwards', () => {
  it('nobody is signed in here, and every session of before is worthless (G73, G74; test 12)', async () => {
    const world = createWorld();
    const { userId } = await world.addAccount();
    const elsewhere = world.visitor();
    const here = world.visitor();
    await elsewhere.signInAs(userId);
    await here.signInAs(userId);
    const old = new Map(here.jar);
    const exchange = await finish(world, await tokenFor(world), NEXT, here);
    expect(exchange.result).toEqual({ ok: true });
    expect(exchange.cookies.filter((field) => !field.includes('Max-Age=0'))).toEqual([]);
    expect(await here.userId()).toBeNull();
    expect(await elsewhere.userId()).toBeNull();
    for (const [name, value] of old) here.jar.set(name, value);
    expect(await here.userId()).toBeNull();
  });

  it('whoever has no session gets none, and no cookie at all (G73)', async () => {
    const world = createWorld();
    await world.addAccount();
    const exchange = await finish(world, await tokenFor(world));
    expect(exchange).toMatchObject({ result: { ok: true }, cookies: [] });
  });

  it('the second factor is demanded as before (G73; ASVS 6.4.3, 2.3.1)', async () => {
    const world = createWorld();
    const { userId } = await world.addAccount({ totp: TOTP });
    const by = world.visitor();
    expect((await finish(world, await tokenFor(world), NEXT, by)).result).toEqual({ ok: true });
    expect(await signIn(world, NEXT, by)).toEqual({
      ok: false,
      reason: 'second-factor',
      factors: ['totp'],
    });
    expect(await by.userId()).toBeNull();
    expect((await world.stored(userId)).totp).toEqual(TOTP);
  });

  it('the old password opens nothing, and a sign-in that checked it before is refused (G74)', async () => {
    const world = createWorld();
    const { userId } = await world.addAccount({ totp: TOTP });
    const thief = world.visitor();
    expect(await signIn(world, PASSWORD, thief)).toMatchObject({ reason: 'second-factor' });
    const late = world.visitor();
    const attempt = await late.visit(({ session }) => session.beginSignIn(userId));
    expect((await finish(world, await tokenFor(world))).result).toEqual({ ok: true });
    expect(await signIn(world, PASSWORD)).toEqual({ ok: false, reason: 'refused' });
    expect(await thief.visit((visit) => world.flows.signIn.waiting(visit))).toBeUndefined();
    expect(await late.visit(({ session }) => session.signIn(userId, { attempt }))).toMatchObject({
      ok: false,
    });
  });

  it('every other link about the account is worthless, of whatever kind (G68, G74)', async () => {
    const world = createWorld();
    await world.addAccount();
    const by = world.visitor();
    await by.visit((visit) => world.flows.signInLink.request(visit, { address: ADDRESS }));
    const link = await world.tokenOf('sign-in-link');
    const spare = world.oneTime;
    const token = await tokenFor(world);
    expect(await by.visit((visit) => world.flows.signInLink.look(visit, { token: link }))).toEqual({
      ok: true,
    });
    const removed: string[] = [];
    const { removeAbout } = spare;
    spare.removeAbout = (subject, options) => {
      removed.push(`${subject} ${options?.kind ?? 'of every kind'}`);
      return removeAbout.call(spare, subject, options);
    };
    expect((await finish(world, token)).result).toEqual({ ok: true });
    expect(await by.visit((visit) => world.flows.signInLink.look(visit, { token: link }))).toEqual({
      ok: false,
      reason: 'expired',
    });
    expect(removed).toEqual([expect.stringMatching(/ of every kind$/)]);
  });

  it('a password that was guessed at too often is open again, its waits are over (G40; test 9)', async () => {
    const closed = { at: 0, to: 'everyone' } as const;
    const world = createWorld();
    const { userId } = await world.addAccount({ password: { ...passwordRecord(), closed } });
    const stranger = world.visitor();
    for (let n = 0; n < 6; n += 1) await signIn(world, 'wrong', stranger);
    expect(await signIn(world, PASSWORD)).toMatchObject({ reason: 'throttled' });
    expect((await finish(world, await tokenFor(world))).result).toEqual({ ok: true });
    expect((await world.stored(userId)).password).toMatchObject({ closed: null, version: 2 });
    expect(await signIn(world, NEXT)).toEqual({ ok: true, userId });
  });

  it('on a device of the owner its waits are over too, and it stays known (G46)', async () => {
    const world = createWorld();
    const { userId } = await world.addAccount();
    const owner = world.visitor();
    expect(await signIn(world, PASSWORD, owner)).toMatchObject({ ok: true });
    for (let n = 0; n < 6; n += 1) await signIn(world, 'wrong', owner);
    expect(await signIn(world, PASSWORD, owner)).toMatchObject({ reason: 'throttled' });
    expect((await finish(world, await tokenFor(world), NEXT, owner)).result).toEqual({ ok: true });
    expect(await signIn(world, NEXT, owner)).toEqual({ ok: true, userId });
    expect(await world.mailed('new-device')).toHaveLength(1);
  });

  it('every verified address is told, without password or token (G75, G83)', async () => {
    const world = createWorld();
    await world.addAccount({
      addresses: [addressRecord(ADDRESS), addressRecord(OTHER), addressRecord('x@y.example', null)],
    });
    const token = await tokenFor(world);
    expect((await finish(world, token)).result).toEqual({ ok: true });
    const notices = await world.mailed('password-reset');
    expect(notices.map(({ to }) => to)).toEqual([ADDRESS, OTHER]);
    for (const { text, html } of notices) {
      expect(`${text}${html}`).not.toContain(NEXT);
      expect(`${text}${html}`).not.toContain(token);
      expect(`${text}${html}`).not.toContain('token=');
    }
  });

  it('an account without a password has its first one', async () => {
    const world = createWorld();
    const { userId } = await world.addAccount({ password: null });
    expect((await finish(world, await tokenFor(world))).result).toEqual({ ok: true });
    expect(await signIn(world, NEXT)).toEqual({ ok: true, userId });
  });
});

describe('the new password', () => {
  it('is under the policy, and a refused one costs nobody the link (G72)', async () => {
    const world = createWorld();
    const { userId } = await world.addAccount();
    const token = await tokenFor(world);
    for (const password of ['short', 'passwordpassword', 'ada@example.org-2026', '\ud800']) {
      const { result } = await finish(world, token, password);
      expect(result).toMatchObject({ reason: 'password-refused' });
    }
    expect((await world.stored(userId)).revision).toBe(1);
    expect((await finish(world, token)).result).toEqual({ ok: true });
  });

  it('may be short beside a second factor, and only if that is still there when it is set (G21)', async () => {
    const short = 'grey 7 owl';
    const world = createWorld();
    const { userId } = await world.addAccount({ totp: TOTP });
    const token = await tokenFor(world);
    world.hasher.during = async () => change(world, userId, (now) => ({ ...now, totp: null }));
    expect((await finish(world, token, short)).result).toEqual({ ok: false, reason: 'expired' });
    const other = createWorld();
    const account = await other.addAccount({ totp: TOTP });
    expect((await finish(other, await tokenFor(other), short)).result).toEqual({ ok: true });
    expect((await other.stored(account.userId)).password?.standsAlone).toBe(false);
  });

  it('is not set while the sessions cannot be ended, and that costs nobody the link (G74)', async () => {
    const world = createWorld();
    const { userId } = await world.addAccount();
    const token = await tokenFor(world);
    const { endUser } = world.sessions;
    world.sessions.endUser = () => Promise.reject(new Error('The store is down'));
    await expect(finish(world, token)).rejects.toThrow('The store is down');
    expect((await world.stored(userId)).password).toMatchObject({
      phc: `1:${PASSWORD}`,
      version: 1,
    });
    world.sessions.endUser = endUser;
    expect((await finish(world, token)).result).toEqual({ ok: true });
  });

  it('that cannot be hashed right now costs nobody the link, nor a session', async () => {
    const world = createWorld();
    const { userId } = await world.addAccount();
    const token = await tokenFor(world);
    const other = world.visitor();
    expect(await signIn(world, PASSWORD, other)).toEqual({ ok: true, userId });
    world.hasher.busy = true;
    await expect(finish(world, token)).rejects.toThrow(
      expect.objectContaining({ code: 'hasher-busy' }),
    );
    world.hasher.busy = false;
    expect(await other.userId()).toBe(userId);
    expect((await world.stored(userId)).revision).toBe(1);
    expect((await finish(world, token)).result).toEqual({ ok: true });
  });
});

test('the listener hears of every step, with no address and no token (G15, G53)', async () => {
  const world = createWorld();
  const { userId } = await world.addAccount();
  const token = await tokenFor(world);
  await ask(world, 'nobody@example.org');
  await finish(world, 'A'.repeat(43));
  await finish(world, token);
  await world.flows.settled();
  expect(
    world.events.map(({ action, outcome, reason, userId: who }) => [action, outcome, reason, who]),
  ).toEqual([
    ['request-link', 'success', null, userId],
    ['reset-password', 'refused', 'expired', null],
    ['reset-password', 'success', null, userId],
    ['request-link', 'refused', 'unknown-account', null],
  ]);
  expect(JSON.stringify(world.events)).not.toContain(token);
  expect(JSON.stringify(world.events)).not.toContain('@');
});
