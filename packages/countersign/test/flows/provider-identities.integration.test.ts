// Linking, unlinking and step-up at a real OpenID provider: for who is signed in, at both ends of the trip
// (ASVS 6.8.1, 7.2.4, 7.5.1).

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { addressRecord, MINUTE, NEXT, PASSWORD } from './fixture.js';
import {
  arrive,
  createProviderWorld,
  identityOf,
  leave,
  startSite,
  travel,
  type Site,
} from './provider-world.js';

const REFUSED = { ok: false, reason: 'refused' };
const NOBODY = { ok: false, reason: 'not-signed-in' };
const CHANGED = { ok: false, reason: 'changed-meanwhile' };

let site: Site;
let second: Site;
beforeAll(async () => {
  site = await startSite('first');
  second = await startSite('second');
});
afterAll(async () => {
  await site.server.stop();
  await second.server.stop();
});

describe('linking', () => {
  const link = { purpose: 'link', as: 'ada' } as const;

  test('adds the identity, which opens the account from then on, and tells the owner', async () => {
    const world = createProviderWorld([site]);
    const { userId } = await world.addAccount();
    const visitor = world.visitor();
    await visitor.signInAs(userId);
    const before = await visitor.visit(({ session }) => session.id);
    const claims = { email: 'somebody-else@example.test', email_verified: true };

    const result = await travel(world, visitor, { site, ...link, claims });

    expect(result).toEqual({ ok: true, purpose: 'link', userId });
    const stored = await world.stored(userId);
    expect(stored.identities).toEqual([
      {
        issuer: site.server.issuer,
        subject: 'ada',
        label: 'somebody-else@example.test',
        linkedAt: world.clock.now(),
      },
    ]);
    // Its address is the provider's business.
    expect(stored.addresses).toHaveLength(1);
    expect(await visitor.visit(({ session }) => session.id)).not.toBe(before);
    expect(await visitor.userId()).toBe(userId);
    expect(await world.mailed('provider-linked')).toHaveLength(1);
    const entered = await travel(world, world.visitor(), { site, as: 'ada' });
    expect(entered).toEqual({ ok: true, purpose: 'sign-in', userId });
  });

  test('needs a fresh proof when it begins and when it ends (7.5.1)', async () => {
    const world = createProviderWorld([site]);
    const { userId } = await world.addAccount();
    const visitor = world.visitor();
    await visitor.signInAs(userId);
    world.clock.advance(4 * MINUTE);
    const url = await leave(world, visitor, { site, ...link });
    world.clock.advance(7 * MINUTE);
    expect(await arrive(world, visitor, url)).toMatchObject({ reason: 'step-up' });
    const begun = await visitor.visit((visit) =>
      world.flows.providers.begin(visit, { provider: 'first', purpose: 'link' }),
    );
    expect(begun).toMatchObject({ reason: 'step-up', proofs: ['password'] });
    expect((await world.stored(userId)).identities).toEqual([]);
  });

  test('is for the user who began it, signed in still', async () => {
    const world = createProviderWorld([site]);
    const ada = await world.addAccount();
    const eve = await world.addAccount({ addresses: [] });
    const visitor = world.visitor();
    const begun = await visitor.visit((visit) =>
      world.flows.providers.begin(visit, { provider: 'first', purpose: 'link' }),
    );
    expect(begun).toEqual(NOBODY);
    await visitor.signInAs(ada.userId);
    const asEve = await leave(world, visitor, { site, ...link });
    await visitor.signInAs(eve.userId);
    expect(await arrive(world, visitor, asEve)).toEqual(REFUSED);
    const refusal = { action: 'link-provider', outcome: 'refused', reason: 'other-account' };
    expect(world.events.at(-1)).toMatchObject({ ...refusal, userId: eve.userId });
    const asNobody = await leave(world, visitor, { site, ...link });
    await visitor.visit(({ session }) => session.signOut());
    expect(await arrive(world, visitor, asNobody)).toEqual(NOBODY);
    expect((await world.stored(ada.userId)).identities).toEqual([]);
    expect((await world.stored(eve.userId)).identities).toEqual([]);
  });

  test('links nothing in the browser of a victim, who is sent to the return of an attacker', async () => {
    const world = createProviderWorld([site]);
    const attacker = await world.addAccount({ addresses: [] });
    const victim = await world.addAccount();
    const [mine, theirs] = [world.visitor(), world.visitor()];
    await mine.signInAs(attacker.userId);
    await theirs.signInAs(victim.userId);
    const url = await leave(world, mine, { site, ...link });
    expect(await arrive(world, theirs, url)).toEqual({ ok: false, reason: 'expired' });
    expect((await world.stored(victim.userId)).identities).toEqual([]);
  });

  test('does not come out of a sign-in by somebody who is signed in', async () => {
    const world = createProviderWorld([site]);
    const { userId } = await world.addAccount();
    const visitor = world.visitor();
    await visitor.signInAs(userId);
    const result = await travel(world, visitor, { site, as: 'ada' });
    expect(result).toEqual({ ok: false, reason: 'no-account' });
    expect((await world.stored(userId)).identities).toEqual([]);
  });

  test('refuses an identity that an account has already, and gives no proof for it', async () => {
    const world = createProviderWorld([site]);
    await world.addAccount({ identities: [identityOf(site, 'ada')] });
    const { userId } = await world.addAccount({ addresses: [] });
    const visitor = world.visitor();
    await visitor.signInAs(userId);
    const taken = { ok: false, reason: 'already-linked' };
    expect(await travel(world, visitor, { site, ...link })).toEqual(taken);
    expect(await visitor.factors()).toEqual(['password']);
    expect((await world.stored(userId)).identities).toEqual([]);
    const own = { ...link, as: 'eve' };
    expect(await travel(world, visitor, { site, ...own })).toMatchObject({ ok: true });
    expect(await travel(world, visitor, { site, ...own })).toEqual(taken);
    expect((await world.stored(userId)).identities).toHaveLength(1);
  });

  test('is refused when credentials were changed while the person was away', async () => {
    const world = createProviderWorld([site]);
    const { userId } = await world.addAccount();
    const visitor = world.visitor();
    await visitor.signInAs(userId);
    const url = await leave(world, visitor, { site, ...link });
    await world.sessions.refuseEarlierSignIns(userId);
    expect(await arrive(world, visitor, url)).toEqual(CHANGED);
    expect((await world.stored(userId)).identities).toEqual([]);
  });

  test('is bounded', async () => {
    const world = createProviderWorld([site]);
    const identities = Array.from({ length: 20 }, (_, index) => identityOf(site, `ada-${index}`));
    const { userId } = await world.addAccount({ identities });
    const visitor = world.visitor();
    await visitor.signInAs(userId);
    expect(await travel(world, visitor, { site, ...link })).toEqual({
      ok: false,
      reason: 'too-many',
    });
  });
});

