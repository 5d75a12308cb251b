// Changing the addresses of an account: what it takes, who is told, and what a thief gets out of it
// (passwords.md G6.1-G6.6, G60, G83, G87; ASVS 6.3.7, 7.5.1).

import { describe, expect, it, test } from 'vitest';

import { ADDRESS, addressRecord, createWorld, look, MINUTE, NEXT } from './fixture.js';
import { add, addressesOf, createOwner, NEW, tokenFor, confirm } from './addresses-steps.js';
import { change, TOTP } from './reset-steps.js';

const EXPIRED = { ok: false, reason: 'expired' } as const;

test('every verb that changes something takes a fresh proof of all that a sign-in takes (7.5.1)', async () => {
  const { world, owner, userId } = await createOwner({
    totp: TOTP,
    addresses: [addressRecord(ADDRESS), addressRecord('b@example.org')],
  });
  const { addresses } = world.flows;
  await tokenFor(world, owner);
  const before = await world.stored(userId);
  const verbs = ['add', 'resend', 'makePrimary', 'remove'] as const;
  const half = world.visitor();
  await half.signInAs(userId, ['password']);
  for (const verb of verbs) {
    const address = verb === 'add' ? 'c@example.org' : verb === 'resend' ? NEW : 'b@example.org';
    expect(
      await world.visitor().visit<unknown>((visit) => addresses[verb](visit, { address })),
    ).toEqual({
      ok: false,
      reason: 'not-signed-in',
    });
    expect(await half.visit<unknown>((visit) => addresses[verb](visit, { address }))).toEqual({
      ok: false,
      reason: 'step-up',
      proofs: ['totp'],
    });
  }
  world.clock.advance(20 * MINUTE);
  for (const verb of verbs) {
    expect(
      await owner.visit<unknown>((visit) => addresses[verb](visit, { address: 'b@example.org' })),
    ).toMatchObject({ ok: false, reason: 'step-up' });
  }
  await world.flows.settled();
  expect(await world.stored(userId)).toEqual(before);
});

describe('adding', () => {
  it('is pending until the link is followed: the old address stays, the new one opens nothing (G6.2)', async () => {
    const { world, owner, userId } = await createOwner();
    const token = await tokenFor(world, owner);
    expect(await addressesOf(world, userId)).toEqual([ADDRESS, `${NEW} (pending)`]);
    expect(await world.accounts.findUserId(NEW)).toBeUndefined();
    expect(await look(world, 'addresses', token)).toEqual({ ok: true, address: NEW });
    await world.flows.settled();
    expect(world.mails.map(({ kind, to }) => `${kind} to ${to}`)).toEqual([
      `address-pending to ${ADDRESS}`,
      'verify-address to Ada@work.example',
    ]);
  });

  it('gives one answer whether or not somebody else has the address, whose owner is told (G60)', async () => {
    const answers: unknown[] = [];
    const mails: string[][] = [];
    for (const isTaken of [false, true]) {
      const { world, owner, userId } = await createOwner();
      if (isTaken) await world.addAccount({ addresses: [addressRecord('ADA@work.example')] });
      const exchange = await owner.send((visit) =>
        world.flows.addresses.add(visit, { address: NEW }),
      );
      answers.push([exchange.result, exchange.cookies, await addressesOf(world, userId)]);
      await world.flows.settled();
      mails.push(world.mails.map(({ kind, to }) => `${kind} to ${to}`));
    }
    expect(answers[1]).toEqual(answers[0]);
    expect(mails).toEqual([
      [`address-pending to ${ADDRESS}`, 'verify-address to Ada@work.example'],
      [`address-pending to ${ADDRESS}`, 'sign-up-known to ADA@work.example'],
    ]);
  });

  it('says what is no address, and has room for 10', async () => {
    const { world, owner, userId } = await createOwner();
    expect(await add(world, owner, 'ada@example.org\r\nBcc: eve@example.net')).toMatchObject({
      ok: false,
      reason: 'address-invalid',
    });
    const others = Array.from({ length: 9 }, (_, n) => addressRecord(`ada${n}@example.org`, null));
    await change(world, userId, (account) => ({
      ...account,
      addresses: [...account.addresses, ...others],
    }));
    expect(await add(world, owner)).toEqual({ ok: false, reason: 'too-many' });
    expect(await add(world, owner, 'ada3@example.org')).toEqual({ ok: true });
  });

  it('of an address that is the own and verified changes nothing', async () => {
    const { world, owner, userId } = await createOwner();
    expect(await add(world, owner, ' ADA@example.org')).toEqual({ ok: true });
    await world.flows.settled();
    expect(world.mails).toEqual([]);
    expect((await world.stored(userId)).revision).toBe(1);
  });

  it('is limited for one account, from wherever it is (G61)', async () => {
    const { world, userId } = await createOwner();
    const results = [];
    for (let n = 0; n < 6; n += 1) {
      const by = world.visitor({ address: `192.0.2.${n}` });
      await by.signInAs(userId);
      results.push(await add(world, by, `stranger${n}@example.net`));
    }
    expect(results.slice(0, 5)).toEqual(Array.from({ length: 5 }, () => ({ ok: true })));
    expect(results[5]).toMatchObject({ reason: 'throttled' });
  });
});

