// A reset whose new password the store writes late, after the request was given up: whoever has the old one
// and signs in meanwhile must not stay in beside the new one (passwords.md G74; ASVS 7.4.3).

import { describe, expect, it } from 'vitest';

import type { AccountRow, AccountStore } from '../../src/accounts/account-store.js';
import { memoryAccountStore } from '../../src/stores/memory/account-store.js';
import { createWorld, MINUTE, NEXT, PASSWORD, type World } from './fixture.js';
import { change, finish, signIn, tokenFor } from './reset-steps.js';

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