describe('a step-up at a provider', () => {
  const stepUp = { purpose: 'step-up', as: 'ada' } as const;

  test('asks for a new sign-in there, and makes the session anew (6.8.4, 7.2.4)', async () => {
    const world = createProviderWorld([site]);
    const identities = [identityOf(site, 'ada')];
    const { userId } = await world.addAccount({ identities, password: null });
    const visitor = world.visitor();
    await visitor.signInAs(userId, ['provider']);
    world.clock.advance(15 * MINUTE);
    const check = (): Promise<unknown> =>
      visitor.visit((visit) => world.flows.stepUp.check(visit, { purpose: 'credentials' }));
    expect(await check()).toMatchObject({ reason: 'step-up', proofs: ['provider'] });
    const before = await visitor.visit(({ session }) => session.id);
    const begun = await visitor.visit((visit) =>
      world.flows.providers.begin(visit, { provider: 'first', purpose: 'step-up' }),
    );
    expect(new URL(begun.ok ? begun.url : '').searchParams.get('max_age')).toBe('0');

    const result = await travel(world, visitor, { site, ...stepUp });

    expect(result).toEqual({ ok: true, purpose: 'step-up', userId });
    expect(await visitor.visit(({ session }) => session.id)).not.toBe(before);
    expect(await check()).toEqual({ ok: true });
  });

  test('is by an identity of the account, and for who began it', async () => {
    const world = createProviderWorld([site]);
    const ada = await world.addAccount({ identities: [identityOf(site, 'ada')] });
    const eve = await world.addAccount({ addresses: [], identities: [identityOf(site, 'eve')] });
    const visitor = world.visitor();
    const begun = await visitor.visit((visit) =>
      world.flows.providers.begin(visit, { provider: 'first', purpose: 'step-up' }),
    );
    expect(begun).toEqual(NOBODY);
    await visitor.signInAs(ada.userId);
    expect(await travel(world, visitor, { site, ...stepUp, as: 'eve' })).toEqual(REFUSED);
    const url = await leave(world, visitor, { site, ...stepUp });
    await visitor.signInAs(eve.userId);
    expect(await arrive(world, visitor, url)).toEqual(REFUSED);
    expect(await visitor.factors()).toEqual(['password']);
  });

  test('is not by the same subject at another provider (6.8.1)', async () => {
    const world = createProviderWorld([site, second]);
    const { userId } = await world.addAccount({ identities: [identityOf(site, 'ada')] });
    const visitor = world.visitor();
    await visitor.signInAs(userId);
    expect(await travel(world, visitor, { ...stepUp, site: second })).toEqual(REFUSED);
    expect(await visitor.factors()).toEqual(['password']);
  });

  test('is refused when the password was changed elsewhere while the person was away', async () => {
    const world = createProviderWorld([site]);
    const { userId } = await world.addAccount({ identities: [identityOf(site, 'ada')] });
    const visitor = world.visitor();
    await visitor.signInAs(userId);
    const url = await leave(world, visitor, { site, ...stepUp });
    const elsewhere = world.visitor();
    await elsewhere.signInAs(userId);
    const next = { current: PASSWORD, next: NEXT, endOthers: false };
    const changed = await elsewhere.visit((visit) => world.flows.password.change(visit, next));
    expect(changed).toEqual({ ok: true });
    expect(await arrive(world, visitor, url)).toEqual(CHANGED);
    expect(await visitor.factors()).toEqual(['password']);
  });
});