describe('the link', () => {
  it('makes the address one of the account, signed in or not, and tells the old ones (G83)', async () => {
    for (const isSignedIn of [true, false]) {
      const { world, owner, userId } = await createOwner();
      const token = await tokenFor(world, owner);
      const by = isSignedIn ? owner : world.visitor();
      expect(await confirm(world, token, by)).toEqual({ ok: true, address: NEW });
      expect(await by.userId()).toBe(isSignedIn ? userId : null);
      expect(await addressesOf(world, userId)).toEqual([ADDRESS, NEW]);
      expect(await world.accounts.findUserId('ada@work.example')).toBe(userId);
      expect((await world.mailed('address-added')).map(({ to }) => to)).toEqual([ADDRESS]);
      expect(await confirm(world, token, by)).toEqual(EXPIRED);
    }
  });

  it('comes after the verified addresses, before what is still pending', async () => {
    const { world, owner, userId } = await createOwner();
    await tokenFor(world, owner, 'first@example.org');
    await confirm(world, await tokenFor(world, owner));
    expect(await addressesOf(world, userId)).toEqual([ADDRESS, NEW, 'first@example.org (pending)']);
  });

  it('does nothing where somebody else is signed in, and is good elsewhere', async () => {
    const { world, owner } = await createOwner();
    const token = await tokenFor(world, owner);
    const other = await world.addAccount({ addresses: [addressRecord('eve@example.net')] });
    const eve = world.visitor();
    await eve.signInAs(other.userId);
    expect(await confirm(world, token, eve)).toEqual(EXPIRED);
    expect(await addressesOf(world, other.userId)).toEqual(['eve@example.net']);
    expect(await confirm(world, token)).toEqual({ ok: true, address: NEW });
  });

  it('of an address that another account has verified meanwhile is worthless', async () => {
    const { world, owner, userId } = await createOwner();
    const token = await tokenFor(world, owner);
    await world.addAccount({ addresses: [addressRecord('ada@work.example')] });
    expect(await confirm(world, token)).toEqual(EXPIRED);
    expect(await addressesOf(world, userId)).toEqual([ADDRESS, `${NEW} (pending)`]);
  });

  it('goes to one of two accounts that follow theirs at once', async () => {
    const { world, owner, userId } = await createOwner();
    const eve = world.visitor();
    const other = await world.addAccount({ addresses: [addressRecord('eve@example.net')] });
    await eve.signInAs(other.userId);
    const tokens = [await tokenFor(world, owner), await tokenFor(world, eve)];
    const results = await Promise.all(tokens.map((token) => confirm(world, token)));
    expect(results.filter(({ ok }) => ok)).toHaveLength(1);
    const both = [await addressesOf(world, userId), await addressesOf(world, other.userId)];
    expect(both.flat().filter((address) => address === NEW)).toHaveLength(1);
  });

  it.each([
    ['was changed', { password: { version: 2 } }],
    ['account is disabled', { status: 'disabled' }],
    ['address was removed', { addresses: [addressRecord(ADDRESS)] }],
  ] as const)('is worthless once the password or the account: %s (G65)', async (_, fields) => {
    const { world, owner, userId } = await createOwner();
    const token = await tokenFor(world, owner);
    await change(world, userId, (account) => ({
      ...account,
      ...fields,
      password:
        'password' in fields && account.password !== null
          ? { ...account.password, ...fields.password }
          : account.password,
    }));
    expect(await look(world, 'addresses', token)).toEqual(EXPIRED);
    expect(await confirm(world, token)).toEqual(EXPIRED);
  });

  it("of a thief's address does not outlast a reset by the owner", async () => {
    const { world, owner: thief, userId } = await createOwner();
    const token = await tokenFor(world, thief, 'thief@example.net');
    const owner = world.visitor();
    await owner.visit((visit) => world.flows.reset.request(visit, { address: ADDRESS }));
    const reset = await world.tokenOf('reset');
    await owner.visit((visit) => world.flows.reset.finish(visit, { token: reset, password: NEXT }));
    expect(await confirm(world, token)).toEqual(EXPIRED);
    expect(
      await thief.visit((visit) =>
        world.flows.addresses.resend(visit, { address: 'thief@example.net' }),
      ),
    ).toEqual({ ok: false, reason: 'not-signed-in' });
    expect(await world.accounts.findUserId('thief@example.net')).toBeUndefined();
    expect(await addressesOf(world, userId)).toEqual([ADDRESS, 'thief@example.net (pending)']);
  });

  it('lives for an hour, and until it is sent again, which leaves links to others alone (G67, G68)', async () => {
    const { world, owner } = await createOwner();
    const other = await tokenFor(world, owner, 'first@example.org');
    const first = await tokenFor(world, owner);
    expect(
      await owner.visit((visit) => world.flows.addresses.resend(visit, { address: NEW })),
    ).toEqual({ ok: true });
    const second = await world.tokenOf('verify-address');
    expect(second).not.toBe(first);
    expect(await confirm(world, first)).toEqual(EXPIRED);
    expect(await confirm(world, other)).toMatchObject({ ok: true });
    world.clock.advance(60 * MINUTE - 1);
    expect(await look(world, 'addresses', second)).toEqual({ ok: true, address: NEW });
    world.clock.advance(1);
    expect(await confirm(world, second)).toEqual(EXPIRED);
    expect(await world.mailed('address-pending')).toHaveLength(2);
  });

  it('is sent again for pending addresses of the account alone', async () => {
    const { world, owner } = await createOwner();
    for (const address of [ADDRESS, 'nobody@example.org', 'no address']) {
      expect(
        await owner.visit((visit) => world.flows.addresses.resend(visit, { address })),
      ).toEqual({ ok: false, reason: 'unknown-address' });
    }
  });
});

