import { describe, expect, it } from 'vitest';

import type { Account } from '../../src/accounts/account.js';
import { addWithApp, change, signIn, signInWithApp } from './authenticator-app.js';
import { createWorld, MINUTE, NEXT, PASSWORD, type World } from './fixture.js';

const PASSKEY = {
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
const IDENTITY = { issuer: 'https://id.example', subject: '7', label: 'Example', linkedAt: 0 };

type Shape = (account: Account) => Account;

const nothingElse: Shape = (account) => ({ ...account, totp: null, recoveryCodes: null });
const shapes: Readonly<Record<string, Shape>> = {
  'a password': nothingElse,
  'nothing but an address': (account) => ({ ...nothingElse(account), password: null }),
  'a provider': (account) => ({
    ...nothingElse(account),
    password: null,
    identities: [IDENTITY],
  }),
  'password and app': (account) => ({ ...account, recoveryCodes: null }),
  'password, app and codes': (account) => account,
  'password, closed app and codes': (account) => ({
    ...account,
    totp: account.totp === null ? null : { ...account.totp, closedAt: 1 },
  }),
  'password, passkey and codes': (account) => ({ ...account, totp: null, passkeys: [PASSKEY] }),
  'a passkey and codes': (account) => ({
    ...account,
    totp: null,
    password: null,
    passkeys: [PASSKEY],
  }),
};

describe('what has to be proved again before a credential is changed (ASVS 7.5.1)', () => {
  it.each<[string, readonly string[], readonly string[] | 'enough']>([
    ['a password', [], ['password']],
    ['a password', ['password'], 'enough'],
    ['a password', ['email'], 'enough'],
    ['nothing but an address', [], ['email']],
    ['nothing but an address', ['email'], 'enough'],
    ['a provider', [], ['provider']],
    ['a provider', ['provider'], 'enough'],
    ['password and app', [], ['password']],
    ['password and app', ['password'], ['totp']],
    ['password and app', ['totp'], ['password']],
    ['password and app', ['password', 'totp'], 'enough'],
    ['password and app', ['password', 'email'], ['totp']],
    ['password, app and codes', ['password'], ['totp', 'recovery-code']],
    ['password, app and codes', ['password', 'recovery-code'], 'enough'],
    ['password, app and codes', ['totp', 'recovery-code'], ['password']],
    ['password, closed app and codes', ['password'], ['recovery-code']],
    ['password, passkey and codes', [], ['password', 'passkey']],
    ['password, passkey and codes', ['password'], ['passkey', 'recovery-code']],
    ['password, passkey and codes', ['passkey'], 'enough'],
    ['password, passkey and codes', ['password', 'security-key'], 'enough'],
    ['password, passkey and codes', ['security-key', 'recovery-code'], ['password', 'passkey']],
    ['a passkey and codes', ['passkey'], 'enough'],
    ['a passkey and codes', ['email', 'recovery-code'], 'enough'],
  ])('with %s, after %j: %j', async (shape, proved, wanted) => {
    const { world, check } = await signedInWith(shape, proved);
    const expected =
      wanted === 'enough' ? { ok: true } : { ok: false, reason: 'step-up', proofs: wanted };
    expect(await check('credentials')).toEqual(expected);
    expect(world.events.filter(({ outcome }) => outcome === 'failed')).toEqual([]);
  });

  it.each([
    ['password, app and codes', ['password']],
    ['password, app and codes', ['totp']],
    ['a passkey and codes', ['email']],
  ])('ending sessions takes one proof of any kind: %s, %j (ASVS 7.5.2)', async (shape, proved) => {
    const { check } = await signedInWith(shape, proved);
    expect(await check('sessions')).toEqual({ ok: true });
  });

  it('refuses each verb in the same way, and changes nothing', async () => {
    const { world, visitor, userId } = await signedInWith('password, app and codes', ['password']);
    const before = await world.stored(userId);
    const { flows } = world;
    const refused = { ok: false, reason: 'step-up', proofs: ['totp', 'recovery-code'] };
    const end = { endOthers: true };
    const verbs = [
      visitor.visit((v) => flows.password.change(v, { current: PASSWORD, next: NEXT, ...end })),
      visitor.visit((v) => flows.password.set(v, { next: NEXT, ...end })),
      visitor.visit((v) => flows.totp.begin(v)),
      visitor.visit((v) => flows.totp.confirm(v, { setup: 'x', code: '123456', ...end })),
      visitor.visit((v) => flows.totp.remove(v, end)),
      visitor.visit((v) => flows.recoveryCodes.replace(v, { endOthers: false })),
      visitor.visit((v) => flows.account.remove(v)),
    ];
    expect(await Promise.all(verbs)).toEqual(verbs.map(() => refused));
    expect(await world.stored(userId)).toEqual(before);
    expect(await world.mailed('account-deleted')).toEqual([]);
  });
});

async function signedInWith(
  shape: string,
  proved: readonly string[],
): Promise<{
  readonly world: World;
  readonly userId: string;
  readonly visitor: ReturnType<World['visitor']>;
  readonly check: (purpose: 'credentials' | 'sessions') => Promise<unknown>;
}> {
  const world = createWorld();
  const { userId } = await addWithApp(world);
  await change(world, userId, shapes[shape] ?? nothingElse);
  const visitor = world.visitor();
  await visitor.signInAs(userId, proved);
  const check = (purpose: 'credentials' | 'sessions') =>
    visitor.visit((visit) => world.flows.stepUp.check(visit, { purpose }));
  return { world, userId, visitor, check };
}

describe('how long a proof is fresh', () => {
  it('is 10 minutes, and not any more exactly at the limit', async () => {
    const { world, visitor, check } = await signedInWith('a password', ['password']);
    const { flows, clock } = world;
    const require = () =>
      visitor.visit(({ session }) => {
        flows.requireFresh(session);
        return 'fresh';
      });
    clock.advance(10 * MINUTE - 1);
    expect(await require()).toBe('fresh');
    expect(await check('credentials')).toEqual({ ok: true });
    clock.advance(1);
    await expect(require()).rejects.toMatchObject({ code: 'step-up-required', status: 401 });
    expect(await check('credentials')).toMatchObject({ reason: 'step-up' });
    expect(await check('sessions')).toMatchObject({ reason: 'step-up' });
  });

  it('is as long, and of as many kinds, as is asked for', () => {
    const { flows, clock } = createWorld();
    const session = { factors: [{ kind: 'password', at: clock.now() }] };
    clock.advance(2 * MINUTE);
    expect(flows.isFresh(session)).toBe(true);
    expect(flows.isFresh(session, { within: '2m' })).toBe(false);
    expect(flows.isFresh(session, { within: '121s' })).toBe(true);
    expect(flows.isFresh(session, { factors: ['totp', 'passkey'] })).toBe(false);
    expect(flows.isFresh(session, { factors: ['totp', 'password'] })).toBe(true);
    expect(flows.isFresh({ factors: [] })).toBe(false);
  });

  it('is never less than was asked for: an option that there is not is an error', () => {
    const { flows, clock } = createWorld();
    const session = { factors: [{ kind: 'password', at: clock.now() }] };
    for (const wrong of [{ factor: 'totp' }, { with: '1s' }, 'totp', ['totp'], null]) {
      for (const verb of [flows.isFresh, flows.requireFresh]) {
        expect((): unknown => Reflect.apply(verb, undefined, [session, wrong])).toThrow(
          expect.objectContaining({ code: 'configuration' }),
        );
      }
    }
  });

  it('takes no text for a list of kinds, in which the name of a weaker one could be found', () => {
    const { flows, clock } = createWorld();
    const session = { factors: [{ kind: 'provider', at: clock.now() }] };
    for (const factors of ['provider-mfa', 'provider', null, 5, {}]) {
      for (const verb of [flows.isFresh, flows.requireFresh]) {
        expect((): unknown => Reflect.apply(verb, undefined, [session, { factors }])).toThrow(
          expect.objectContaining({ code: 'configuration' }),
        );
      }
    }
  });

  it('begins anew with each proof, which makes a new session (ASVS 7.2.4)', async () => {
    const world = createWorld();
    const app = await addWithApp(world);
    const ada = world.visitor();
    await signInWithApp(world, ada, app);
    world.clock.advance(10 * MINUTE);
    const check = () =>
      ada.visit((visit) => world.flows.stepUp.check(visit, { purpose: 'credentials' }));
    expect(await check()).toMatchObject({ proofs: ['password'] });
    const token = ada.jar.get('__Host-id');
    await ada.visit((visit) => world.flows.stepUp.withPassword(visit, { password: PASSWORD }));
    expect(ada.jar.get('__Host-id')).not.toBe(token);
    expect(await check()).toMatchObject({ proofs: ['totp', 'recovery-code'] });
    await ada.visit((visit) => world.flows.stepUp.withTotp(visit, { code: app.code() }));
    expect(await check()).toEqual({ ok: true });
  });
});

describe('the level of a session', () => {
  it.each<[readonly string[], number]>([
    [[], 0],
    [['password'], 1],
    [['email'], 1],
    [['provider'], 1],
    [['email', 'password'], 1],
    [['email', 'totp'], 1],
    [['provider', 'recovery-code'], 1],
    [['totp', 'recovery-code'], 1],
    [['password', 'totp'], 2],
    [['password', 'recovery-code'], 2],
    [['password', 'security-key'], 2],
    [['passkey'], 2],
    [['provider-mfa'], 2],
    [['something else', 'password'], 1],
  ])('of %j is %i (ASVS 6.3.6, 6.8.4)', (kinds, level) => {
    const { flows, clock } = createWorld();
    const factors = kinds.map((kind) => ({ kind, at: clock.now() }));
    expect(flows.levelOf({ factors })).toBe(level);
  });
});

describe('no way around the second factor (ASVS 6.3.4, 2.3.1)', () => {
  const WAITING = '__Host-second-factor';
  const SESSION = '__Host-id';

  it('the cookie of a waiting sign-in is no session cookie', async () => {
    const world = createWorld();
    await addWithApp(world);
    const thief = world.visitor();
    await signIn(world, thief);
    expect(await thief.userId()).toBeNull();
    thief.jar.set(SESSION, thief.jar.get(WAITING) ?? '');
    expect(await thief.userId()).toBeNull();
    expect(await thief.visit((visit) => world.flows.account.user(visit))).toBeUndefined();
  });

  it('a session cookie is no cookie of a waiting sign-in', async () => {
    const world = createWorld();
    const app = await addWithApp(world);
    const [grace, thief] = [world.visitor(), world.visitor()];
    const other = await world.addAccount({ addresses: [] });
    await grace.signInAs(other.userId);
    thief.jar.set(WAITING, grace.jar.get(SESSION) ?? '');
    expect(await thief.visit((visit) => world.flows.signIn.waiting(visit))).toBeUndefined();
    const entered = thief.visit((visit) =>
      world.flows.signIn.withTotp(visit, { code: app.code() }),
    );
    expect(await entered).toEqual({ ok: false, reason: 'expired' });
  });

  it('no other verb opens before it, nor is a code taken without the password', async () => {
    const world = createWorld();
    const app = await addWithApp(world);
    const thief = world.visitor();
    const { flows } = world;
    const code = app.code();
    const early = thief.visit((visit) => flows.signIn.withTotp(visit, { code }));
    expect(await early).toEqual({ ok: false, reason: 'expired' });
    await signIn(world, thief);
    const end = { endOthers: true };
    const notSignedIn = { ok: false, reason: 'not-signed-in' };
    const verbs = [
      thief.visit((v) => flows.stepUp.withPassword(v, { password: PASSWORD })),
      thief.visit((v) => flows.stepUp.withTotp(v, { code })),
      thief.visit((v) => flows.stepUp.check(v, { purpose: 'sessions' })),
      thief.visit((v) => flows.password.change(v, { current: PASSWORD, next: NEXT, ...end })),
      thief.visit((v) => flows.totp.begin(v)),
      thief.visit((v) => flows.totp.remove(v, end)),
      thief.visit((v) => flows.recoveryCodes.replace(v, { endOthers: false })),
      thief.visit((v) => flows.account.remove(v)),
      thief.visit((v) => flows.account.setDisplayName(v, { displayName: 'X' })),
      thief.visit((v) => flows.sessions.endOthers(v)),
    ];
    expect(await Promise.all(verbs)).toEqual(verbs.map(() => notSignedIn));
    expect(await thief.userId()).toBeNull();
    // The password once more is no second factor.
    expect(await signIn(world, thief)).toMatchObject({ reason: 'second-factor' });
  });

  it('somebody else’s code does not finish it, and one sign-in takes one finish', async () => {
    const world = createWorld();
    const app = await addWithApp(world);
    const other = await addWithApp(world, { addresses: [] });
    const thief = world.visitor();
    await signIn(world, thief);
    const finish = (code: string) =>
      thief.visit((visit) => world.flows.signIn.withTotp(visit, { code }));
    expect(await finish(other.code())).toEqual({ ok: false, reason: 'refused' });
    const jar = new Map(thief.jar);
    expect(await finish(app.code())).toEqual({ ok: true, userId: app.userId });
    const again = world.visitor();
    for (const [name, value] of jar) again.jar.set(name, value);
    world.clock.advance(30_000);
    const second = again.visit((visit) => world.flows.signIn.withTotp(visit, { code: app.code() }));
    expect(await second).toEqual({ ok: false, reason: 'expired' });
  });

  it('it waits for 10 minutes, and not any more exactly then (ASVS 6.5.5)', async () => {
    const world = createWorld();
    await addWithApp(world);
    const ada = world.visitor();
    await signIn(world, ada);
    const waiting = () => ada.visit((visit) => world.flows.signIn.waiting(visit));
    world.clock.advance(10 * MINUTE - 1);
    expect(await waiting()).toEqual({ factors: ['totp', 'recovery-code'] });
    world.clock.advance(1);
    expect(await waiting()).toBeUndefined();
  });
});
