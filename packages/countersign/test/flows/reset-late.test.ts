// A reset whose new password the store writes late, after the request was given up: whoever has the old one
// and signs in meanwhile must not stay in beside the new one (passwords.md G74; ASVS 7.4.3).

import { describe, expect, it } from 'vitest';

import type { AccountRow, AccountStore } from '../../src/accounts/account-store.js';
import type { Account } from '../../src/accounts/account.js';
import { memoryAccountStore } from '../../src/stores/memory/account-store.js';
import { createWorld, MINUTE, NEXT, PASSWORD, type World } from './fixture.js';
import { change, finish, signIn, tokenFor, TOTP } from './reset-steps.js';

const SHORT = 'short beside';

function closeToStrangers(account: Account): Account {
  const { password } = account;
  if (password === null) throw new Error('It has none');
  return { ...account, password: { ...password, closed: { at: 0, to: 'strangers' } } };
}

function withoutTotp(account: Account): Account {
  return { ...account, totp: null };
}

interface SlowWorld extends World {
  /** From now on the store keeps the nth write to itself, until `release`. */
  hold(nth: number): void;
  /** Resolves when it has one. */
  held(): Promise<void>;
  release(): Promise<void>;
}

function createSlowWorld(): SlowWorld {
  const inner = memoryAccountStore();
  let until = 0;
  const writes: (() => void)[] = [];
  const replace = (row: AccountRow): ReturnType<AccountStore['replace']> => {
    until -= 1;
    if (until !== 0) return inner.replace(row);
    return new Promise((resolve) => {
      writes.push(() => resolve(inner.replace(row)));
    });
  };
  const store = new Proxy(inner, {
    get(target, verb) {
      if (verb === 'replace') return replace;
      const found: unknown = Reflect.get(target, verb);
      if (typeof found !== 'function') return found;
      return (...given: readonly unknown[]): unknown => Reflect.apply(found, target, given);
    },
  });
  return {
    ...createWorld({ accounts: { store } }),
    hold(nth) {
      until = nth;
    },
    async held() {
      while (writes.length === 0) await new Promise((resolve) => setImmediate(resolve));
    },
    async release() {
      for (const write of writes) write();
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
}

describe('a new password that is written late', () => {
  it('leaves nobody signed in who came by the old one meanwhile', async () => {
    const world = createSlowWorld();
    const { userId } = await world.addAccount();
    const token = await tokenFor(world);
    world.hold(2);
    const reset = finish(world, token);
    const refused = expect(reset).rejects.toMatchObject({ code: 'store-unavailable' });
    await world.held();
    const thief = world.visitor({ address: '203.0.113.9' });
    expect(await signIn(world, PASSWORD, thief)).toEqual({ ok: false, reason: 'refused' });
    world.clock.advance(2_000);
    await refused;
    await world.release();
    expect(await thief.userId()).toBeNull();
    expect(await signIn(world, NEXT)).toEqual({ ok: true, userId });
  });

  it('leaves the link good where it was the closing of the old one that hung', async () => {
    const world = createSlowWorld();
    const { userId } = await world.addAccount();
    const token = await tokenFor(world);
    world.hold(1);
    const reset = finish(world, token);
    const refused = expect(reset).rejects.toMatchObject({ code: 'store-unavailable' });
    await world.held();
    const thief = world.visitor();
    expect(await signIn(world, PASSWORD, thief)).toEqual({ ok: true, userId });
    world.clock.advance(2_000);
    await refused;
    expect((await finish(world, token)).result).toEqual({ ok: true });
    await world.release();
    expect(await thief.userId()).toBeNull();
    expect(await signIn(world, NEXT)).toEqual({ ok: true, userId });
  });
});

describe('between the two writes', () => {
  it('nobody who came by the old password before the sessions ended is left in', async () => {
    const world = createSlowWorld();
    const { userId } = await world.addAccount();
    const token = await tokenFor(world);
    const thief = world.visitor();
    const { endUser } = world.sessions;
    world.sessions.endUser = async (...args) => {
      const ended = await endUser.apply(world.sessions, args);
      world.sessions.endUser = endUser;
      await signIn(world, PASSWORD, thief);
      world.hold(1);
      return ended;
    };
    const refused = expect(finish(world, token)).rejects.toMatchObject({
      code: 'store-unavailable',
    });
    await world.held();
    world.clock.advance(2_000);
    await refused;
    await world.release();
    expect(await thief.userId()).toBeNull();
    expect(await signIn(world, NEXT)).toEqual({ ok: true, userId });
  });

  it('the old password opens nothing on a known device either, closed to strangers before', async () => {
    const world = createSlowWorld();
    const { userId } = await world.addAccount();
    const phone = world.visitor();
    expect(await signIn(world, PASSWORD, phone)).toEqual({ ok: true, userId });
    await change(world, userId, closeToStrangers);
    expect(await signIn(world, PASSWORD, phone)).toEqual({ ok: true, userId });
    const token = await tokenFor(world);
    world.hold(2);
    const reset = finish(world, token);
    await world.held();
    expect(await signIn(world, PASSWORD, phone)).toEqual({ ok: false, reason: 'refused' });
    await world.release();
    expect((await reset).result).toEqual({ ok: true });
  });

  it.each<[string, (account: Account) => Account]>([
    ['is disabled', (account) => ({ ...account, status: 'disabled' })],
    ['loses the second factor beside which it was long enough (G21)', withoutTotp],
  ])('an account that %s gets no new password', async (_, to) => {
    const world = createSlowWorld();
    const { userId } = await world.addAccount({ totp: TOTP });
    const token = await tokenFor(world);
    world.hold(2);
    const reset = finish(world, token, SHORT);
    await world.held();
    await change(world, userId, to);
    await world.release();
    expect((await reset).result).toEqual({ ok: false, reason: 'expired' });
    expect((await world.stored(userId)).password).toMatchObject({ phc: `1:${PASSWORD}` });
  });

  it('a failure is told, since the old password is closed by then', async () => {
    const world = createWorld();
    const { userId } = await world.addAccount();
    const token = await tokenFor(world);
    const cause = new Error('The store is down');
    world.sessions.endUser = () => Promise.reject(cause);
    await expect(finish(world, token)).rejects.toBe(cause);
    expect(world.events.at(-1)).toMatchObject({
      action: 'reset-password',
      outcome: 'failed',
      userId,
      cause,
    });
    expect((await world.stored(userId)).password).toMatchObject({ closed: { to: 'everyone' } });
  });
});

it.each<[string, (world: World) => unknown]>([
  ['runs out', ({ clock }) => clock.advance(30 * MINUTE)],
  ['is replaced', tokenFor],
])('a link that %s while the new password is hashed closes nothing', async (_, during) => {
  const world = createWorld();
  const { userId } = await world.addAccount();
  const owner = world.visitor();
  const token = await tokenFor(world);
  expect(await signIn(world, PASSWORD, owner)).toEqual({ ok: true, userId });
  world.hasher.during = async () => {
    world.hasher.during = () => undefined;
    await during(world);
  };
  expect((await finish(world, token)).result).toEqual({ ok: false, reason: 'expired' });
  expect((await world.stored(userId)).password).toMatchObject({ closed: null });
});

it('a change by who has the old password, begun before the reset, does not come through in the middle (G74)', async () => {
  const world = createSlowWorld();
  const { userId } = await world.addAccount();
  const token = await tokenFor(world);
  const thief = world.visitor();
  expect(await signIn(world, PASSWORD, thief)).toEqual({ ok: true, userId });
  const stolen = 'what only the thief knows';
  let reset: ReturnType<typeof finish> | undefined;
  world.hasher.during = async (run) => {
    if (run !== `hash ${stolen}`) return;
    world.hold(2);
    reset = finish(world, token);
    await world.held();
  };
  const input = { current: PASSWORD, next: stolen, endOthers: false };
  expect(await thief.visit((visit) => world.flows.password.change(visit, input))).toEqual({
    ok: false,
    reason: 'refused',
  });
  await world.release();
  expect((await reset)?.result).toEqual({ ok: true });
  expect(await thief.userId()).toBeNull();
  expect(await signIn(world, NEXT)).toEqual({ ok: true, userId });
});

it('a device that was forgotten while the reset was under way stays forgotten (G74)', async () => {
  const world = createSlowWorld();
  const { userId } = await world.addAccount();
  const phone = world.visitor();
  expect(await signIn(world, PASSWORD, phone)).toMatchObject({ ok: true });
  const token = await tokenFor(world);
  world.hasher.during = async () =>
    change(world, userId, (now) => ({ ...now, devicesVersion: now.devicesVersion + 1 }));
  expect((await finish(world, token, NEXT, phone)).result).toEqual({ ok: true });
  world.hasher.during = () => undefined;
  world.clock.advance(10 * MINUTE);
  expect(await signIn(world, NEXT, phone)).toEqual({ ok: true, userId });
  expect(await world.mailed('new-device')).toHaveLength(2);
});