describe('the order of addresses and their end', () => {
  const TWO = { addresses: [addressRecord(ADDRESS), addressRecord(NEW)] };

  it('makes a verified address the primary one, and tells all', async () => {
    const { world, owner, userId } = await createOwner(TWO);
    const make = async (address: string): Promise<unknown> =>
      owner.visit((visit) => world.flows.addresses.makePrimary(visit, { address }));
    await add(world, owner, 'p@example.org');
    expect(await make('p@example.org')).toEqual({ ok: false, reason: 'unknown-address' });
    expect(await make('nobody@example.org')).toEqual({ ok: false, reason: 'unknown-address' });
    expect(await make(ADDRESS)).toEqual({ ok: true });
    expect(await world.mailed('primary-changed')).toEqual([]);
    expect(await make(NEW.toUpperCase())).toEqual({ ok: true });
    expect(await addressesOf(world, userId)).toEqual([NEW, ADDRESS, 'p@example.org (pending)']);
    expect(await world.mailed('primary-changed')).toHaveLength(2);
    expect(await owner.userId()).toBe(userId);
  });

  it('removes an address, tells it too, and kills the links that went there (G65, G87)', async () => {
    const { world, owner, userId } = await createOwner(TWO);
    await world.visitor().visit((visit) => world.flows.reset.request(visit, { address: NEW }));
    const reset = await world.tokenOf('reset');
    const remove = async (address: string): Promise<unknown> =>
      owner.visit((visit) => world.flows.addresses.remove(visit, { address }));
    expect(await remove(NEW)).toEqual({ ok: true });
    expect(await addressesOf(world, userId)).toEqual([ADDRESS]);
    expect(await world.accounts.findUserId(NEW)).toBeUndefined();
    expect((await world.mailed('address-removed')).map(({ to }) => to)).toEqual([
      ADDRESS,
      'Ada@work.example',
    ]);
    expect(await look(world, 'reset', reset)).toEqual(EXPIRED);
    expect(await remove(NEW)).toEqual({ ok: false, reason: 'unknown-address' });
    expect(await remove(ADDRESS)).toEqual({ ok: false, reason: 'last-address' });
    await add(world, owner, 'p@example.org');
    expect(await remove(ADDRESS)).toEqual({ ok: false, reason: 'last-address' });
    expect(await remove('p@example.org')).toEqual({ ok: true });
    expect(await world.mailed('address-removed')).toHaveLength(2);
  });

  it('leaves one of two that are removed at once', async () => {
    const { world, owner, userId } = await createOwner(TWO);
    const ends = await Promise.all(
      [ADDRESS, NEW].map((address) =>
        owner.visit((visit) => world.flows.addresses.remove(visit, { address })),
      ),
    );
    expect(ends).toContainEqual({ ok: true });
    expect(ends).toContainEqual({ ok: false, reason: 'last-address' });
    expect(await addressesOf(world, userId)).toHaveLength(1);
  });

  it('refuses what was under way when the password was changed meanwhile', async () => {
    const { world, owner, userId } = await createOwner(TWO);
    const { replace } = world.accountStore;
    let isFirst = true;
    world.accountStore.replace = async (row) => {
      if (isFirst) {
        isFirst = false;
        await change(world, userId, (account) => ({
          ...account,
          password: account.password && { ...account.password, version: 2 },
        }));
      }
      return replace.call(world.accountStore, row);
    };
    expect(await add(world, owner, 'thief@example.net')).toEqual({
      ok: false,
      reason: 'not-signed-in',
    });
    expect(await addressesOf(world, userId)).toEqual([ADDRESS, NEW]);
  });
});

test('a sign-in that began before is refused after any of it', async () => {
  const { world, owner, userId } = await createOwner();
  const { addresses } = world.flows;
  const steps: readonly (() => Promise<unknown>)[] = [
    async () => confirm(world, await tokenFor(world, owner)),
    () => owner.visit((visit) => addresses.makePrimary(visit, { address: NEW })),
    () => owner.visit((visit) => addresses.remove(visit, { address: ADDRESS })),
  ];
  for (const step of steps) {
    const late = world.visitor();
    const attempt = await late.visit(({ session }) => session.beginSignIn(userId));
    expect(await step()).toMatchObject({ ok: true });
    expect(await late.visit(({ session }) => session.signIn(userId, { attempt }))).toMatchObject({
      ok: false,
      reason: 'ended-meanwhile',
    });
    expect(await owner.userId()).toBe(userId);
  }
});

test('without a mailer, adding is a mistake of the configuration', async () => {
  const world = createWorld({ flows: { mail: undefined } });
  const { userId } = await world.addAccount();
  const owner = world.visitor();
  await owner.signInAs(userId);
  await expect(add(world, owner)).rejects.toThrow(
    expect.objectContaining({ code: 'configuration' }),
  );
});
