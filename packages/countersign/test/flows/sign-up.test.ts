// Signing up by mail: what the answer tells (nothing), and what the link makes (passwords.md G60, G61,
// G65-G67; ASVS 6.3.8).

import { describe, expect, it, test } from 'vitest';

import type { Account } from '../../src/accounts/account.js';
import type { LinkRequestOutcome } from '../../src/flows/link-request.js';
import type { SignUpOutcome } from '../../src/flows/sign-up.js';
import {
  ADDRESS,
  addressRecord,
  createWorld,
  look,
  MINUTE,
  PASSWORD,
  type Exchange,
  type Visitor,
  type World,
} from './fixture.js';

async function ask(
  world: World,
  address: string = ADDRESS,
  by: Visitor = world.visitor(),
): Promise<LinkRequestOutcome> {
  return by.visit((visit) => world.flows.signUp.request(visit, { address }));
}

async function tokenFor(world: World, address: string = ADDRESS): Promise<string> {
  expect(await ask(world, address)).toEqual({ ok: true });
  return world.tokenOf('sign-up');
}

async function finish(
  world: World,
  token: string,
  by: Visitor = world.visitor(),
  input: { readonly password?: string; readonly displayName?: string } = {},
): Promise<Exchange<SignUpOutcome>> {
  return by.send((visit) =>
    world.flows.signUp.finish(visit, { token, password: PASSWORD, ...input }),
  );
}

describe('a request', () => {
  it('has one answer for every address; the mails tell its owner how it is (G60; 6.3.8)', async () => {
    const states: Readonly<Record<string, Partial<Account> | undefined>> = {
      unknown: undefined,
      known: { addresses: [addressRecord('Ada@Example.org')] },
      unverified: { addresses: [addressRecord(ADDRESS, null)] },
      disabled: { status: 'disabled' },
      'the name of an account': { addresses: [], name: { typed: ADDRESS, canonical: ADDRESS } },
    };
    const answers: unknown[] = [];
    const mails: Record<string, readonly string[]> = {};
    for (const [state, fields] of Object.entries(states)) {
      const world = createWorld();
      if (fields !== undefined) await world.addAccount(fields);
      const exchange = await world
        .visitor()
        .send((visit) => world.flows.signUp.request(visit, { address: 'ADA@example.org' }));
      answers.push({ ...exchange, headers: [...exchange.headers] });
      await world.flows.settled();
      mails[state] = world.mails.map(({ to, kind }) => `${kind} to ${to}`);
    }
    expect(answers[0]).toMatchObject({ result: { ok: true }, status: 200, cookies: [] });
    for (const answer of answers) expect(answer).toEqual(answers[0]);
    expect(mails).toEqual({
      unknown: ['sign-up to ADA@example.org'],
      known: ['sign-up-known to Ada@example.org'],
      unverified: ['sign-up to ADA@example.org'],
      disabled: [],
      'the name of an account': [],
    });
  });

  it('says nothing to an account that is only called like the address: its mailbox is another', async () => {
    const world = createWorld();
    await world.addAccount({
      name: { typed: ADDRESS, canonical: ADDRESS },
      addresses: [addressRecord('eve@example.net')],
    });
    expect(await ask(world)).toEqual({ ok: true });
    await world.flows.settled();
    expect(world.mails).toEqual([]);
  });

  it('makes no account, and says without a token that there is one (G62)', async () => {
    const world = createWorld();
    const before = await world.addAccount();
    await ask(world);
    const [mail] = await world.mailed('sign-up-known');
    expect(`${mail?.text}${mail?.html}`).not.toContain('token');
    expect(await world.stored(before.userId)).toEqual(before);
    await tokenFor(world, 'eve@example.net');
    expect(await world.accounts.findUserId('eve@example.net')).toBeUndefined();
  });

  it.each([
    'ada@example.org\r\nBcc: eve@example.net',
    'ada@example.org\nSubject: hello',
    'ada@example.org, eve@example.net',
    'Ada <ada@example.org>',
    'ada@example\u2028.org',
    'ada@example.org>',
    '"ada\r\n"@example.org',
    'ada',
    '',
  ])('with %j is refused and mails nobody', async (address) => {
    const world = createWorld();
    expect(await ask(world, address)).toMatchObject({ ok: false, reason: 'address-invalid' });
    await world.flows.settled();
    expect(world.mails).toEqual([]);
  });

  it('is limited by network, and an address can be asked for 5 times (G61)', async () => {
    const world = createWorld();
    const crowd = world.visitor({ address: '198.51.100.7' });
    const results = [];
    for (let n = 0; n < 25; n += 1) results.push(await ask(world, `bot${n}@example.net`, crowd));
    expect(results.filter(({ ok }) => ok)).toHaveLength(20);
    for (let n = 0; n < 6; n += 1) results.push(await ask(world));
    expect(results.at(-2)).toEqual({ ok: true });
    expect(results.at(-1)).toMatchObject({ ok: false, reason: 'throttled' });
    expect(await world.mailed('sign-up')).toHaveLength(25);
  });
});

