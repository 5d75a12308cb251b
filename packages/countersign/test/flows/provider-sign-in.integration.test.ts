// Signing in at a real OpenID provider (ASVS 6.3.4, 6.5.1, 6.8.1-6.8.4): once, in one browser, at the
// provider that it was begun with, by issuer and subject.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { ADDRESS, addressRecord, MINUTE } from './fixture.js';
import {
  arrive,
  createProviderWorld,
  identityOf,
  leave,
  startSite,
  travel,
  type Finished,
  type ProviderWorld,
  type Site,
} from './provider-world.js';
import { ceremonies } from './passkey-world.js';

const REFUSED = { ok: false, reason: 'refused' };
const EXPIRED = { ok: false, reason: 'expired' };

let first: Site;
let second: Site;
beforeAll(async () => {
  first = await startSite('first');
  second = await startSite('second');
});
afterAll(async () => {
  await first.server.stop();
  await second.server.stop();
});

async function withAda(world: ProviderWorld): Promise<string> {
  const { userId } = await world.addAccount({ identities: [identityOf(first, 'ada')] });
  return userId;
}

describe('a sign-in at a provider', () => {
  test('opens the account that has the identity', async () => {
    const world = createProviderWorld([first]);
    const userId = await withAda(world);
    const visitor = world.visitor();
    expect(world.flows.providers.list()).toEqual([{ name: 'first', label: 'The first' }]);

    const result = await travel(world, visitor, { site: first, as: 'ada', remember: true });

    expect(result).toEqual({ ok: true, purpose: 'sign-in', userId });
    expect(await visitor.userId()).toBe(userId);
    expect(await visitor.factors()).toEqual(['provider']);
    expect(await visitor.visit(({ session }) => world.flows.levelOf(session))).toBe(1);
    const told = world.events.map(({ action, outcome }) => [action, outcome]);
    expect(told).toEqual([
      ['verify-provider', 'success'],
      ['sign-in', 'success'],
    ]);
    const sessions = await visitor.visit(({ session }) => session.list());
    expect(sessions.map(({ remembered }) => remembered)).toEqual([true]);
  });

  test('is refused in words of its own where the user has as many sessions as may be', async () => {
    const world = createProviderWorld([first], {
      policy: { perUser: { max: 1, over: 'refuse' } },
    });
    const userId = await withAda(world);
    const elsewhere = world.visitor();
    await elsewhere.signInAs(userId);
    const visitor = world.visitor();
    const tooMany = { ok: false, reason: 'too-many-sessions' };
    expect(await travel(world, visitor, { site: first, as: 'ada' })).toEqual(tooMany);
    expect(world.events.at(-1)).toMatchObject({ action: 'sign-in', reason: tooMany.reason });
    await elsewhere.visit(({ session }) => session.signOut());
    expect(await travel(world, visitor, { site: first, as: 'ada' })).toMatchObject({ ok: true });
  });

  test('is begun 1,000 times from a network in ten minutes, together with those by passkey', async () => {
    const world = createProviderWorld([first], { flows: { passkeys: ceremonies } });
    const visitor = world.visitor({ address: '198.51.100.9' });
    for (let page = 0; page < 999; page += 1)
      await visitor.visit((visit) => world.flows.passkeys.beginSignIn(visit));
    const begin = (from = visitor): Promise<unknown> =>
      from.visit((visit) =>
        world.flows.providers.begin(visit, { provider: 'first', purpose: 'sign-in' }),
      );
    expect(await begin()).toMatchObject({ ok: true });
    const throttled = { ok: false, reason: 'throttled', retryAfterMs: 10 * MINUTE };
    expect(await begin()).toEqual(throttled);
    expect(await begin(world.visitor())).toMatchObject({ ok: true });
  });

  test('never opens one by its address (6.8.1)', async () => {
    const world = createProviderWorld([first]);
    await world.addAccount();
    const visitor = world.visitor();
    const claims = { email: ADDRESS, email_verified: true };
    expect(await travel(world, visitor, { site: first, as: 'mallory', claims })).toEqual({
      ok: false,
      reason: 'no-account',
    });
    expect(await visitor.userId()).toBeNull();
  });

  test('never opens one by the same subject at another provider (6.8.1)', async () => {
    const world = createProviderWorld([first, second]);
    await withAda(world);
    expect(await travel(world, world.visitor(), { site: second, as: 'ada' })).toEqual({
      ok: false,
      reason: 'no-account',
    });
  });

  test('is good once, for any number of returns at the same time (6.5.1)', async () => {
    const world = createProviderWorld([first]);
    await withAda(world);
    const visitor = world.visitor();
    const url = await leave(world, visitor, { site: first, as: 'ada' });
    const cookies = new Map(visitor.jar);
    const results = await Promise.all(Array.from({ length: 6 }, () => arrive(world, visitor, url)));
    expect(results.filter(({ ok }) => ok)).toHaveLength(1);
    expect(results.filter((result) => !result.ok && result.reason === 'expired')).toHaveLength(5);
    for (const [name, value] of cookies) visitor.jar.set(name, value);
    expect(await arrive(world, visitor, url)).toEqual(EXPIRED);
  });

  test('is finished only in the browser that began it, so nobody is signed in as somebody else', async () => {
    const world = createProviderWorld([first]);
    await withAda(world);
    const url = await leave(world, world.visitor(), { site: first, as: 'ada' });
    const [empty, busy] = [world.visitor(), world.visitor()];
    await leave(world, busy, { site: first, as: 'somebody' });
    expect(await arrive(world, empty, url)).toEqual(EXPIRED);
    expect(await arrive(world, busy, url)).toEqual(REFUSED);
    expect(await busy.userId()).toBeNull();
  });

  test('is not finished by the return of another provider (mix-up)', async () => {
    const world = createProviderWorld([first, second]);
    await withAda(world);
    const visitor = world.visitor();
    const there = await leave(world, world.visitor(), { site: second, as: 'ada' });
    const here = await leave(world, visitor, { site: first, as: 'ada' });
    // The state that this browser expects, with the answer of the other provider.
    const mixed = new URL(there);
    mixed.searchParams.set('state', new URL(here).searchParams.get('state') ?? '');
    expect(await arrive(world, visitor, mixed.href)).toEqual(REFUSED);
    // The honest answer, at the return address of the other provider.
    const again = await leave(world, visitor, { site: first, as: 'ada' });
    const result = await visitor.visit((visit) =>
      world.flows.providers.finish(visit, { url: again, provider: 'second' }),
    );
    expect(result).toEqual(REFUSED);
    expect(await arrive(world, visitor, again)).toEqual(EXPIRED);
    expect(await visitor.userId()).toBeNull();
  });

  test('at its own return address succeeds', async () => {
    const world = createProviderWorld([first]);
    const userId = await withAda(world);
    const visitor = world.visitor();
    const url = await leave(world, visitor, { site: first, as: 'ada' });
    const result = await visitor.visit((visit) =>
      world.flows.providers.finish(visit, { url, provider: 'first' }),
    );
    expect(result).toEqual({ ok: true, purpose: 'sign-in', userId });
  });

  test('ends exactly after ten minutes', async () => {
    const world = createProviderWorld([first]);
    await withAda(world);
    const [early, late] = [world.visitor(), world.visitor()];
    const inTime = await leave(world, early, { site: first, as: 'ada' });
    const tooLate = await leave(world, late, { site: first, as: 'ada' });
    world.clock.advance(10 * MINUTE - 1);
    expect(await arrive(world, early, inTime)).toMatchObject({ ok: true });
    world.clock.advance(1);
    expect(await arrive(world, late, tooLate)).toEqual(EXPIRED);
  });

  test('tells the one who said no, and the one whose provider is down', async () => {
    const world = createProviderWorld([first]);
    const visitor = world.visitor();
    const begun = await visitor.visit((visit) =>
      world.flows.providers.begin(visit, { provider: 'first', purpose: 'sign-in' }),
    );
    first.server.deny();
    const denied = await first.server.visit(begun.ok ? begun.url : '');
    expect(await arrive(world, visitor, denied)).toEqual({ ok: false, reason: 'denied' });
    const url = await leave(world, visitor, { site: first, as: 'ada' });
    first.server.replace('/token', (_request, response) => {
      response.statusCode = 503;
      response.end();
    });
    const down = await arrive(world, visitor, url);
    first.server.replace('/token', null);
    expect(down).toEqual({ ok: false, reason: 'unavailable' });
    expect(world.events.map(({ outcome, reason }) => [outcome, reason])).toEqual([
      ['refused', 'provider-refused'],
      ['failed', 'provider-unavailable'],
    ]);
  });

  test('is not begun at a provider that is not there', async () => {
    const world = createProviderWorld([first]);
    const begun = await world
      .visitor()
      .visit((visit) =>
        world.flows.providers.begin(visit, { provider: 'other', purpose: 'sign-in' }),
      );
    expect(begun).toEqual({ ok: false, reason: 'unknown-provider' });
  });

  test('is slowed down by network, where returns are forged', async () => {
    const world = createProviderWorld([first]);
    await withAda(world);
    const visitor = world.visitor({ address: '198.51.100.9' });
    const forge = async (): Promise<Finished> => {
      await visitor.visit((visit) =>
        world.flows.providers.begin(visit, { provider: 'first', purpose: 'sign-in' }),
      );
      return arrive(world, visitor, '/sign-in/first?code=guessed&state=guessed');
    };
    for (let tries = 0; tries < 50; tries += 1) expect(await forge()).toEqual(REFUSED);
    expect(await forge()).toMatchObject({ reason: 'throttled' });
    const other = world.visitor();
    expect(await travel(world, other, { site: first, as: 'ada' })).toMatchObject({ ok: true });
  });
});

