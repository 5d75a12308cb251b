// Signing in with a link by mail: only the browser that asked can use it, and the second factor is asked
// for all the same (ASVS 6.6.2, 6.5.5, 6.4.3, 2.3.1; passwords.md G60, G65, G66).

import { describe, expect, it } from 'vitest';

import type { Account } from '../../src/accounts/account.js';
import type { LinkRequestOutcome } from '../../src/flows/link-request.js';
import type { LinkSignInOutcome } from '../../src/flows/sign-in-link.js';
import {
  ADDRESS,
  addressRecord,
  createWorld,
  MINUTE,
  passwordRecord,
  type Exchange,
  type Visitor,
  type World,
} from './fixture.js';
import { change, TOTP } from './reset-steps.js';

const COOKIE = '__Host-link-request';

async function ask(
  world: World,
  by: Visitor,
  input: { readonly address?: string; readonly remember?: boolean } = {},
): Promise<Exchange<LinkRequestOutcome>> {
  return by.send((visit) => world.flows.signInLink.request(visit, { address: ADDRESS, ...input }));
}

async function tokenFor(world: World, by: Visitor): Promise<string> {
  expect((await ask(world, by)).result).toEqual({ ok: true });
  return world.tokenOf('sign-in-link');
}

async function finish(world: World, token: string, by: Visitor): Promise<LinkSignInOutcome> {
  return by.visit((visit) => world.flows.signInLink.finish(visit, { token }));
}

describe('a request', () => {
  it('has one answer for every address, with a cookie of one shape (G60; 6.3.8)', async () => {
    const states: Readonly<Record<string, Partial<Account> | undefined>> = {
      unknown: undefined,
      known: {},
      'with two factors': { totp: TOTP },
      disabled: { status: 'disabled' },
      unverified: { addresses: [addressRecord(ADDRESS, null)] },
    };
    const answers: unknown[] = [];
    const sent: Record<string, number> = {};
    for (const [state, fields] of Object.entries(states)) {
      const world = createWorld();
      if (fields !== undefined) await world.addAccount(fields);
      const exchange = await ask(world, world.visitor());
      const shape = (text: string): string => text.replace(/=[\w-]{43};/, '=a secret;');
      const cookies = exchange.cookies.map(shape);
      const headers = [...exchange.headers].map(([name, value]) => [name, shape(value)]);
      answers.push({ ...exchange, cookies, headers });
      sent[state] = (await world.mailed('sign-in-link')).length;
    }
    expect(answers[0]).toMatchObject({
      result: { ok: true },
      cookies: [`${COOKIE}=a secret; Max-Age=600; Path=/; Secure; HttpOnly; SameSite=Lax`],
    });
    for (const answer of answers) expect(answer).toEqual(answers[0]);
    expect(sent).toEqual({
      unknown: 0,
      known: 1,
      'with two factors': 1,
      disabled: 0,
      unverified: 0,
    });
  });

  it('for a name mails the primary address, and signs nobody in by itself', async () => {
    const world = createWorld();
    await world.addAccount({ name: { typed: 'Ada', canonical: 'ada' } });
    const by = world.visitor();
    await ask(world, by, { address: 'ADA' });
    expect((await world.mailed('sign-in-link')).map(({ to }) => to)).toEqual([ADDRESS]);
    expect(await by.userId()).toBeNull();
  });

  it('too many set no cookie, for whomever (G61)', async () => {
    const world = createWorld();
    const answers = [];
    for (const address of [ADDRESS, 'nobody@example.org']) {
      for (let n = 0; n < 6; n += 1) answers.push(await ask(world, world.visitor(), { address }));
    }
    for (const last of [answers[5], answers[11]]) {
      expect(last).toMatchObject({ result: { reason: 'throttled' }, cookies: [] });
    }
  });
});

