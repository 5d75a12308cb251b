// Adding, renaming and removing passkeys by their owner (ASVS 6.3.7, 7.2.4, 7.4.3, 7.5.1; G21, G81).

import { describe, expect, test } from 'vitest';

import { MAX_PASSKEYS, PASSKEY_NAME_REFUSAL } from '../../src/accounts/passkeys.js';
import type { AddPasskeyOutcome } from '../../src/flows/passkey-addition.js';
import type { SoftwareAuthenticator } from '../accounts/software-authenticator.js';
import { MINUTE, passwordRecord, type Visitor } from './fixture.js';
import {
  addOwner,
  beginAdd,
  beginSignIn,
  beginStepUp,
  createAuthenticator,
  createPasskeyWorld,
  signIn,
  type PasskeyWorld,
} from './passkey-world.js';

const EXPIRED = { ok: false, reason: 'expired' };
const REFUSED = { ok: false, reason: 'refused' };

async function add(
  world: PasskeyWorld,
  visitor: Visitor,
  authenticator: SoftwareAuthenticator,
  { name = 'Laptop', endOthers = false } = {},
): Promise<AddPasskeyOutcome> {
  const response = authenticator.create(await beginAdd(world, visitor));
  return visitor.visit((visit) => world.flows.passkeys.add(visit, { response, name, endOthers }));
}

