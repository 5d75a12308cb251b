import { describe, expect, it } from 'vitest';

import { createFlows } from '../../src/flows/flows.js';
import { addWithApp, signIn, signInWithApp } from './authenticator-app.js';
import {
  ADDRESS,
  addressRecord,
  createWorld,
  MINUTE,
  NEXT,
  PASSWORD,
  passwordRecord,
  type World,
} from './fixture.js';

describe('the status of an account', () => {
  it('disabled ends all sessions and lets nobody in, until it is active again (ASVS 7.4.2)', async () => {
    const world = createWorld();
    const { userId } = await world.addAccount();
    const [ada, phone] = [world.visitor(), world.visitor()];
    await signIn(world, ada);
    await signIn(world, phone);
    expect(await world.flows.users.setStatus(userId, { status: 'disabled' })).toEqual({ ok: true });
    expect([await ada.userId(), await phone.userId()]).toEqual([null, null]);
    expect(await signIn(world, ada)).toEqual({ ok: false, reason: 'refused' });
    expect(await world.mailed('account-disabled')).toMatchObject([{ to: ADDRESS }]);
    await world.flows.users.setStatus(userId, { status: 'disabled' });
    expect(await world.mailed('account-disabled')).toHaveLength(1);
    expect(await world.flows.users.setStatus(userId, { status: 'active' })).toEqual({ ok: true });
    expect(await signIn(world, ada)).toEqual({ ok: true, userId });
  });

  it('deleted is final', async () => {
    const world = createWorld();
    const { userId } = await world.addAccount();
    expect(await world.flows.users.setStatus(userId, { status: 'deleted' })).toEqual({ ok: true });
    expect(await world.mailed('account-deleted')).toMatchObject([{ to: ADDRESS }]);
    const missing = { ok: false, reason: 'missing' };
    expect(await world.flows.users.setStatus(userId, { status: 'active' })).toEqual(missing);
    expect(await world.flows.users.setStatus('nobody', { status: 'disabled' })).toEqual(missing);
    expect(await world.flows.users.removeSecondFactors(userId)).toEqual(missing);
    expect(await world.flows.users.startReset(userId)).toEqual(missing);
  });

  it.each(['disabled', 'deleted'] as const)(
    '%s refuses a sign-in that has checked the password meanwhile',
    async (status) => {
      const world = createWorld();
      const { userId } = await world.addAccount();
      world.hasher.during = async () => {
        world.hasher.during = () => undefined;
        await world.flows.users.setStatus(userId, { status });
      };
      const thief = world.visitor();
      expect(await signIn(world, thief)).toEqual({ ok: false, reason: 'changed-meanwhile' });
      expect(await world.sessions.list(userId)).toEqual([]);
    },
  );

  it('disabled and active again refuses it too, and a sign-in that waited for its second factor', async () => {
    const world = createWorld();
    const app = await addWithApp(world);
    const thief = world.visitor();
    await signIn(world, thief);
    const token = thief.jar.get('__Host-second-factor');
    await world.flows.users.setStatus(app.userId, { status: 'disabled' });
    await world.flows.users.setStatus(app.userId, { status: 'active' });
    thief.jar.set('__Host-second-factor', token ?? '');
    const finish = thief.visit((visit) => world.flows.signIn.withTotp(visit, { code: app.code() }));
    expect(await finish).toEqual({ ok: false, reason: 'expired' });
    let isFirst = true;
    world.hasher.during = async () => {
      if (!isFirst) return;
      isFirst = false;
      await world.flows.users.setStatus(app.userId, { status: 'disabled' });
      await world.flows.users.setStatus(app.userId, { status: 'active' });
    };
    const next = world.visitor();
    expect(await signIn(world, next)).toMatchObject({ reason: 'second-factor' });
    world.clock.advance(30_000);
    const last = next.visit((visit) => world.flows.signIn.withTotp(visit, { code: app.code() }));
    expect(await last).toEqual({ ok: false, reason: 'changed-meanwhile' });
  });

  it('ends the sessions when it is asked again, after a store that had failed at it', async () => {
    const world = createWorld();
    const { userId } = await world.addAccount();
    const ada = world.visitor();
    await signIn(world, ada);
    let isDown = true;
    const { sessions, accounts } = world;
    const flows = createFlows({
      sessions: {
        ...sessions,
        endUser: async (id) => {
          if (isDown) throw new Error('down');
          return sessions.endUser(id);
        },
      },
      accounts,
      serviceName: 'Example Shop',
    });
    await expect(flows.users.setStatus(userId, { status: 'deleted' })).rejects.toThrow('down');
    expect(await ada.userId()).toBe(userId);
    isDown = false;
    expect(await flows.users.setStatus(userId, { status: 'deleted' })).toEqual({
      ok: false,
      reason: 'missing',
    });
    expect(await ada.userId()).toBeNull();
  });

  it('disabled refuses a sign-in under way, though ending the sessions failed', async () => {
    const world = createWorld();
    const { userId } = await world.addAccount();
    const { sessions, accounts } = world;
    const down = async (): Promise<never> => {
      throw new Error('down');
    };
    const service = { accounts, serviceName: 'Example Shop' };
    const flows = createFlows({ sessions: { ...sessions, endUser: down }, ...service });
    world.hasher.during = async () => {
      world.hasher.during = () => undefined;
      await expect(flows.users.setStatus(userId, { status: 'disabled' })).rejects.toThrow('down');
    };
    const thief = world.visitor();
    expect(await signIn(world, thief)).toEqual({ ok: false, reason: 'changed-meanwhile' });
    expect(await thief.userId()).toBeNull();
  });
});