describe('the account behind an identity', () => {
  test('is not opened while it is disabled, nor when it was disabled on the way', async () => {
    const world = createProviderWorld([first]);
    const userId = await withAda(world);
    const visitor = world.visitor();
    world.interrupt.during = async () => {
      await world.accounts.setStatus(userId, { status: 'disabled' });
    };
    expect(await travel(world, visitor, { site: first, as: 'ada' })).toEqual(REFUSED);
    world.interrupt.during = () => undefined;
    expect(await travel(world, visitor, { site: first, as: 'ada' })).toEqual(REFUSED);
    expect(await visitor.userId()).toBeNull();
  });

  test.each([
    [{}, ['first', 'asks']],
    [{ acr: 'phr', amr: ['mfa'] }, ['first', 'asks']],
    [{ amr: ['pwd'] }, ['second', 'asks']],
    [{ amr: ['pwd', 'mfa'] }, ['second', 'enters']],
    [{ acr: 'phr' }, ['second', 'enters']],
    [{ acr: 'phrh' }, ['second', 'asks']],
  ] as const)(
    'with a second factor, after a sign-in that says %j: %j (6.3.4, 6.8.4)',
    async (claims, [name, comes]) => {
      const trustsTwoFactors = { acr: ['phr'], amr: ['mfa'] };
      const world = createProviderWorld([first, { site: second, trustsTwoFactors }]);
      const site = name === 'first' ? first : second;
      const { userId } = await world.addAccount({
        identities: [identityOf(site, 'ada')],
        totp: { secret: 'sealed', addedAt: 0, lastStep: 0, closedAt: null },
      });
      const visitor = world.visitor();
      const result = await travel(world, visitor, { site, as: 'ada', claims });
      if (comes === 'enters') {
        expect(result).toEqual({ ok: true, purpose: 'sign-in', userId });
        expect(await visitor.factors()).toEqual(['provider-mfa']);
        return;
      }
      expect(result).toEqual({ ok: false, reason: 'second-factor', factors: ['totp'] });
      expect(await visitor.userId()).toBeNull();
      expect(await visitor.visit((visit) => world.flows.signIn.waiting(visit))).toEqual({
        factors: ['totp'],
      });
    },
  );
});

