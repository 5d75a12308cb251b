// A user who has as many sessions as the policy allows, where it says to refuse one more (ASVS 7.1.2):
// every way in says so, once everything was proved and not before, and burns no link by it.

import { describe, expect, it } from 'vitest';

import type { Visit } from '../../src/flows/visit.js';
import { addWithApp, signIn, wrongCode } from './authenticator-app.js';
import { ADDRESS, createWorld, PASSWORD, type Visitor, type World } from './fixture.js';
import * as passkeys from './passkey-world.js';

const policy = { perUser: { max: 1, over: 'refuse' } } as const;
const TOO_MANY = { ok: false, reason: 'too-many-sessions' } as const;

/** Somebody who is signed in as this user already, and so keeps others out. */
async function occupy(world: World, userId: string): Promise<Visitor> {
  const visitor = world.visitor();
  await visitor.signInAs(userId);
  return visitor;
}

function signOut(visitor: Visitor): Promise<void> {
  return visitor.visit(({ session }) => session.signOut());
}

function refusals(world: World): readonly unknown[] {
  return world.events.filter(({ reason }) => reason === 'too-many-sessions');
}

describe('a user who has as many sessions as are allowed', () => {
  it('is told so after the password, and signs in once there is room', async () => {
    const world = createWorld({ policy });
    const { userId } = await world.addAccount();
    const first = await occupy(world, userId);
    const visitor = world.visitor({ address: '192.0.2.9' });

    const { result, cookies } = await visitor.send((visit) =>
      world.flows.signIn.withPassword(visit, { name: ADDRESS, password: PASSWORD }),
    );

    expect(result).toEqual(TOO_MANY);
    expect(cookies).toEqual([]);
    expect(refusals(world)).toEqual([
      expect.objectContaining({
        action: 'sign-in',
        outcome: 'refused',
        userId,
        address: '192.0.2.9',
      }),
    ]);
    expect(await first.userId()).toBe(userId);
    expect(await world.mailed('new-device')).toEqual([]);
    await signOut(first);
    expect(await signIn(world, visitor)).toEqual({ ok: true, userId });
  });

  it('is told nothing of it for a wrong password', async () => {
    const world = createWorld({ policy });
    const { userId } = await world.addAccount();
    await occupy(world, userId);
    const wrong = { name: ADDRESS, password: 'not the password at all' };
    expect(
      await world.visitor().visit((visit) => world.flows.signIn.withPassword(visit, wrong)),
    ).toEqual({ ok: false, reason: 'refused' });
    expect(refusals(world)).toEqual([]);
  });

  it('is told so after the second factor and not before it, and the sign-in still waits', async () => {
    const world = createWorld({ policy });
    const app = await addWithApp(world);
    const first = await occupy(world, app.userId);
    const visitor = world.visitor();
    const withCode = (code: string) =>
      visitor.visit((visit) => world.flows.signIn.withTotp(visit, { code }));

    expect(await signIn(world, visitor)).toMatchObject({ ok: false, reason: 'second-factor' });
    const wrong = wrongCode(app.secret, world.clock.now());
    expect(await withCode(wrong)).toEqual({ ok: false, reason: 'refused' });
    expect(refusals(world)).toEqual([]);
    const code = app.code();
    expect(await withCode(code)).toEqual(TOO_MANY);
    expect(refusals(world)).toHaveLength(1);

    await signOut(first);
    // The code was used, as every code that was right (ASVS 6.5.1).
    expect(await withCode(code)).toEqual({ ok: false, reason: 'refused' });
    world.clock.advance(60_000);
    expect(await withCode(app.code())).toEqual({ ok: true, userId: app.userId });
  });

  it('is told so after a recovery code, which is used up', async () => {
    const world = createWorld({ policy });
    const app = await addWithApp(world);
    const first = await occupy(world, app.userId);
    const visitor = world.visitor();
    await signIn(world, visitor);
    const [spent = '', next = ''] = app.recoveryCodes;
    const withCode = (code: string) =>
      visitor.visit((visit) => world.flows.signIn.withRecoveryCode(visit, { code }));
    expect(await withCode(spent)).toEqual(TOO_MANY);
    await signOut(first);
    expect(await withCode(spent)).toEqual({ ok: false, reason: 'refused' });
    expect(await withCode(next)).toEqual({ ok: true, userId: app.userId });
  });

  it('is told so after a passkey', async () => {
    const world = passkeys.createPasskeyWorld({ policy });
    const { account, authenticator } = await passkeys.addOwner(world);
    const first = await occupy(world, account.userId);
    const visitor = world.visitor();
    expect(await passkeys.signIn(world, visitor, authenticator)).toEqual(TOO_MANY);
    expect(refusals(world)).toHaveLength(1);
    await signOut(first);
    const { userId } = account;
    expect(await passkeys.signIn(world, visitor, authenticator)).toEqual({ ok: true, userId });
  });

  it('is told so after a passkey as second factor, and the sign-in still waits', async () => {
    const world = passkeys.createPasskeyWorld({ policy });
    const { account, authenticator } = await passkeys.addOwner(world);
    const first = await occupy(world, account.userId);
    const visitor = world.visitor();
    await signIn(world, visitor);
    const give = async () => {
      const response = authenticator.get(await passkeys.beginSecondFactor(world, visitor));
      return visitor.visit((visit) => world.flows.passkeys.secondFactor(visit, { response }));
    };
    expect(await give()).toEqual(TOO_MANY);
    await signOut(first);
    expect(await give()).toEqual({ ok: true, userId: account.userId });
  });

  it('may come back with the same link', async () => {
    const world = createWorld({ policy });
    const { userId } = await world.addAccount();
    const first = await occupy(world, userId);
    const visitor = world.visitor();
    await visitor.visit((visit) => world.flows.signInLink.request(visit, { address: ADDRESS }));
    const token = await world.tokenOf('sign-in-link');
    const use = (by: Visitor = visitor) =>
      by.visit((visit) => world.flows.signInLink.finish(visit, { token }));

    expect(await use(world.visitor())).toMatchObject({ ok: false, reason: 'other-browser' });
    expect(refusals(world)).toEqual([]);
    expect(await use()).toEqual(TOO_MANY);
    expect(refusals(world)).toHaveLength(1);

    await signOut(first);
    expect(await use()).toEqual({ ok: true, userId });
    expect(await use()).toMatchObject({ ok: false, reason: 'expired' });
  });

  it('begins anew where all other sessions were ended at once, as every sign-in does', async () => {
    const world = createWorld({ policy: { perUser: { max: 2, over: 'refuse' } } });
    const { userId } = await world.addAccount();
    const first = await occupy(world, userId);
    await occupy(world, userId);
    const visitor = world.visitor();
    await visitor.visit((visit) => world.flows.signInLink.request(visit, { address: ADDRESS }));
    const token = await world.tokenOf('sign-in-link');
    const use = () => visitor.visit((visit) => world.flows.signInLink.finish(visit, { token }));
    expect(await use()).toEqual(TOO_MANY);
    await first.visit((visit) => world.flows.sessions.endOthers(visit));
    expect(await use()).toEqual({ ok: false, reason: 'changed-meanwhile' });
    expect(await signIn(world, visitor)).toEqual({ ok: true, userId });
  });

  it('hears nothing of it from a link while a second factor is to come', async () => {
    const world = createWorld({ policy });
    const app = await addWithApp(world);
    await occupy(world, app.userId);
    const visitor = world.visitor();
    await visitor.visit((visit) => world.flows.signInLink.request(visit, { address: ADDRESS }));
    const token = await world.tokenOf('sign-in-link');
    const use = () => visitor.visit((visit) => world.flows.signInLink.finish(visit, { token }));
    expect(await use()).toMatchObject({ ok: false, reason: 'second-factor' });
    expect(refusals(world)).toEqual([]);
  });

  it('signs in anew where they are signed in: it is the same session that goes on', async () => {
    const world = createWorld({ policy });
    const { userId } = await world.addAccount();
    const visitor = await occupy(world, userId);
    await visitor.visit((visit) => world.flows.signInLink.request(visit, { address: ADDRESS }));
    const token = await world.tokenOf('sign-in-link');
    expect(await visitor.visit((visit) => world.flows.signInLink.finish(visit, { token }))).toEqual(
      { ok: true, userId },
    );
    expect(await signIn(world, visitor)).toEqual({ ok: true, userId });
  });

  it('is let in by the default policy, which ends the oldest session instead', async () => {
    const world = createWorld({ policy: { perUser: { max: 1 } } });
    const { userId } = await world.addAccount();
    const first = await occupy(world, userId);
    const visitor = world.visitor();
    await visitor.visit((visit) => world.flows.signInLink.request(visit, { address: ADDRESS }));
    const token = await world.tokenOf('sign-in-link');
    expect(await visitor.visit((visit) => world.flows.signInLink.finish(visit, { token }))).toEqual(
      { ok: true, userId },
    );
    expect(await first.userId()).toBeNull();
  });
});