describe('a new password that somebody else starts (G77)', () => {
  it('is chosen by the owner, with a link; nothing changes by starting it', async () => {
    const world = createWorld();
    const account = await world.addAccount({
      addresses: [addressRecord('new@example.org', null), addressRecord(ADDRESS)],
    });
    const { userId } = account;
    expect(await world.flows.users.startReset(userId)).toEqual({ ok: true });
    expect(await world.stored(userId)).toEqual(account);
    expect(await world.mailed('reset')).toMatchObject([{ to: ADDRESS }]);
    const token = await world.tokenOf('reset');
    const finish = world
      .visitor()
      .visit((visit) => world.flows.reset.finish(visit, { token, password: NEXT }));
    expect(await finish).toEqual({ ok: true });
    expect(await signIn(world, world.visitor(), NEXT)).toEqual({ ok: true, userId });
  });

  it('goes to no address that is not verified, and nowhere without a mailer', async () => {
    const world = createWorld();
    const addresses = [addressRecord('new@example.org', null)];
    const { userId } = await world.addAccount({ addresses });
    const refused = { ok: false, reason: 'no-address' };
    expect(await world.flows.users.startReset(userId)).toEqual(refused);
    const silent = createWorld({ flows: { mail: undefined } });
    const start = silent.flows.users.startReset(userId);
    await expect(start).rejects.toMatchObject({ code: 'configuration' });
  });
});

