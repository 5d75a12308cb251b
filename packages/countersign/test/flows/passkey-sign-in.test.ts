// Signing in by a passkey, with an authenticator in software: alone and as a second factor (ASVS 6.3.4,
// 6.5.1, 6.7.2).

import { Buffer } from 'node:buffer';

import { describe, expect, test } from 'vitest';

import { createWorld, MINUTE, NEXT, PASSWORD, type Visitor } from './fixture.js';
import {
  addOwner,
  beginSecondFactor,
  beginSignIn,
  createAuthenticator,
  createPasskeyWorld,
  enrol,
  signIn,
  type PasskeyWorld,
} from './passkey-world.js';

const REFUSED = { ok: false, reason: 'refused' };
const EXPIRED = { ok: false, reason: 'expired' };
const CHANGED = { ok: false, reason: 'changed-meanwhile' };

function reasonsIn({ events }: PasskeyWorld): readonly (string | null)[] {
  return events.filter(({ outcome }) => outcome === 'refused').map(({ reason }) => reason);
}

describe('a sign-in by passkey', () => {
  test('has two factors by itself, and stores the use before anybody is let in', async () => {
    const world = createPasskeyWorld();
    const { account, authenticator, passkey } = await addOwner(world);
    const visitor = world.visitor();

    const result = await signIn(world, visitor, authenticator, { backedUp: true });

    expect(result).toEqual({ ok: true, userId: account.userId });
    expect(await visitor.userId()).toBe(account.userId);
    expect(await visitor.factors()).toEqual(['passkey']);
    expect(await visitor.visit(({ session }) => world.flows.levelOf(session))).toBe(2);
    expect((await world.stored(account.userId)).passkeys).toEqual([
      { ...passkey, counter: 1, lastUsedAt: world.clock.now(), backedUp: true },
    ]);
    const events = world.events.map(({ action, outcome, factors }) => [action, outcome, factors]);
    expect(events).toEqual([
      ['verify-passkey', 'success', []],
      ['sign-in', 'success', ['passkey']],
    ]);
  });

  test('asks for any passkey, for verification, and has a challenge of its own of 256 bits (6.7.2)', async () => {
    const world = createPasskeyWorld();
    const first = await beginSignIn(world, world.visitor());
    const second = await beginSignIn(world, world.visitor());
    expect(first).toMatchObject({ allowCredentials: [], userVerification: 'required' });
    expect(Buffer.from(first.challenge, 'base64url')).toHaveLength(32);
    expect(second.challenge).not.toBe(first.challenge);
  });

  test('remembers only who wants it', async () => {
    const world = createPasskeyWorld();
    const { authenticator } = await addOwner(world);
    const visitor = world.visitor();
    const response = authenticator.get(await beginSignIn(world, visitor));
    await visitor.visit((visit) =>
      world.flows.passkeys.signIn(visit, { response, remember: true }),
    );
    const remembered = (): Promise<unknown> =>
      visitor.visit(async ({ session }) => (await session.list()).map((each) => each.remembered));
    expect(await remembered()).toEqual([true]);
    await signIn(world, visitor, authenticator);
    expect(await remembered()).toEqual([false]);
  });

  test('is refused without verification of the person, which would be one factor', async () => {
    const world = createPasskeyWorld();
    const { authenticator } = await addOwner(world);
    const visitor = world.visitor();
    expect(await signIn(world, visitor, authenticator, { userVerified: false })).toEqual(REFUSED);
    expect(await visitor.userId()).toBeNull();
    expect(reasonsIn(world)).toEqual(['user-not-verified']);
  });

  test('has one answer for all that is wrong with it (G48)', async () => {
    const world = createPasskeyWorld();
    const { authenticator } = await addOwner(world);
    const stranger = createAuthenticator();
    await enrol(stranger, 'nobody');
    const disabled = await addOwner(world, { status: 'disabled', addresses: [] });
    const other = Buffer.from('another-user').toString('base64url');
    const visitor = world.visitor();

    expect(await signIn(world, visitor, stranger)).toEqual(REFUSED);
    expect(await signIn(world, visitor, disabled.authenticator)).toEqual(REFUSED);
    expect(await signIn(world, visitor, authenticator, { userHandle: other })).toEqual(REFUSED);
    expect(await signIn(world, visitor, authenticator, { userHandle: null })).toEqual(REFUSED);
    expect(await signIn(world, visitor, authenticator, { origin: 'https://evil.example' })).toEqual(
      REFUSED,
    );
    await beginSignIn(world, visitor);
    const nonsense = { response: { id: 7 } };
    expect(await visitor.visit((visit) => world.flows.passkeys.signIn(visit, nonsense))).toEqual(
      REFUSED,
    );
    expect(await visitor.userId()).toBeNull();
    expect(reasonsIn(world)).toEqual([
      'unknown-passkey',
      'not-active',
      'wrong-passkey',
      'wrong-passkey',
      'wrong-passkey',
      'wrong-passkey',
    ]);
  });

  test('is good once: neither the ceremony nor the answer is taken again (6.5.1)', async () => {
    const world = createPasskeyWorld();
    const { authenticator } = await addOwner(world);
    const visitor = world.visitor();
    const response = authenticator.get(await beginSignIn(world, visitor));
    const cookies = new Map(visitor.jar);
    const finish = (): ReturnType<typeof signIn> =>
      visitor.visit((visit) => world.flows.passkeys.signIn(visit, { response }));

    expect(await finish()).toMatchObject({ ok: true });
    for (const [name, value] of cookies) visitor.jar.set(name, value);
    expect(await finish()).toEqual(EXPIRED);
    await beginSignIn(world, visitor);
    expect(await finish()).toEqual(REFUSED);
  });

  test('is good once for any number of requests at the same time (6.5.1)', async () => {
    const world = createPasskeyWorld();
    const { authenticator, account } = await addOwner(world);
    const visitor = world.visitor();
    const response = authenticator.get(await beginSignIn(world, visitor));
    const results = await Promise.all(
      Array.from({ length: 8 }, () =>
        visitor.visit((visit) => world.flows.passkeys.signIn(visit, { response })),
      ),
    );
    expect(results.filter(({ ok }) => ok)).toEqual([{ ok: true, userId: account.userId }]);
    expect(results.filter((result) => !result.ok && result.reason === 'expired')).toHaveLength(7);
  });

  test('is used up by a wrong answer', async () => {
    const world = createPasskeyWorld();
    const { authenticator } = await addOwner(world);
    const visitor = world.visitor();
    const options = await beginSignIn(world, visitor);
    const cookies = new Map(visitor.jar);
    const wrong = { response: authenticator.get(options, { userVerified: false }) };
    const right = { response: authenticator.get(options) };
    expect(await visitor.visit((visit) => world.flows.passkeys.signIn(visit, wrong))).toEqual(
      REFUSED,
    );
    for (const [name, value] of cookies) visitor.jar.set(name, value);
    expect(await visitor.visit((visit) => world.flows.passkeys.signIn(visit, right))).toEqual(
      EXPIRED,
    );
  });

  test('ends exactly after five minutes', async () => {
    const world = createPasskeyWorld();
    const { authenticator } = await addOwner(world);
    const [early, late] = [world.visitor(), world.visitor()];
    const inTime = { response: authenticator.get(await beginSignIn(world, early)) };
    const tooLate = { response: authenticator.get(await beginSignIn(world, late)) };
    world.clock.advance(5 * MINUTE - 1);
    const first = await early.visit((visit) => world.flows.passkeys.signIn(visit, inTime));
    expect(first).toMatchObject({ ok: true });
    world.clock.advance(1);
    const second = await late.visit((visit) => world.flows.passkeys.signIn(visit, tooLate));
    expect(second).toEqual(EXPIRED);
  });

  test('is finished only in the browser that began it, so nobody is signed in as somebody else', async () => {
    const world = createPasskeyWorld();
    const attacker = await addOwner(world);
    const response = attacker.authenticator.get(await beginSignIn(world, world.visitor()));
    const [empty, busy] = [world.visitor(), world.visitor()];
    await beginSignIn(world, busy);
    const finish = (victim: Visitor): ReturnType<typeof signIn> =>
      victim.visit((visit) => world.flows.passkeys.signIn(visit, { response }));
    expect(await finish(empty)).toEqual(EXPIRED);
    expect(await finish(busy)).toEqual(REFUSED);
    expect(await busy.userId()).toBeNull();
  });

  test('is refused for an account that is disabled while the signature is judged', async () => {
    const world = createPasskeyWorld();
    const { account, authenticator } = await addOwner(world);
    const visitor = world.visitor();
    world.interrupt.during = async () => {
      await world.accounts.setStatus(account.userId, { status: 'disabled' });
    };
    expect(await signIn(world, visitor, authenticator)).toEqual(REFUSED);
    expect(await visitor.userId()).toBeNull();
  });

  test('is refused when everybody was signed out while the signature was judged', async () => {
    const world = createPasskeyWorld();
    const { account, authenticator } = await addOwner(world);
    world.interrupt.during = async () => {
      await world.sessions.endUser(account.userId);
    };
    expect(await signIn(world, world.visitor(), authenticator)).toEqual(CHANGED);
  });

  test('that a stranger forges is not in what its owner is shown', async () => {
    const world = createPasskeyWorld();
    const { account, authenticator } = await addOwner(world);
    const stranger = world.visitor();
    await signIn(world, stranger, authenticator, { origin: 'https://evil.example' });
    expect(world.events).toMatchObject([
      { action: 'sign-in', outcome: 'refused', reason: 'wrong-passkey', userId: account.userId },
    ]);
    await world.flows.settled();
    expect(await world.accountStore.listActivity(account.userId, 10)).toEqual([]);
    // Who has the key is.
    await signIn(world, stranger, authenticator, { userVerified: false });
    await world.flows.settled();
    expect(await world.accountStore.listActivity(account.userId, 10)).toHaveLength(1);
  });

  test('is slowed down by network only: a stranger does not make the owner wait', async () => {
    const world = createPasskeyWorld();
    const { authenticator } = await addOwner(world);
    const stranger = world.visitor({ address: '198.51.100.9' });
    const wrong = { userVerified: false };
    for (let tries = 0; tries < 50; tries += 1)
      expect(await signIn(world, stranger, authenticator, wrong)).toEqual(REFUSED);
    expect(await signIn(world, stranger, authenticator)).toMatchObject({ reason: 'throttled' });
    expect(await signIn(world, world.visitor(), authenticator)).toMatchObject({ ok: true });
  });

  test('is not there without the option', async () => {
    const world = createWorld();
    const { result } = await world
      .visitor()
      .send(async (visit) =>
        world.flows.passkeys.beginSignIn(visit).catch((error: unknown) => error),
      );
    expect(result).toMatchObject({ code: 'configuration' });
  });
});