describe('the link', () => {
  it('makes an account with a verified address and signs in, without a notice of a new device', async () => {
    const world = createWorld();
    const token = await tokenFor(world, 'Ada@Example.org');
    expect(await look(world, 'signUp', token)).toEqual({ ok: true, address: 'Ada@Example.org' });
    const by = world.visitor();
    const { result } = await finish(world, token, by, { displayName: ' Ada King ' });
    expect(result).toMatchObject({ ok: true });
    const userId = (await by.userId()) ?? '';
    expect(result).toEqual({ ok: true, userId });
    expect(await by.factors()).toEqual(['password', 'email']);
    const now = world.clock.now();
    expect(await world.stored(userId)).toMatchObject({
      status: 'active',
      name: null,
      displayName: 'Ada King',
      addresses: [
        { address: 'Ada@Example.org', canonical: ADDRESS, addedAt: now, verifiedAt: now },
      ],
      password: { phc: `1:${PASSWORD}`, version: 1, standsAlone: true, closed: null },
    });
    await world.flows.settled();
    expect(world.mails.map(({ kind }) => kind)).toEqual(['sign-up']);
    const again = await by.visit((visit) =>
      world.flows.signIn.withPassword(visit, { name: ADDRESS, password: PASSWORD }),
    );
    expect(again).toEqual({ ok: true, userId });
    expect(await world.mailed('new-device')).toEqual([]);
  });

  it('is used up by that, and looking at it uses nothing up (G66)', async () => {
    const world = createWorld();
    const token = await tokenFor(world);
    for (let n = 0; n < 3; n += 1)
      expect(await look(world, 'signUp', token)).toMatchObject({ ok: true });
    expect((await finish(world, token)).result).toMatchObject({ ok: true });
    expect(await look(world, 'signUp', token)).toEqual({ ok: false, reason: 'expired' });
    expect((await finish(world, token)).result).toEqual({ ok: false, reason: 'expired' });
  });

  it('makes one account of two that are sent at once', async () => {
    const world = createWorld();
    const token = await tokenFor(world);
    const visitors = [world.visitor(), world.visitor(), world.visitor()];
    const ends = await Promise.all(visitors.map((by) => finish(world, token, by)));
    expect(ends.filter(({ result }) => result.ok)).toHaveLength(1);
    expect(ends.filter(({ cookies }) => cookies.length > 0)).toHaveLength(1);
    const told = world.events.filter(({ action }) => action === 'sign-up');
    expect(told.filter(({ reason }) => reason === 'expired')).toHaveLength(2);
    expect(told).toHaveLength(3);
  });

  it('lives for an hour to the millisecond, and until the next one is asked for (G67, G68)', async () => {
    const world = createWorld();
    const first = await tokenFor(world);
    const second = await tokenFor(world);
    expect((await finish(world, first)).result).toEqual({ ok: false, reason: 'expired' });
    world.clock.advance(60 * MINUTE - 1);
    expect(await look(world, 'signUp', second)).toMatchObject({ ok: true });
    world.clock.advance(1);
    expect((await finish(world, second)).result).toEqual({ ok: false, reason: 'expired' });
  });

  it('is worthless once the address is verified for another account (G65)', async () => {
    const world = createWorld();
    const token = await tokenFor(world);
    const other = await world.addAccount();
    const by = world.visitor();
    expect((await finish(world, token, by)).result).toEqual({ ok: false, reason: 'expired' });
    expect(await by.userId()).toBeNull();
    expect(await world.stored(other.userId)).toEqual(other);
  });

  it('of a reset makes no account', async () => {
    const world = createWorld();
    await world.addAccount();
    await world.visitor().visit((visit) => world.flows.reset.request(visit, { address: ADDRESS }));
    const token = await world.tokenOf('reset');
    expect((await finish(world, token)).result).toEqual({ ok: false, reason: 'expired' });
    expect(await look(world, 'reset', token)).toMatchObject({ ok: true });
  });

  it('outlives a password or name that is not taken, and a hasher that is busy (G72)', async () => {
    const world = createWorld();
    const token = await tokenFor(world);
    const refused = async (input: { password?: string; displayName?: string }) =>
      (await finish(world, token, world.visitor(), input)).result;
    expect(await refused({ password: 'short' })).toMatchObject({ reason: 'password-refused' });
    expect(await refused({ password: 'ada@example.org' })).toMatchObject({
      reason: 'password-refused',
      refusal: 'context-word',
    });
    expect(await refused({ displayName: 'Ada\r\nKing' })).toMatchObject({ reason: 'name-invalid' });
    world.hasher.busy = true;
    await expect(finish(world, token)).rejects.toThrow(
      expect.objectContaining({ code: 'hasher-busy' }),
    );
    world.hasher.busy = false;
    expect((await finish(world, token)).result).toMatchObject({ ok: true });
  });

  it('makes no more than 20 accounts an hour for one network, however many mailboxes it has', async () => {
    const world = createWorld();
    const tokens: string[] = [];
    for (let n = 0; n < 21; n += 1) {
      const by = world.visitor({ address: `192.0.2.${n}` });
      expect(await ask(world, `bot${n}@example.net`, by)).toEqual({ ok: true });
      tokens.push(await world.tokenOf('sign-up'));
    }
    const results: SignUpOutcome[] = [];
    for (const token of tokens) {
      const crowd = world.visitor({ address: '198.51.100.7' });
      results.push((await finish(world, token, crowd)).result);
    }
    expect(results.filter(({ ok }) => ok)).toHaveLength(20);
    expect(results.at(-1)).toMatchObject({ ok: false, reason: 'throttled' });
    expect((await finish(world, tokens[20] ?? '')).result).toMatchObject({ ok: true });
  });
});

test('signing up where somebody else is signed in ends that session', async () => {
  const world = createWorld();
  const { userId } = await world.addAccount();
  const by = world.visitor();
  await by.signInAs(userId);
  const { result } = await finish(world, await tokenFor(world, 'eve@example.net'), by);
  expect(result).toMatchObject({ ok: true });
  expect(await by.userId()).not.toBe(userId);
  expect(await world.sessions.list(userId)).toEqual([]);
});

test('one link asks the screen of new passwords no oftener than a network may register', async () => {
  let asked = 0;
  const screen = () => {
    asked += 1;
    return Promise.resolve('known' as const);
  };
  const world = createWorld({ accounts: { screen } });
  const token = await tokenFor(world);
  for (let tries = 0; tries < 20; tries += 1) {
    const { result } = await finish(world, token);
    expect(result).toMatchObject({ reason: 'password-refused', refusal: 'common' });
  }
  expect((await finish(world, token)).result).toMatchObject({ reason: 'throttled' });
  expect(asked).toBe(20);
});
