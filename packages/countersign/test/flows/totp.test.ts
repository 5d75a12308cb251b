import { describe, expect, it } from 'vitest';

import {
  addWithApp,
  beginApp,
  change,
  codeAt,
  signIn,
  signInWithApp,
  wrongCode,
  type AppSetup,
} from './authenticator-app.js';
import {
  ADDRESS,
  createWorld,
  MINUTE,
  passwordRecord,
  type Visitor,
  type World,
} from './fixture.js';

/** Ada, who has a password and nothing else, signed in. */
async function withPassword(): Promise<{ world: World; ada: Visitor; userId: string }> {
  const world = createWorld();
  const { userId } = await world.addAccount();
  const ada = world.visitor();
  await signIn(world, ada);
  return { world, ada, userId };
}

describe('setting up an authenticator app', () => {
  it('gives a secret for the app, and the account knows nothing of it before a code', async () => {
    const { world, ada, userId } = await withPassword();
    const { secret, uri, setup } = await beginApp(world, ada);
    expect(secret).toMatch(/^[A-Z2-7]{32}$/);
    expect(uri).toBe(
      `otpauth://totp/Example%20Shop:ada%40example.org?secret=${secret}&issuer=Example%20Shop&algorithm=SHA1&digits=6&period=30`,
    );
    expect(await world.stored(userId)).toMatchObject({ totp: null });
    const again = await ada.visit((visit) => world.flows.totp.resume(visit, { setup }));
    expect(again).toEqual({ ok: true, secret, uri });
  });

  it('is done by a code, which is a proof and used up by it (ASVS 6.5.1, 7.2.4)', async () => {
    const { world, ada, userId } = await withPassword();
    const { secret, setup } = await beginApp(world, ada);
    const token = ada.jar.get('__Host-id');
    const code = codeAt(secret, world.clock.now());
    const confirm = { setup, code, endOthers: false };
    const done = await ada.visit((visit) => world.flows.totp.confirm(visit, confirm));
    expect(done).toMatchObject({ ok: true });
    expect(done.ok && done.recoveryCodes).toHaveLength(10);
    expect(await ada.factors()).toEqual(['password', 'totp']);
    expect(ada.jar.get('__Host-id')).not.toBe(token);
    expect(await world.mailed('factor-added')).toMatchObject([{ to: ADDRESS }]);
    const next = world.visitor();
    expect(await signIn(world, next)).toMatchObject({ reason: 'second-factor' });
    const withCode = () => next.visit((visit) => world.flows.signIn.withTotp(visit, { code }));
    expect(await withCode()).toEqual({ ok: false, reason: 'refused' });
    world.clock.advance(30_000);
    const fresh = codeAt(secret, world.clock.now());
    const entered = next.visit((visit) => world.flows.signIn.withTotp(visit, { code: fresh }));
    expect(await entered).toEqual({ ok: true, userId });
  });

  it('takes a wrong code badly, and the next one well; the setting up works once', async () => {
    const { world, ada, userId } = await withPassword();
    const { secret, setup } = await beginApp(world, ada);
    const confirm = (code: string) =>
      ada.visit((visit) => world.flows.totp.confirm(visit, { setup, code, endOthers: false }));
    const now = world.clock.now();
    expect(await confirm(wrongCode(secret, now))).toEqual({ ok: false, reason: 'refused' });
    expect(await confirm('12')).toEqual({ ok: false, reason: 'malformed' });
    expect(await world.stored(userId)).toMatchObject({ totp: null });
    expect(await confirm(codeAt(secret, now))).toMatchObject({ ok: true });
    expect(await confirm(codeAt(secret, now + 30_000))).toEqual({ ok: false, reason: 'expired' });
    const resumed = await ada.visit((visit) => world.flows.totp.resume(visit, { setup }));
    expect(resumed).toEqual({ ok: false, reason: 'expired' });
  });

  it('is won by one of two that confirm at the same time', async () => {
    const { world, ada } = await withPassword();
    const other = world.visitor();
    await signIn(world, other);
    const { secret, setup } = await beginApp(world, ada);
    const input = { setup, code: codeAt(secret, world.clock.now()), endOthers: false };
    const results = await Promise.all(
      [ada, other].map((each) => each.visit((visit) => world.flows.totp.confirm(visit, input))),
    );
    expect(results.filter(({ ok }) => ok)).toHaveLength(1);
    expect(results).toContainEqual({ ok: false, reason: 'expired' });
  });

  it('expires exactly after 15 minutes, is one person’s, and ends with the next one', async () => {
    const { world, ada } = await withPassword();
    const grace = world.visitor();
    const { userId } = await world.addAccount({ addresses: [] });
    await grace.signInAs(userId);
    const first = await beginApp(world, ada);
    const expired = { ok: false, reason: 'expired' };
    const resume = (visitor: Visitor, { setup }: AppSetup) =>
      visitor.visit((visit) => world.flows.totp.resume(visit, { setup }));
    expect(await resume(grace, first)).toEqual(expired);
    const stolen = { setup: first.setup, code: codeAt(first.secret, world.clock.now()) };
    const confirmed = grace.visit((visit) =>
      world.flows.totp.confirm(visit, { ...stolen, endOthers: false }),
    );
    expect(await confirmed).toEqual({ ok: false, reason: 'expired' });
    const second = await beginApp(world, ada);
    expect(await resume(ada, first)).toEqual(expired);
    expect(await resume(world.visitor(), second)).toEqual({ ok: false, reason: 'not-signed-in' });
    world.clock.advance(15 * MINUTE - 1);
    expect(await resume(ada, second)).toMatchObject({ secret: second.secret });
    world.clock.advance(1);
    expect(await resume(ada, second)).toEqual(expired);
  });

  it('counts a thousand guesses at once as such, and not against the app in use (G47)', async () => {
    const world = createWorld();
    const app = await addWithApp(world);
    const ada = world.visitor();
    await ada.signInAs(app.userId, ['password', 'totp']);
    const { secret, setup } = await beginApp(world, ada);
    const code = wrongCode(secret, world.clock.now());
    const results = await Promise.all(
      Array.from({ length: 1_000 }, () =>
        ada.visit((visit) => world.flows.totp.confirm(visit, { setup, code, endOthers: false })),
      ),
    );
    expect(results.filter((each) => !each.ok && each.reason === 'refused')).toHaveLength(5);
    expect(results.filter((each) => !each.ok && each.reason === 'throttled')).toHaveLength(995);
    await signInWithApp(world, world.visitor(), app);
  });

  it('refuses a sign-in that began before, with the password alone', async () => {
    const { world, ada } = await withPassword();
    const { secret, setup } = await beginApp(world, ada);
    const thief = world.visitor();
    world.hasher.during = async (run) => {
      if (!run.startsWith('verify')) return;
      world.hasher.during = () => undefined;
      const code = codeAt(secret, world.clock.now());
      const input = { setup, code, endOthers: false };
      await ada.visit((visit) => world.flows.totp.confirm(visit, input));
    };
    // It is asked for the second factor by now; and were it not, its ticket is worthless.
    expect(await signIn(world, thief)).toMatchObject({ reason: 'second-factor' });
    world.clock.advance(30_000);
    const code = codeAt(secret, world.clock.now());
    const entered = await thief.visit((visit) => world.flows.signIn.withTotp(visit, { code }));
    expect(entered).toEqual({ ok: false, reason: 'changed-meanwhile' });
  });

  it('replaces an app in use without new recovery codes, and the old one is worthless', async () => {
    const world = createWorld();
    const app = await addWithApp(world);
    const ada = world.visitor();
    await signInWithApp(world, ada, app);
    const { secret, setup } = await beginApp(world, ada);
    const code = codeAt(secret, world.clock.now());
    const done = await ada.visit((visit) =>
      world.flows.totp.confirm(visit, { setup, code, endOthers: false }),
    );
    expect(done).toEqual({ ok: true, recoveryCodes: [] });
    world.clock.advance(30_000);
    const next = world.visitor();
    await signIn(world, next);
    const withOld = next.visit((visit) => world.flows.signIn.withTotp(visit, { code: app.code() }));
    expect(await withOld).toEqual({ ok: false, reason: 'refused' });
  });
});