describe('a copy of a passkey', () => {
  test('is refused, noted and told of', async () => {
    const world = createPasskeyWorld();
    const { account, authenticator } = await addOwner(world);
    const copy = authenticator.clone();
    expect(await signIn(world, world.visitor(), authenticator)).toMatchObject({ ok: true });
    const thief = world.visitor();

    expect(await signIn(world, thief, copy)).toEqual(REFUSED);

    expect(await thief.userId()).toBeNull();
    const [stored] = (await world.stored(account.userId)).passkeys;
    expect(stored).toMatchObject({ counter: 1, counterWentBackAt: world.clock.now() });
    expect(reasonsIn(world)).toEqual(['counter-went-back']);
    expect(await world.mailed('passkey-copied')).toHaveLength(1);
  });

  test('and the original at the same moment: one is let in', async () => {
    const world = createPasskeyWorld();
    const { account, authenticator } = await addOwner(world);
    const copy = authenticator.clone();
    const [owner, thief] = [world.visitor(), world.visitor()];
    const byOwner = { response: authenticator.get(await beginSignIn(world, owner)) };
    const byThief = { response: copy.get(await beginSignIn(world, thief)) };
    const results = await Promise.all([
      owner.visit((visit) => world.flows.passkeys.signIn(visit, byOwner)),
      thief.visit((visit) => world.flows.passkeys.signIn(visit, byThief)),
    ]);
    expect(results.filter(({ ok }) => ok)).toHaveLength(1);
    expect(reasonsIn(world)).toEqual(['counter-went-back']);
    const [stored] = (await world.stored(account.userId)).passkeys;
    expect(stored?.counterWentBackAt).toBe(world.clock.now());
  });
});