describe('adding a passkey', () => {
  test('gives the recovery codes with the first second factor, and makes the session anew', async () => {
    const world = createPasskeyWorld();
    const { userId } = await world.addAccount();
    const visitor = world.visitor();
    await visitor.signInAs(userId);
    const before = await visitor.visit(({ session }) => session.id);
    const authenticator = createAuthenticator();

    const added = await add(world, visitor, authenticator, { name: ' My laptop ' });

    expect(added).toMatchObject({ ok: true });
    const codes = added.ok ? added.recoveryCodes : [];
    expect(codes).toHaveLength(10);
    const stored = await world.stored(userId);
    expect(stored.passkeys).toMatchObject([{ name: 'My laptop', addedAt: world.clock.now() }]);
    expect(stored.recoveryCodes?.hashes).toHaveLength(10);
    expect(await visitor.visit(({ session }) => session.id)).not.toBe(before);
    expect(await visitor.factors()).toEqual(['password', 'passkey']);
    const mails = await world.mailed('factor-added');
    expect(mails.map(({ text }) => text.includes('My laptop'))).toEqual([true]);
    expect(await signIn(world, world.visitor(), authenticator)).toEqual({ ok: true, userId });
  });

  test('beside another second factor makes no codes', async () => {
    const world = createPasskeyWorld();
    const { authenticator } = await addOwner(world);
    const visitor = world.visitor();
    await signIn(world, visitor, authenticator);
    const added = await add(world, visitor, createAuthenticator());
    expect(added).toEqual({ ok: true, recoveryCodes: [] });
  });

  test('needs a fresh proof of all factors, at both halves (7.5.1)', async () => {
    const world = createPasskeyWorld();
    const { account, authenticator } = await addOwner(world);
    const visitor = world.visitor();
    const { passkeys } = world.flows;
    const nothing = { response: {}, name: 'Laptop', endOthers: false };
    const nobody = { ok: false, reason: 'not-signed-in' };
    expect(await visitor.visit((visit) => passkeys.beginAdd(visit))).toEqual(nobody);
    expect(await visitor.visit((visit) => passkeys.add(visit, nothing))).toEqual(nobody);
    await visitor.signInAs(account.userId, ['password']);
    expect(await visitor.visit((visit) => passkeys.beginAdd(visit))).toMatchObject({
      reason: 'step-up',
      proofs: ['passkey'],
    });
    await signIn(world, visitor, authenticator);
    world.clock.advance(8 * MINUTE);
    const response = createAuthenticator().create(await beginAdd(world, visitor));
    world.clock.advance(2 * MINUTE);
    const late = { response, name: 'Laptop', endOthers: false };
    expect(await visitor.visit((visit) => passkeys.add(visit, late))).toMatchObject({
      reason: 'step-up',
    });
  });

  test('does not use anything up for a name that cannot be one', async () => {
    const world = createPasskeyWorld();
    const { userId } = await world.addAccount();
    const visitor = world.visitor();
    await visitor.signInAs(userId);
    const { passkeys } = world.flows;
    const invalid = { ok: false, reason: 'name-invalid', message: PASSKEY_NAME_REFUSAL };
    expect(await visitor.visit((visit) => passkeys.beginAdd(visit, { name: '\u200b' }))).toEqual(
      invalid,
    );
    const response = createAuthenticator().create(await beginAdd(world, visitor));
    const named = (name: string): Promise<AddPasskeyOutcome> =>
      visitor.visit((visit) => passkeys.add(visit, { response, name, endOthers: false }));
    expect(await named(' ')).toEqual(invalid);
    expect(await named('Laptop')).toMatchObject({ ok: true });
    expect(await named('Laptop')).toEqual(EXPIRED);
  });

  test('takes one of several requests with the same answer', async () => {
    const world = createPasskeyWorld();
    const { userId } = await world.addAccount();
    const visitor = world.visitor();
    await visitor.signInAs(userId);
    const response = createAuthenticator().create(await beginAdd(world, visitor));
    const input = { response, name: 'Laptop', endOthers: false };
    const results = await Promise.all(
      Array.from({ length: 5 }, () =>
        visitor.visit((visit) => world.flows.passkeys.add(visit, input)),
      ),
    );
    expect(results.filter(({ ok }) => ok)).toHaveLength(1);
    expect((await world.stored(userId)).passkeys).toHaveLength(1);
  });

  test('takes the answer of no other ceremony, of no other user and of no other browser', async () => {
    const world = createPasskeyWorld();
    const owner = await addOwner(world);
    const other = await world.addAccount({ addresses: [] });
    const visitor = world.visitor();
    await signIn(world, visitor, owner.authenticator);
    const finish = (response: unknown, by = visitor): Promise<AddPasskeyOutcome> =>
      by.visit((visit) =>
        world.flows.passkeys.add(visit, { response, name: 'Laptop', endOthers: false }),
      );
    expect(await finish(owner.authenticator.get(await beginSignIn(world, visitor)))).toEqual(
      EXPIRED,
    );
    expect(await finish(owner.authenticator.get(await beginStepUp(world, visitor)))).toEqual(
      EXPIRED,
    );
    // An honest ceremony of the attacker's, finished in the browser of a victim.
    const response = createAuthenticator().create(await beginAdd(world, visitor));
    const victim = world.visitor();
    await victim.signInAs(other.userId);
    expect(await finish(response, victim)).toEqual(EXPIRED);
    await beginAdd(world, victim);
    expect(await finish(response, victim)).toEqual(REFUSED);
    // Another user signs in on the same browser in between.
    const begun = createAuthenticator().create(await beginAdd(world, visitor));
    await visitor.signInAs(other.userId);
    expect(await finish(begun)).toEqual(EXPIRED);
    expect((await world.stored(other.userId)).passkeys).toEqual([]);
  });

  test('and an assertion in its place is refused', async () => {
    const world = createPasskeyWorld();
    const { authenticator } = await addOwner(world);
    const visitor = world.visitor();
    await signIn(world, visitor, authenticator);
    const { challenge } = await beginAdd(world, visitor);
    const response = authenticator.get(await beginSignIn(world, world.visitor()), { challenge });
    const input = { response, name: 'Laptop', endOthers: false };
    expect(await visitor.visit((visit) => world.flows.passkeys.add(visit, input))).toEqual(REFUSED);
  });

  test('is bounded, and a credential is added once over the whole store', async () => {
    const world = createPasskeyWorld();
    const { account, passkey } = await addOwner(world);
    const visitor = world.visitor();
    await visitor.signInAs(account.userId, ['password', 'passkey']);
    const laptop = createAuthenticator();
    const response = laptop.create(await beginAdd(world, visitor));
    const input = { response, name: 'Laptop', endOthers: false };
    const row = { ...passkey, id: response.id };
    // Meanwhile another account got it.
    await world.addAccount({ addresses: [], passkeys: [row] });
    expect(await visitor.visit((visit) => world.flows.passkeys.add(visit, input))).toEqual(REFUSED);

    const full = await world.addAccount({
      addresses: [],
      passkeys: Array.from({ length: MAX_PASSKEYS }, (_, index) => ({
        ...passkey,
        id: `passkey-${index}`,
      })),
    });
    await visitor.signInAs(full.userId, ['password', 'passkey']);
    expect(await visitor.visit((visit) => world.flows.passkeys.beginAdd(visit))).toEqual({
      ok: false,
      reason: 'too-many',
    });
  });

  test('ends the other sessions if that is wanted, and sign-ins that began before in any case (7.4.3)', async () => {
    const world = createPasskeyWorld();
    const { userId } = await world.addAccount();
    const [here, there, late] = [world.visitor(), world.visitor(), world.visitor()];
    await here.signInAs(userId);
    await there.signInAs(userId);
    const begun = await late.visit(({ session }) => session.beginSignIn(userId));
    expect(await add(world, here, createAuthenticator())).toMatchObject({ ok: true });
    expect(await there.userId()).toBe(userId);
    const entered = await late.visit(({ session }) => session.signIn(userId, { attempt: begun }));
    expect(entered).toMatchObject({ ok: false });
    expect(await add(world, here, createAuthenticator(), { endOthers: true })).toMatchObject({
      ok: true,
    });
    expect(await here.userId()).toBe(userId);
    expect(await there.userId()).toBeNull();
  });
});