describe('a sign-in that finds room, and somebody else is faster', () => {
  /** The same request, whose session cannot be made for want of room. */
  function outrun(visit: Visit): Visit {
    const session = new Proxy(visit.session, {
      get(target, name) {
        if (name === 'signIn') return async () => ({ ok: false, reason: 'limit' });
        const value: unknown = Reflect.get(target, name, target);
        if (typeof value !== 'function') return value;
        return (...given: unknown[]): unknown => Reflect.apply(value, target, given);
      },
    });
    return { ...visit, session };
  }

  it('is told the same', async () => {
    const world = createWorld({ policy });
    const { userId } = await world.addAccount();
    const input = { name: ADDRESS, password: PASSWORD };
    expect(
      await world.visitor().visit((visit) => world.flows.signIn.withPassword(outrun(visit), input)),
    ).toEqual(TOO_MANY);
    expect(refusals(world)).toEqual([expect.objectContaining({ action: 'sign-in', userId })]);
  });

  it('is told the same after signing up: the account is there', async () => {
    const world = createWorld({ policy });
    const visitor = world.visitor();
    await visitor.visit((visit) => world.flows.signUp.request(visit, { address: ADDRESS }));
    const token = await world.tokenOf('sign-up');
    const input = { token, password: PASSWORD };
    expect(await visitor.visit((visit) => world.flows.signUp.finish(outrun(visit), input))).toEqual(
      TOO_MANY,
    );
    expect(refusals(world)).toHaveLength(1);
    expect(await signIn(world, visitor)).toMatchObject({ ok: true });
  });
});