describe('unlinking', () => {
  test('takes the identity away, tells the owner, and ends other sessions if that is wanted', async () => {
    const world = createProviderWorld([site]);
    const identities = [identityOf(site, 'ada'), identityOf(second, 'ada')];
    const { userId } = await world.addAccount({ identities });
    const [visitor, other] = [world.visitor(), world.visitor()];
    await visitor.signInAs(userId);
    await other.signInAs(userId);
    const { issuer } = site.server;
    const unlink = (subject: string): Promise<unknown> =>
      visitor.visit((visit) =>
        world.flows.providers.unlink(visit, { issuer, subject, endOthers: true }),
      );
    expect(await unlink('nobody')).toEqual({ ok: false, reason: 'unknown-identity' });
    expect(await unlink('ada')).toEqual({ ok: true });
    expect((await world.stored(userId)).identities).toEqual([identityOf(second, 'ada')]);
    expect(await other.userId()).toBeNull();
    expect(await visitor.userId()).toBe(userId);
    const [mail] = await world.mailed('provider-unlinked');
    expect(mail?.text).toContain('The first');
    const result = await travel(world, world.visitor(), { site, as: 'ada' });
    expect(result).toEqual({ ok: false, reason: 'no-account' });
  });

  test('needs a fresh proof (7.5.1)', async () => {
    const world = createProviderWorld([site]);
    const { userId } = await world.addAccount({ identities: [identityOf(site, 'ada')] });
    const visitor = world.visitor();
    const { issuer } = site.server;
    const unlink = (): Promise<unknown> =>
      visitor.visit((visit) =>
        world.flows.providers.unlink(visit, { issuer, subject: 'ada', endOthers: false }),
      );
    expect(await unlink()).toEqual(NOBODY);
    await visitor.signInAs(userId);
    world.clock.advance(15 * MINUTE);
    expect(await unlink()).toMatchObject({ reason: 'step-up' });
    expect((await world.stored(userId)).identities).toHaveLength(1);
  });

  test('is refused for the last way in', async () => {
    const world = createProviderWorld([site], { flows: { mail: undefined } });
    const bare = { password: null, addresses: [addressRecord('ada@example.org')] };
    const identities = [identityOf(site, 'ada')];
    const { userId } = await world.addAccount({ ...bare, identities });
    const visitor = world.visitor();
    await visitor.signInAs(userId, ['provider']);
    const { issuer } = site.server;
    const result = await visitor.visit((visit) =>
      world.flows.providers.unlink(visit, { issuer, subject: 'ada', endOthers: false }),
    );
    expect(result).toEqual({ ok: false, reason: 'last-way-in' });
    expect((await world.stored(userId)).identities).toHaveLength(1);
  });
});