describe('removing it', () => {
  it('takes the recovery codes along, tells the owner, and the password is enough again', async () => {
    const world = createWorld();
    const app = await addWithApp(world);
    const [ada, other] = [world.visitor(), world.visitor()];
    await signInWithApp(world, ada, app);
    world.clock.advance(30_000);
    await signInWithApp(world, other, app);
    const removed = await ada.visit((visit) => world.flows.totp.remove(visit, { endOthers: true }));
    expect(removed).toEqual({ ok: true });
    expect(await world.stored(app.userId)).toMatchObject({ totp: null, recoveryCodes: null });
    expect(await world.mailed('factor-removed')).toHaveLength(1);
    expect(await other.userId()).toBeNull();
    expect(await signIn(world, world.visitor())).toEqual({ ok: true, userId: app.userId });
  });

  it('is refused while the password is too short to be alone (G21)', async () => {
    const world = createWorld();
    const password = { ...passwordRecord(), standsAlone: false };
    const app = await addWithApp(world, { password });
    const ada = world.visitor();
    await signInWithApp(world, ada, app);
    const removed = await ada.visit((visit) => world.flows.totp.remove(visit, { endOthers: true }));
    expect(removed).toEqual({ ok: false, reason: 'password-too-short' });
    expect((await world.stored(app.userId)).totp).not.toBeNull();
    expect(await world.mailed('factor-removed')).toHaveLength(0);
  });

  it('keeps the recovery codes beside a passkey', async () => {
    const world = createWorld();
    const app = await addWithApp(world);
    const passkey = {
      id: 'AAAA',
      publicKey: 'AAAA',
      counter: 0,
      transports: [],
      name: 'Key',
      addedAt: 0,
      lastUsedAt: null,
      backedUp: false,
      counterWentBackAt: null,
    };
    await change(world, app.userId, (account) => ({ ...account, passkeys: [passkey] }));
    const ada = world.visitor();
    await signInWithApp(world, ada, app);
    await ada.visit((visit) => world.flows.totp.remove(visit, { endOthers: false }));
    const stored = await world.stored(app.userId);
    expect(stored).toMatchObject({ totp: null });
    expect(stored.recoveryCodes?.hashes).toHaveLength(10);
  });

  it('refuses a sign-in that waits for the second factor', async () => {
    const world = createWorld();
    const app = await addWithApp(world);
    const [ada, thief] = [world.visitor(), world.visitor()];
    await signInWithApp(world, ada, app);
    await signIn(world, thief);
    await ada.visit((visit) => world.flows.totp.remove(visit, { endOthers: false }));
    const [code = ''] = app.recoveryCodes;
    const entered = await thief.visit((visit) =>
      world.flows.signIn.withRecoveryCode(visit, { code }),
    );
    expect(entered).toEqual({ ok: false, reason: 'refused' });
    expect(await thief.userId()).toBeNull();
  });
});
