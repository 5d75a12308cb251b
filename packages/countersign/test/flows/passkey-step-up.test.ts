// Proving anew by a passkey who is signed in (ASVS 7.2.4, 7.5.1).

import { describe, expect, test } from 'vitest';

import { MINUTE, PASSWORD } from './fixture.js';
import { addOwner, beginSignIn, beginStepUp, createPasskeyWorld, signIn } from './passkey-world.js';

const EXPIRED = { ok: false, reason: 'expired' };

describe('a step-up by passkey', () => {
  test('makes the session anew, with the proof in it (7.2.4)', async () => {
    const world = createPasskeyWorld();
    const { account, authenticator, passkey } = await addOwner(world);
    const visitor = world.visitor();
    await visitor.signInAs(account.userId, ['password']);
    world.clock.advance(15 * MINUTE);
    const before = await visitor.visit(({ session }) => session.id);
    const { stepUp } = world.flows;
    expect(await visitor.visit((visit) => stepUp.check(visit, { purpose: 'credentials' }))).toEqual(
      {
        ok: false,
        reason: 'step-up',
        proofs: ['password', 'passkey'],
      },
    );
    const options = await beginStepUp(world, visitor);
    // Nothing else is fresh, so the key alone is not enough.
    expect(options).toMatchObject({
      allowCredentials: [{ id: passkey.id }],
      userVerification: 'required',
    });
    const response = authenticator.get(options);

    const result = await visitor.visit((visit) => world.flows.passkeys.stepUp(visit, { response }));

    expect(result).toEqual({ ok: true });
    expect(await visitor.visit(({ session }) => session.id)).not.toBe(before);
    expect(await visitor.factors()).toEqual(['password', 'passkey']);
    expect(await visitor.visit((visit) => stepUp.check(visit, { purpose: 'credentials' }))).toEqual(
      {
        ok: true,
      },
    );
  });

  test('after a fresh password needs the key only', async () => {
    const world = createPasskeyWorld();
    const { account, authenticator } = await addOwner(world);
    const visitor = world.visitor();
    await visitor.signInAs(account.userId, ['password']);
    const options = await beginStepUp(world, visitor);
    expect(options.userVerification).toBe('preferred');
    const response = authenticator.get(options, { userVerified: false });
    expect(
      await visitor.visit((visit) => world.flows.passkeys.stepUp(visit, { response })),
    ).toEqual({ ok: true });
    expect(await visitor.factors()).toEqual(['password', 'security-key']);
    const check = await visitor.visit((visit) =>
      world.flows.stepUp.check(visit, { purpose: 'credentials' }),
    );
    expect(check).toEqual({ ok: true });
  });

  test('without verification and without anything fresh is refused', async () => {
    const world = createPasskeyWorld();
    const { account, authenticator } = await addOwner(world);
    const visitor = world.visitor();
    await visitor.signInAs(account.userId, ['password']);
    world.clock.advance(15 * MINUTE);
    const options = await beginStepUp(world, visitor);
    const response = authenticator.get(options, { userVerified: false });
    const result = await visitor.visit((visit) => world.flows.passkeys.stepUp(visit, { response }));
    expect(result).toEqual({ ok: false, reason: 'refused' });
    expect(await visitor.factors()).toEqual(['password']);
  });

  test('is that of who is signed in, not of who was when it began', async () => {
    const world = createPasskeyWorld();
    const eve = await addOwner(world, { addresses: [] });
    const ada = await addOwner(world);
    const visitor = world.visitor();
    await visitor.signInAs(eve.account.userId);
    const response = eve.authenticator.get(await beginStepUp(world, visitor));
    await visitor.signInAs(ada.account.userId);
    const result = await visitor.visit((visit) => world.flows.passkeys.stepUp(visit, { response }));
    expect(result).toEqual(EXPIRED);
    expect(await visitor.factors()).toEqual(['password']);
  });

  test('takes no ceremony of a sign-in, nor the other way round', async () => {
    const world = createPasskeyWorld();
    const { account, authenticator } = await addOwner(world);
    const visitor = world.visitor();
    await visitor.signInAs(account.userId);
    const { passkeys } = world.flows;
    const forSignIn = { response: authenticator.get(await beginSignIn(world, visitor)) };
    expect(await visitor.visit((visit) => passkeys.stepUp(visit, forSignIn))).toEqual(EXPIRED);
    const forStepUp = { response: authenticator.get(await beginStepUp(world, visitor)) };
    expect(await visitor.visit((visit) => passkeys.signIn(visit, forStepUp))).toEqual(EXPIRED);
  });

  test('is for those who are signed in and have a passkey', async () => {
    const world = createPasskeyWorld();
    const { authenticator } = await addOwner(world);
    const plain = await world.addAccount({ addresses: [] });
    const visitor = world.visitor();
    const { passkeys } = world.flows;
    const nobody = { ok: false, reason: 'not-signed-in' };
    expect(await visitor.visit((visit) => passkeys.beginStepUp(visit))).toEqual(nobody);
    const response = authenticator.get(await beginSignIn(world, visitor));
    expect(await visitor.visit((visit) => passkeys.stepUp(visit, { response }))).toEqual(nobody);
    await visitor.signInAs(plain.userId);
    expect(await visitor.visit((visit) => passkeys.beginStepUp(visit))).toEqual({
      ok: false,
      reason: 'no-passkey',
    });
  });

  test('is refused when all sessions were ended while the signature was judged', async () => {
    const world = createPasskeyWorld();
    const { account, authenticator } = await addOwner(world);
    const visitor = world.visitor();
    await visitor.signInAs(account.userId);
    const response = authenticator.get(await beginStepUp(world, visitor));
    world.interrupt.during = async () => {
      await world.sessions.refuseEarlierSignIns(account.userId);
    };
    const result = await visitor.visit((visit) => world.flows.passkeys.stepUp(visit, { response }));
    expect(result).toEqual({ ok: false, reason: 'changed-meanwhile' });
  });

  test('by a passkey alone opens what a password with it opens', async () => {
    const world = createPasskeyWorld();
    const { authenticator } = await addOwner(world);
    const visitor = world.visitor();
    await signIn(world, visitor, authenticator);
    const changed = await visitor.visit((visit) =>
      world.flows.password.change(visit, {
        current: PASSWORD,
        next: 'the price of tea in Lisbon',
        endOthers: false,
      }),
    );
    expect(changed).toEqual({ ok: true });
  });
});
