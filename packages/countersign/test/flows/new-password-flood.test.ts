// Whoever may set a password, by a link or by knowing the current one, has the screen asked and hashes made
// some times an hour and no more (ASVS 2.4.1): the screen may be a request to somebody else's service.

import { describe, expect, it } from 'vitest';

import type { PasswordScreenAnswer } from '../../src/accounts/password-screen.js';
import { finish, tokenFor } from './reset-steps.js';
import { ADDRESS, createWorld, MINUTE, NEXT, PASSWORD, type World } from './fixture.js';

const TRIES = 20;
const HOUR = 60 * MINUTE;
const THROTTLED = { ok: false, reason: 'throttled', retryAfterMs: HOUR } as const;

interface Flooded extends World {
  /** What the screen was asked. */
  readonly asked: string[];
}

/** A world with a screen that answers in another turn of the event loop, as one over a network does. */
function createFlooded(answer: PasswordScreenAnswer = 'unknown'): Flooded {
  const asked: string[] = [];
  const screen = async (password: string): Promise<PasswordScreenAnswer> => {
    asked.push(password);
    await new Promise<void>((resolve) => void setImmediate(resolve));
    return answer;
  };
  return { ...createWorld({ accounts: { screen } }), asked };
}

/** Of a thousand at once, each from a network of its own. */
function flood<Result>(verb: (address: string) => Promise<Result>): Promise<readonly Result[]> {
  const networks = Array.from({ length: 1_000 }, (_, i) => `10.${i >> 8}.${i & 255}.1`);
  return Promise.all(networks.map((address) => verb(address)));
}

function hashes({ hasher }: World): number {
  return hasher.runs.filter((run) => run.startsWith('hash')).length;
}

describe('a thousand finishes at once with one link', () => {
  it('of a reset ask the screen and hash twenty times, and set one password', async () => {
    const world = createFlooded();
    const { userId } = await world.addAccount();
    const token = await tokenFor(world);
    const results = await flood((address) =>
      world
        .visitor({ address })
        .visit((visit) => world.flows.reset.finish(visit, { token, password: NEXT })),
    );
    expect(results.filter(({ ok }) => ok)).toHaveLength(1);
    expect(results.filter((each) => !each.ok && each.reason === 'throttled').length).toBe(980);
    expect(world.asked).toHaveLength(TRIES);
    expect(hashes(world)).toBe(TRIES);
    expect((await world.stored(userId)).password?.version).toBe(2);
    const told = world.events.filter(({ reason }) => reason === 'throttled');
    expect(told).toHaveLength(980);
    expect(told[0]).toMatchObject({ action: 'reset-password', outcome: 'refused', userId });
  });

  it('of a sign-up ask the screen and hash twenty times, and make one account', async () => {
    const world = createFlooded();
    await world.visitor().visit((visit) => world.flows.signUp.request(visit, { address: ADDRESS }));
    const token = await world.tokenOf('sign-up');
    const results = await flood((address) =>
      world
        .visitor({ address })
        .visit((visit) => world.flows.signUp.finish(visit, { token, password: PASSWORD })),
    );
    expect(results.filter(({ ok }) => ok)).toHaveLength(1);
    expect(world.asked).toHaveLength(TRIES);
    expect(hashes(world)).toBe(TRIES);
    expect(world.events.find(({ reason }) => reason === 'throttled')).toMatchObject({
      action: 'sign-up',
      userId: null,
    });
  });
});

describe('whoever is signed in', () => {
  it('has the screen asked twenty times for a first password, of a thousand at once', async () => {
    const world = createFlooded('known');
    const { userId } = await world.addAccount({ password: null });
    const visitor = world.visitor();
    await visitor.signInAs(userId, ['email']);
    const results = await flood(() =>
      visitor.visit((visit) => world.flows.password.set(visit, { next: NEXT, endOthers: false })),
    );
    expect(world.asked).toHaveLength(TRIES);
    expect(hashes(world)).toBe(0);
    expect(results.filter((each) => !each.ok && each.reason === 'throttled')).toHaveLength(980);
    expect(results).toContainEqual(THROTTLED);
  });

  it('has it asked twenty times an hour for another one; which is no guess at the current one', async () => {
    const world = createFlooded('known');
    const { userId } = await world.addAccount();
    const visitor = world.visitor();
    await visitor.signInAs(userId);
    const change = (current = PASSWORD) =>
      visitor.visit((visit) =>
        world.flows.password.change(visit, { current, next: NEXT, endOthers: false }),
      );
    for (let tries = 0; tries < TRIES; tries += 1)
      expect(await change()).toMatchObject({ reason: 'password-refused' });
    for (let tries = 0; tries < 10; tries += 1) expect(await change()).toEqual(THROTTLED);
    expect(world.asked).toHaveLength(TRIES);
    const again = { password: PASSWORD };
    expect(await visitor.visit((visit) => world.flows.stepUp.withPassword(visit, again))).toEqual({
      ok: true,
    });
    // The wrong one is still told from the right one.
    expect(await change('not the password at all')).toEqual({ ok: false, reason: 'refused' });
  });

  it('keeps nobody from a reset by it: a link has tries of its own', async () => {
    const world = createFlooded();
    const { userId } = await world.addAccount();
    const thief = world.visitor();
    await thief.signInAs(userId);
    const input = { current: PASSWORD, next: PASSWORD, endOthers: false };
    for (let tries = 0; tries < TRIES + 1; tries += 1)
      await thief.visit((visit) => world.flows.password.change(visit, input));
    expect(await thief.visit((visit) => world.flows.password.change(visit, input))).toEqual(
      THROTTLED,
    );
    const token = await tokenFor(world);
    expect((await finish(world, token)).result).toEqual({ ok: true });
  });
});