describe('an identity that nobody has', () => {
  const claims = { email: 'Grace@example.test', email_verified: true, name: 'Grace Hopper' };
  const trip = { as: 'grace', claims };

  test('makes an account with the address, where that is wanted', async () => {
    const world = createProviderWorld([{ site: first, createsAccounts: true }]);
    const visitor = world.visitor();
    const result = await travel(world, visitor, { site: first, ...trip });
    expect(result).toMatchObject({ ok: true, purpose: 'sign-in' });
    const userId = (await visitor.userId()) ?? '';
    const now = world.clock.now();
    expect(await world.stored(userId)).toMatchObject({
      displayName: 'Grace Hopper',
      password: null,
      addresses: [
        { address: 'Grace@example.test', canonical: 'grace@example.test', verifiedAt: now },
      ],
      identities: [{ issuer: first.server.issuer, subject: 'grace', label: 'Grace@example.test' }],
    });
    expect(await visitor.factors()).toEqual(['provider']);
    expect(await world.mailed('new-device')).toEqual([]);
    // The next time it is there.
    const again = await travel(world, world.visitor(), { site: first, ...trip });
    expect(again).toEqual({ ok: true, purpose: 'sign-in', userId });
  });

  test('makes none of an address that the provider has not verified, or tells not of', async () => {
    const world = createProviderWorld([{ site: first, createsAccounts: true }]);
    const none = { ok: false, reason: 'no-account' };
    for (const told of [{ ...claims, email_verified: false }, { name: 'Grace' }, {}]) {
      const result = await travel(world, world.visitor(), {
        site: first,
        as: 'grace',
        claims: told,
      });
      expect(result).toEqual(none);
    }
  });

  test('makes none at a provider that may not', async () => {
    const world = createProviderWorld([first]);
    const result = await travel(world, world.visitor(), { site: first, ...trip });
    expect(result).toEqual({ ok: false, reason: 'no-account' });
  });

  test('is not linked to the account that has its address, in whichever case it is written', async () => {
    const world = createProviderWorld([{ site: first, createsAccounts: true }]);
    const { userId } = await world.addAccount({ addresses: [addressRecord('grace@example.test')] });
    const visitor = world.visitor();
    const result = await travel(world, visitor, { site: first, ...trip });
    expect(result).toEqual({ ok: false, reason: 'address-taken' });
    expect((await world.stored(userId)).identities).toEqual([]);
    expect(await visitor.userId()).toBeNull();
  });

  test('makes one account of two returns at the same time', async () => {
    const world = createProviderWorld([{ site: first, createsAccounts: true }]);
    const visitors = [world.visitor(), world.visitor()];
    const urls: string[] = [];
    for (const visitor of visitors)
      urls.push(await leave(world, visitor, { site: first, ...trip }));
    const results = await Promise.all(
      visitors.map((visitor, index) => arrive(world, visitor, urls[index] ?? '')),
    );
    const ids = results.map((result) => (result.ok ? result.userId : result.reason));
    expect(results.map(({ ok }) => ok)).toEqual([true, true]);
    expect(new Set(ids).size).toBe(1);
  });
});