describe('second factors that were lost (G86; ASVS 6.5.6)', () => {
  it('are taken away, with all sessions, and the owner is told of each', async () => {
    const world = createWorld();
    const app = await addWithApp(world);
    const ada = world.visitor();
    await signInWithApp(world, ada, app);
    expect(await world.flows.users.removeSecondFactors(app.userId)).toEqual({ ok: true });
    expect(await ada.userId()).toBeNull();
    expect(await world.mailed('factor-removed')).toHaveLength(2);
    expect(await signIn(world, world.visitor())).toEqual({ ok: true, userId: app.userId });
  });

  it('leave no short password alone: it is closed until a new one is chosen (G21)', async () => {
    const world = createWorld();
    const password = { ...passwordRecord(), standsAlone: false };
    const app = await addWithApp(world, { password });
    const ada = world.visitor();
    await signInWithApp(world, ada, app);
    await world.flows.users.removeSecondFactors(app.userId);
    // Her own device does not help.
    expect(await signIn(world, ada)).toEqual({ ok: false, reason: 'refused' });
    await world.flows.users.startReset(app.userId);
    const token = await world.tokenOf('reset');
    const finish = (typed: string) =>
      ada.visit((visit) => world.flows.reset.finish(visit, { token, password: typed }));
    expect(await finish('seven lamps')).toMatchObject({ refusal: 'too-short' });
    expect(await finish(NEXT)).toEqual({ ok: true });
    expect(await signIn(world, ada, NEXT)).toEqual({ ok: true, userId: app.userId });
  });
});

describe('what owners are told (G51, G83)', () => {
  const guess = (world: World, password: string) =>
    world
      .visitor({ address: '203.0.113.9' })
      .visit((visit) => world.flows.signIn.withPassword(visit, { name: ADDRESS, password }));
  const guessOften = async (world: World, times: number): Promise<void> => {
    for (let i = 0; i < times; i += 1) {
      world.clock.advance(61 * MINUTE);
      expect(await guess(world, 'wrong')).toMatchObject({ reason: 'refused' });
    }
    world.clock.advance(61 * MINUTE);
  };

  it.each([
    [9, 0],
    [10, 1],
  ])('a sign-in after %i failures: %i mails', async (failures, mails) => {
    const world = createWorld();
    await world.addAccount();
    await guessOften(world, failures);
    expect(await guess(world, PASSWORD)).toMatchObject({ ok: true });
    const sent = await world.mailed('sign-in-after-failures');
    expect(sent).toHaveLength(mails);
    for (const { text } of sent) expect(text).toContain('10 failed attempts');
  });

  it('adds up what failed at both factors', async () => {
    const world = createWorld();
    const app = await addWithApp(world);
    await guessOften(world, 6);
    const ada = world.visitor();
    await signIn(world, ada);
    const withCode = (code: string) =>
      ada.visit((visit) => world.flows.signIn.withTotp(visit, { code }));
    for (let i = 0; i < 4; i += 1) await withCode(app.wrong());
    expect(await withCode(app.code())).toMatchObject({ ok: true });
    const [mail] = await world.mailed('sign-in-after-failures');
    expect(mail?.text).toContain('10 failed attempts');
  });

  it('a failed second factor, once an hour: the password is no way to flood a mailbox', async () => {
    const world = createWorld();
    const app = await addWithApp(world);
    const thief = world.visitor();
    await signIn(world, thief);
    const fail = () =>
      thief.visit((visit) => world.flows.signIn.withTotp(visit, { code: app.wrong() }));
    for (let i = 0; i < 5; i += 1) expect(await fail()).toMatchObject({ reason: 'refused' });
    expect(await world.mailed('second-factor-failed')).toHaveLength(1);
    world.clock.advance(60 * MINUTE - 1);
    await signIn(world, thief);
    expect(await fail()).toMatchObject({ reason: 'refused' });
    expect(await world.mailed('second-factor-failed')).toHaveLength(1);
    world.clock.advance(1 + MINUTE);
    await signIn(world, thief);
    expect(await fail()).toMatchObject({ reason: 'refused' });
    expect(await world.mailed('second-factor-failed')).toHaveLength(2);
  });

  it('nothing of a wrong password, and that a password was closed (G40)', async () => {
    const world = createWorld();
    await world.addAccount();
    await guessOften(world, 99);
    expect(world.mails).toEqual([]);
    await guessOften(world, 1);
    const [mail] = await world.mailed('factor-closed');
    expect(mail?.text).toContain('your password is refused');
    expect(await guess(world, PASSWORD)).toEqual({ ok: false, reason: 'refused' });
  });
});