describe('renaming a passkey', () => {
  test('changes its name and nothing else', async () => {
    const world = createPasskeyWorld();
    const { account, passkey } = await addOwner(world);
    const visitor = world.visitor();
    await visitor.signInAs(account.userId);
    const rename = (id: string, name: string): Promise<unknown> =>
      visitor.visit((visit) => world.flows.passkeys.rename(visit, { id, name }));
    expect(await rename(passkey.id, 'Phone')).toEqual({ ok: true });
    expect((await world.stored(account.userId)).passkeys).toEqual([{ ...passkey, name: 'Phone' }]);
    expect(await rename(passkey.id, '')).toMatchObject({ reason: 'name-invalid' });
    expect(await rename('unknown', 'Phone')).toEqual({ ok: false, reason: 'unknown-passkey' });
  });

  test('is for its owner', async () => {
    const world = createPasskeyWorld();
    const { account, passkey } = await addOwner(world);
    const other = await world.addAccount({ addresses: [] });
    const visitor = world.visitor();
    const rename = (): Promise<unknown> =>
      visitor.visit((visit) =>
        world.flows.passkeys.rename(visit, { id: passkey.id, name: 'Mine' }),
      );
    expect(await rename()).toEqual({ ok: false, reason: 'not-signed-in' });
    await visitor.signInAs(other.userId);
    expect(await rename()).toEqual({ ok: false, reason: 'unknown-passkey' });
    expect((await world.stored(account.userId)).passkeys).toEqual([passkey]);
  });
});

describe('removing a passkey', () => {
  const BOTH = ['password', 'passkey'];
  const remove = (
    world: PasskeyWorld,
    visitor: Visitor,
    id: string,
    endOthers = false,
  ): Promise<unknown> =>
    visitor.visit((visit) => world.flows.passkeys.remove(visit, { id, endOthers }));

  test('takes it away, and the recovery codes with the last second factor', async () => {
    const world = createPasskeyWorld();
    const { account, authenticator, passkey } = await addOwner(world, {
      recoveryCodes: { hashes: ['a'], madeAt: 0 },
    });
    const [visitor, other] = [world.visitor(), world.visitor()];
    await visitor.signInAs(account.userId, BOTH);
    await other.signInAs(account.userId, BOTH);
    expect(await remove(world, visitor, passkey.id, true)).toEqual({ ok: true });
    expect(await world.stored(account.userId)).toMatchObject({ passkeys: [], recoveryCodes: null });
    expect(await world.mailed('factor-removed')).toHaveLength(1);
    expect(await visitor.userId()).toBe(account.userId);
    expect(await other.userId()).toBeNull();
    expect(await signIn(world, world.visitor(), authenticator)).toEqual(REFUSED);
    expect(await remove(world, visitor, passkey.id)).toEqual({
      ok: false,
      reason: 'unknown-passkey',
    });
  });

  test('needs a fresh proof of all factors (7.5.1)', async () => {
    const world = createPasskeyWorld();
    const { account, passkey } = await addOwner(world);
    const visitor = world.visitor();
    await visitor.signInAs(account.userId, ['password']);
    expect(await remove(world, visitor, passkey.id)).toMatchObject({ reason: 'step-up' });
    expect((await world.stored(account.userId)).passkeys).toHaveLength(1);
  });

  test('is refused for the last second factor beside a password that is too short alone (G21)', async () => {
    const world = createPasskeyWorld();
    const { account, passkey } = await addOwner(world, {
      password: { ...passwordRecord(), standsAlone: false },
    });
    const visitor = world.visitor();
    await visitor.signInAs(account.userId, BOTH);
    expect(await remove(world, visitor, passkey.id)).toEqual({
      ok: false,
      reason: 'password-too-short',
    });
    expect((await world.stored(account.userId)).passkeys).toHaveLength(1);
  });

  test('is refused for the last way in, and not while there is another', async () => {
    const world = createPasskeyWorld();
    const { account, passkey } = await addOwner(world, { password: null, addresses: [] });
    const visitor = world.visitor();
    await visitor.signInAs(account.userId, ['passkey']);
    expect(await remove(world, visitor, passkey.id)).toEqual({ ok: false, reason: 'last-way-in' });
    const second = createAuthenticator();
    const added = await add(world, visitor, second);
    expect(added).toMatchObject({ ok: true });
    expect(await remove(world, visitor, passkey.id)).toEqual({ ok: true });
  });

  test('an address of mail is a way in where there is a mailer only', async () => {
    const mailless = createPasskeyWorld({ flows: { mail: undefined } });
    const { account, passkey } = await addOwner(mailless, { password: null });
    const visitor = mailless.visitor();
    await visitor.signInAs(account.userId, ['passkey']);
    expect(await remove(mailless, visitor, passkey.id)).toMatchObject({ reason: 'last-way-in' });

    const world = createPasskeyWorld();
    const owner = await addOwner(world, { password: null });
    const other = world.visitor();
    await other.signInAs(owner.account.userId, ['passkey']);
    expect(await remove(world, other, owner.passkey.id)).toEqual({ ok: true });
  });

  test('leaves the others as they are', async () => {
    const world = createPasskeyWorld();
    const { account, authenticator, passkey } = await addOwner(world);
    const visitor = world.visitor();
    await signIn(world, visitor, authenticator);
    await add(world, visitor, createAuthenticator(), { name: 'Third' });
    expect(await remove(world, visitor, passkey.id)).toEqual({ ok: true });
    expect((await world.stored(account.userId)).passkeys.map(({ name }) => name)).toEqual([
      'Third',
    ]);
  });
});