describe('the link', () => {
  it('signs in the browser that asked, once', async () => {
    const world = createWorld();
    const { userId } = await world.addAccount();
    const by = world.visitor();
    const token = await tokenFor(world, by);
    expect(await finish(world, token, by)).toEqual({ ok: true, userId });
    expect(await by.userId()).toBe(userId);
    expect(await by.factors()).toEqual(['email']);
    expect(by.jar.has(COOKIE)).toBe(false);
    expect(await finish(world, token, by)).toEqual({ ok: false, reason: 'expired' });
  });

  it('is worthless in any other browser, which does not use it up (6.6.2)', async () => {
    const world = createWorld();
    const { userId } = await world.addAccount();
    const by = world.visitor();
    const other = world.visitor();
    const third = world.visitor();
    await ask(world, other, { address: 'nobody@example.org' });
    const token = await tokenFor(world, by);
    const refused = { ok: false, reason: 'other-browser' };
    for (const elsewhere of [other, third]) {
      expect(
        await elsewhere.visit((visit) => world.flows.signInLink.look(visit, { token })),
      ).toEqual(refused);
      expect(await finish(world, token, elsewhere)).toEqual(refused);
      expect(await elsewhere.userId()).toBeNull();
    }
    expect(await by.visit((visit) => world.flows.signInLink.look(visit, { token }))).toEqual({
      ok: true,
    });
    expect(await finish(world, token, by)).toEqual({ ok: true, userId });
  });

  it('of a stranger who asked for it is of no use to the owner who opens it, nor to the stranger', async () => {
    const world = createWorld();
    await world.addAccount();
    const stranger = world.visitor();
    const owner = world.visitor();
    const token = await tokenFor(world, stranger);
    expect(await finish(world, token, owner)).toEqual({ ok: false, reason: 'other-browser' });
    expect(await stranger.userId()).toBeNull();
  });

  it('does not stand in for the second factor (6.4.3, 2.3.1)', async () => {
    const world = createWorld();
    await world.addAccount({ totp: TOTP });
    const by = world.visitor();
    const token = await tokenFor(world, by);
    expect(await finish(world, token, by)).toEqual({
      ok: false,
      reason: 'second-factor',
      factors: ['totp'],
    });
    expect(await by.userId()).toBeNull();
    expect(await by.visit((visit) => world.flows.signIn.waiting(visit))).toEqual({
      factors: ['totp'],
    });
    expect(await finish(world, token, by)).toEqual({ ok: false, reason: 'expired' });
  });

  it('is worthless once another was asked for, in whatever browser (G68)', async () => {
    const world = createWorld();
    await world.addAccount();
    const by = world.visitor();
    const first = await tokenFor(world, by);
    const cookie = by.jar.get(COOKIE) ?? '';
    await tokenFor(world, world.visitor());
    expect(await finish(world, first, by)).toEqual({ ok: false, reason: 'expired' });
    const second = await tokenFor(world, by);
    by.jar.set(COOKIE, cookie);
    expect(await finish(world, second, by)).toEqual({ ok: false, reason: 'other-browser' });
  });

  it('signs in once of three times at once', async () => {
    const world = createWorld();
    await world.addAccount();
    const by = world.visitor();
    const token = await tokenFor(world, by);
    const ends = await Promise.all([1, 2, 3].map(() => finish(world, token, by)));
    expect(ends.filter(({ ok }) => ok)).toHaveLength(1);
  });

  it('lives for 10 minutes to the millisecond (6.5.5)', async () => {
    const world = createWorld();
    await world.addAccount();
    const by = world.visitor();
    const token = await tokenFor(world, by);
    world.clock.advance(10 * MINUTE - 1);
    expect(await by.visit((visit) => world.flows.signInLink.look(visit, { token }))).toEqual({
      ok: true,
    });
    world.clock.advance(1);
    expect(await finish(world, token, by)).toEqual({ ok: false, reason: 'expired' });
  });

  it('remembers the browser only if that was asked for', async () => {
    for (const remember of [true, false]) {
      const world = createWorld();
      const { userId } = await world.addAccount();
      const by = world.visitor();
      await ask(world, by, { remember });
      await finish(world, await world.tokenOf('sign-in-link'), by);
      expect(await world.sessions.list(userId)).toMatchObject([{ remembered: remember }]);
    }
  });

  it.each([
    ['the password was changed', { password: { ...passwordRecord('another'), version: 2 } }],
    ['the address was removed', { addresses: [addressRecord('ada@work.example')] }],
    ['the account was disabled', { status: 'disabled' }],
  ] as const)('is worthless once %s (G65)', async (_, fields) => {
    const world = createWorld();
    const { userId } = await world.addAccount();
    const by = world.visitor();
    const token = await tokenFor(world, by);
    await change(world, userId, (account) => ({ ...account, ...fields }));
    expect(await finish(world, token, by)).toEqual({ ok: false, reason: 'expired' });
    expect(await by.userId()).toBeNull();
  });

  it('is worthless once all sessions of the account were ended', async () => {
    const world = createWorld();
    const { userId } = await world.addAccount();
    const by = world.visitor();
    const token = await tokenFor(world, by);
    await world.sessions.endUser(userId);
    expect(await finish(world, token, by)).toEqual({ ok: false, reason: 'changed-meanwhile' });
    expect(await by.userId()).toBeNull();
  });

  it('gives a fresh proof to who is signed in, where there is no password to ask for', async () => {
    const world = createWorld();
    const { userId } = await world.addAccount({ password: null });
    const by = world.visitor();
    await by.signInAs(userId, ['email']);
    world.clock.advance(20 * MINUTE);
    const check = async (): Promise<unknown> =>
      by.visit((visit) => world.flows.stepUp.check(visit, { purpose: 'credentials' }));
    expect(await check()).toEqual({ ok: false, reason: 'step-up', proofs: ['email'] });
    expect(await finish(world, await tokenFor(world, by), by)).toEqual({ ok: true, userId });
    expect(await check()).toEqual({ ok: true });
  });
});