describe('a passkey as the second factor', () => {
  const NAME = 'ada@example.org';
  const byPassword = (world: PasskeyWorld, visitor: Visitor, name = NAME): Promise<unknown> =>
    visitor.visit((visit) => world.flows.signIn.withPassword(visit, { name, password: PASSWORD }));

  test.each([
    [false, ['password', 'security-key']],
    [true, ['password', 'passkey']],
  ])('with verification: %s', async (userVerified, factors) => {
    const world = createPasskeyWorld();
    const { account, authenticator, passkey } = await addOwner(world);
    const visitor = world.visitor();
    expect(await byPassword(world, visitor)).toMatchObject({ reason: 'second-factor' });
    const options = await beginSecondFactor(world, visitor);
    expect(options).toMatchObject({
      allowCredentials: [{ id: passkey.id }],
      userVerification: 'preferred',
    });
    const response = authenticator.get(options, { userVerified, userHandle: null });

    const result = await visitor.visit((visit) =>
      world.flows.passkeys.secondFactor(visit, { response }),
    );

    expect(result).toEqual({ ok: true, userId: account.userId });
    expect(await visitor.factors()).toEqual(factors);
    expect(await visitor.visit(({ session }) => world.flows.levelOf(session))).toBe(2);
  });

  test('does not finish the waiting sign-in of somebody else', async () => {
    const world = createPasskeyWorld();
    const thief = await addOwner(world, { addresses: [], name: nameOf('eve') });
    await addOwner(world);
    const visitor = world.visitor();
    await byPassword(world, visitor, 'eve');
    const options = await beginSecondFactor(world, visitor);
    const response = thief.authenticator.get(options);
    // The password of the other account is known as well, and now that sign-in waits here.
    await byPassword(world, visitor);
    const result = await visitor.visit((visit) =>
      world.flows.passkeys.secondFactor(visit, { response }),
    );
    expect(result).toEqual(EXPIRED);
    expect(await visitor.userId()).toBeNull();
  });

  test('is no passkey of somebody else, whose owner is told that a password is known (G51)', async () => {
    const world = createPasskeyWorld();
    const thief = await addOwner(world, { addresses: [], name: nameOf('eve') });
    await addOwner(world);
    const visitor = world.visitor();
    await byPassword(world, visitor);
    const options = await beginSecondFactor(world, visitor);
    const response = thief.authenticator.get({ ...options, allowCredentials: [] });
    const result = await visitor.visit((visit) =>
      world.flows.passkeys.secondFactor(visit, { response }),
    );
    expect(result).toEqual(REFUSED);
    expect(await world.mailed('second-factor-failed')).toHaveLength(1);
  });

  test('needs a sign-in that waits, and a ceremony for it', async () => {
    const world = createPasskeyWorld();
    const { authenticator } = await addOwner(world);
    const visitor = world.visitor();
    const { passkeys } = world.flows;
    expect(await visitor.visit((visit) => passkeys.beginSecondFactor(visit))).toEqual(EXPIRED);
    await byPassword(world, visitor);
    const response = authenticator.get(await beginSignIn(world, visitor));
    expect(await visitor.visit((visit) => passkeys.secondFactor(visit, { response }))).toEqual(
      EXPIRED,
    );
  });

  test('that was begun for a waiting sign-in signs nobody in alone', async () => {
    const world = createPasskeyWorld();
    const { authenticator } = await addOwner(world);
    const visitor = world.visitor();
    await byPassword(world, visitor);
    const response = authenticator.get(await beginSecondFactor(world, visitor));
    const result = await visitor.visit((visit) => world.flows.passkeys.signIn(visit, { response }));
    expect(result).toEqual(EXPIRED);
    expect(await visitor.userId()).toBeNull();
  });

  test('comes too late when the password was changed since it was given', async () => {
    const world = createPasskeyWorld();
    const { authenticator } = await addOwner(world);
    const visitor = world.visitor();
    await byPassword(world, visitor);
    const options = await beginSecondFactor(world, visitor);
    const owner = world.visitor();
    await signIn(world, owner, authenticator);
    const next = { current: PASSWORD, next: NEXT, endOthers: false };
    const changed = await owner.visit((visit) => world.flows.password.change(visit, next));
    expect(changed).toEqual({ ok: true });
    const response = authenticator.get(options);
    const result = await visitor.visit((visit) =>
      world.flows.passkeys.secondFactor(visit, { response }),
    );
    expect(result).toEqual(CHANGED);
  });

  test('is not offered where the account has none', async () => {
    const world = createPasskeyWorld();
    await world.addAccount({
      totp: { secret: 'sealed', addedAt: 0, lastStep: 0, closedAt: null },
    });
    const visitor = world.visitor();
    await byPassword(world, visitor);
    const begun = await visitor.visit((visit) => world.flows.passkeys.beginSecondFactor(visit));
    expect(begun).toEqual({ ok: false, reason: 'no-passkey' });
  });
});

function nameOf(typed: string): { readonly typed: string; readonly canonical: string } {
  return { typed, canonical: typed };
}
