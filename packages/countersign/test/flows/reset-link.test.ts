// The link of a reset: what it is worth, for how long, and what makes it worthless (passwords.md G65-G68,
// G71; G7 test 11).

import { describe, expect, it } from 'vitest';

import type { Account } from '../../src/accounts/account.js';
import {
  ADDRESS,
  addressRecord,
  createWorld,
  look,
  MINUTE,
  NEXT,
  PASSWORD,
  passwordRecord,
} from './fixture.js';
import { change, finish, OTHER, signIn, tokenFor } from './reset-steps.js';

describe('the link', () => {
  it('can be looked at as often as scanners like, and is used up by the form alone (G66)', async () => {
    const world = createWorld();
    await world.addAccount({ displayName: 'Ada King' });
    const token = await tokenFor(world);
    for (let n = 0; n < 3; n += 1) {
      const shown = { ok: true, name: ADDRESS, hasSecondFactor: false };
      expect(await look(world, 'reset', token)).toEqual(shown);
    }
    expect((await finish(world, token)).result).toEqual({ ok: true });
    expect(await look(world, 'reset', token)).toEqual({ ok: false, reason: 'expired' });
    expect((await finish(world, token, 'and yet another password')).result).toEqual({
      ok: false,
      reason: 'expired',
    });
    expect(await signIn(world, NEXT)).toMatchObject({ ok: true });
  });

  it('says what the person signs in by, and whether a short password would do (G20, G21)', async () => {
    const world = createWorld();
    await world.addAccount({
      displayName: 'Ada King',
      name: { typed: 'Ada.King', canonical: 'ada.king' },
      totp: { secret: 'sealed', addedAt: 0, lastStep: -1, closedAt: null },
    });
    const token = await tokenFor(world);
    const shown = { ok: true, name: 'Ada.King', hasSecondFactor: true };
    expect(await look(world, 'reset', token)).toEqual(shown);
    expect((await finish(world, token, 'nine char')).result).toEqual({ ok: true });
  });

  it('sets one password of two that are sent at once (G66)', async () => {
    const world = createWorld();
    const { userId } = await world.addAccount();
    const token = await tokenFor(world);
    const passwords = [NEXT, 'one more that nobody knows', 'a third of them all at once'];
    const ends = await Promise.all(passwords.map((password) => finish(world, token, password)));
    const results = ends.map(({ result }) => result);
    expect(results.filter((result) => result.ok)).toHaveLength(1);
    const winner = passwords[results.findIndex((result) => result.ok)];
    expect((await world.stored(userId)).password).toMatchObject({ phc: `1:${winner}`, version: 2 });
    expect(await world.mailed('password-reset')).toHaveLength(1);
  });

  it('lives for 30 minutes to the millisecond (G67)', async () => {
    const world = createWorld();
    await world.addAccount();
    const token = await tokenFor(world);
    world.clock.advance(30 * MINUTE - 1);
    expect(await look(world, 'reset', token)).toMatchObject({ name: ADDRESS });
    world.clock.advance(1);
    expect(await look(world, 'reset', token)).toEqual({ ok: false, reason: 'expired' });
    expect((await finish(world, token)).result).toEqual({ ok: false, reason: 'expired' });
    expect(await signIn(world, PASSWORD)).toMatchObject({ ok: true });
  });

  it('is worthless once another was asked for (G68)', async () => {
    const world = createWorld();
    await world.addAccount();
    const first = await tokenFor(world);
    const second = await tokenFor(world);
    expect((await finish(world, first)).result).toEqual({ ok: false, reason: 'expired' });
    expect((await finish(world, second)).result).toEqual({ ok: true });
  });

  it('of another kind, malformed or unknown is worthless', async () => {
    const world = createWorld();
    await world.addAccount();
    await world
      .visitor()
      .visit((visit) => world.flows.signUp.request(visit, { address: 'new@example.org' }));
    const others = [await world.tokenOf('sign-up'), '', 'A'.repeat(43), 'x', `${'A'.repeat(42)}\n`];
    for (const token of others) {
      expect(await look(world, 'reset', token)).toEqual({ ok: false, reason: 'expired' });
      expect((await finish(world, token)).result).toEqual({ ok: false, reason: 'expired' });
    }
  });

  const CHANGES: Readonly<Record<string, (account: Account) => Account>> = {
    'the password was changed': (account) => ({
      ...account,
      password: { ...passwordRecord('something else'), version: 2 },
    }),
    'the password was removed': (account) => ({ ...account, password: null }),
    'the address was removed': (account) => ({ ...account, addresses: [addressRecord(OTHER)] }),
    'the account was disabled': (account) => ({ ...account, status: 'disabled' }),
  };
  it.each(Object.entries(CHANGES))('is worthless once %s (G65)', async (_, to) => {
    const world = createWorld();
    const { userId } = await world.addAccount();
    const token = await tokenFor(world);
    await change(world, userId, to);
    const before = await world.stored(userId);
    expect(await look(world, 'reset', token)).toEqual({ ok: false, reason: 'expired' });
    expect((await finish(world, token)).result).toEqual({ ok: false, reason: 'expired' });
    expect(await world.stored(userId)).toEqual(before);
  });

  it.each(Object.entries(CHANGES))(
    'loses the race when %s while it is hashed (G65)',
    async (_, to) => {
      const world = createWorld();
      const { userId } = await world.addAccount();
      const token = await tokenFor(world);
      world.hasher.during = async (run) => {
        if (run.startsWith('hash')) await change(world, userId, to);
      };
      expect((await finish(world, token)).result).toEqual({ ok: false, reason: 'expired' });
      expect(await world.stored(userId)).toMatchObject({ revision: 2 });
      expect((await world.stored(userId)).password?.phc).not.toBe(`1:${NEXT}`);
    },
  );

  it('is worthless once the account was deleted', async () => {
    const world = createWorld();
    const { userId } = await world.addAccount();
    const token = await tokenFor(world);
    await world.accounts.setStatus(userId, { status: 'deleted' });
    expect((await finish(world, token)).result).toEqual({ ok: false, reason: 'expired' });
  });

  it('survives a rehash and a guess too many, which are no new passwords', async () => {
    const world = createWorld();
    const { userId } = await world.addAccount();
    const token = await tokenFor(world);
    world.hasher.cost = 2;
    expect(await signIn(world, PASSWORD)).toMatchObject({ ok: true });
    expect((await world.stored(userId)).password?.phc).toBe(`2:${PASSWORD}`);
    expect((await finish(world, token)).result).toEqual({ ok: true });
  });

  it('guessed at 50 times is throttled for that network, and there alone (G71)', async () => {
    const world = createWorld();
    await world.addAccount();
    const token = await tokenFor(world);
    const guesser = world.visitor({ address: '198.51.100.9' });
    for (let n = 0; n < 50; n += 1) {
      const { result } = await finish(world, 'A'.repeat(43), NEXT, guesser);
      expect(result).toEqual({ ok: false, reason: 'expired' });
    }
    expect((await finish(world, token, NEXT, guesser)).result).toMatchObject({
      reason: 'throttled',
    });
    expect((await finish(world, token)).result).toEqual({ ok: true });
  });
});
