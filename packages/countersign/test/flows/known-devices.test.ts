// Which devices an account knows: those are not held up by strangers' guesses (G46), and so whoever has one
// has guesses of their own. What is changed because something is in other hands has it forget them (G74).

import { describe, expect, it } from 'vitest';

import { sealedCookie } from '../../src/cookie/sealed.js';
import { sha256 } from '../../src/crypto/digest.js';
import { createKeyRing } from '../../src/crypto/key-ring.js';
import { addWithApp, signIn, signInWithApp } from './authenticator-app.js';
import { createWorld, KEYS, NEXT, PASSWORD, type Visitor, type World } from './fixture.js';
import { STRANGER, useUpGuesses, WRONG } from './guesses.js';
import { finish as finishReset, tokenFor } from './reset-steps.js';

/** Whether a guess from here is counted by itself, while strangers have to wait. */
async function isKnown(world: World, visitor: Visitor): Promise<boolean> {
  const outcome = await signIn(world, visitor, WRONG);
  return !outcome.ok && outcome.reason === 'refused';
}

/** Somebody who was signed in on a laptop and on a phone; on neither any more. */
async function withDevices(world: World): Promise<{
  readonly laptop: Visitor;
  readonly phone: Visitor;
}> {
  const laptop = world.visitor({ address: '192.0.2.1' });
  const phone = world.visitor({ address: '192.0.2.2' });
  for (const device of [laptop, phone]) {
    expect(await signIn(world, device)).toMatchObject({ ok: true });
    await device.visit(({ session }) => session.signOut());
  }
  return { laptop, phone };
}

describe('a reset', () => {
  it('forgets every device but the one that it is made on', async () => {
    const world = createWorld();
    const { userId } = await world.addAccount();
    const { laptop, phone } = await withDevices(world);
    await finishReset(world, await tokenFor(world), NEXT, laptop);
    await useUpGuesses(world);
    expect(await isKnown(world, phone)).toBe(false);
    expect(await isKnown(world, laptop)).toBe(true);
    expect(await signIn(world, laptop, NEXT)).toEqual({ ok: true, userId });
    expect(await world.mailed('new-device')).toHaveLength(2);
  });

  it('leaves a stolen device the guesses that all strangers have together, and no others', async () => {
    const world = createWorld();
    await world.addAccount();
    const { phone } = await withDevices(world);
    await finishReset(world, await tokenFor(world));
    for (let guesses = 0; guesses < 5; guesses += 1) await signIn(world, phone, PASSWORD);
    const stranger = world.visitor(STRANGER);
    expect(await signIn(world, stranger, WRONG)).toMatchObject({ reason: 'throttled' });
    expect(await signIn(world, phone, PASSWORD)).toMatchObject({ reason: 'throttled' });
  });

  it('has the owner told when somebody signs in on one that was known', async () => {
    const world = createWorld();
    const { userId } = await world.addAccount();
    const { phone } = await withDevices(world);
    await finishReset(world, await tokenFor(world));
    expect(await signIn(world, phone, NEXT)).toEqual({ ok: true, userId });
    expect(await world.mailed('new-device')).toHaveLength(3);
    await useUpGuesses(world);
    expect(await isKnown(world, phone)).toBe(true);
  });

  it('gives a device that is not known no cookie', async () => {
    const world = createWorld();
    await world.addAccount();
    const { laptop } = await withDevices(world);
    const elsewhere = world.visitor();
    const { cookies } = await finishReset(world, await tokenFor(world), NEXT, elsewhere);
    expect(cookies).toEqual([]);
    await useUpGuesses(world);
    expect(await isKnown(world, elsewhere)).toBe(false);
    expect(await isKnown(world, laptop)).toBe(false);
  });

  it('leaves devices known to the other accounts on them', async () => {
    const world = createWorld();
    const { userId } = await world.addAccount();
    const { laptop } = await withDevices(world);
    const other = { name: { typed: 'king', canonical: 'king' }, addresses: [] };
    await world.addAccount(other);
    const asKing = { name: 'king', password: PASSWORD };
    const signInAsKing = () =>
      laptop.visit((visit) => world.flows.signIn.withPassword(visit, asKing));
    expect(await signInAsKing()).toMatchObject({ ok: true });
    await finishReset(world, await tokenFor(world));
    expect(await signIn(world, laptop, NEXT)).toEqual({ ok: true, userId });
    expect(await signInAsKing()).toMatchObject({ ok: true });
    expect(world.events.filter(({ action }) => action === 'sign-in')).toHaveLength(5);
    expect(await world.mailed('new-device')).toHaveLength(3);
  });
});

describe('a change of a credential', () => {
  async function changePassword(
    world: World,
    visitor: Visitor,
    endOthers: boolean,
  ): Promise<unknown> {
    const input = { current: PASSWORD, next: NEXT, endOthers };
    return visitor.visit((visit) => world.flows.password.change(visit, input));
  }

  it('that ends the other sessions forgets the other devices', async () => {
    const world = createWorld();
    const { userId } = await world.addAccount();
    const { laptop, phone } = await withDevices(world);
    await signIn(world, laptop);
    expect(await changePassword(world, laptop, true)).toEqual({ ok: true });
    expect(await laptop.userId()).toBe(userId);
    await useUpGuesses(world);
    expect(await isKnown(world, laptop)).toBe(true);
    expect(await isKnown(world, phone)).toBe(false);
  });

  it('that leaves the other sessions leaves the other devices', async () => {
    const world = createWorld();
    await world.addAccount();
    const { laptop, phone } = await withDevices(world);
    await signIn(world, laptop);
    expect(await changePassword(world, laptop, false)).toEqual({ ok: true });
    await useUpGuesses(world);
    expect(await isKnown(world, laptop)).toBe(true);
    expect(await isKnown(world, phone)).toBe(true);
  });

  it('forgets this device too where somebody has ended this session meanwhile', async () => {
    const world = createWorld();
    const { userId } = await world.addAccount();
    const { laptop } = await withDevices(world);
    await signIn(world, laptop);
    world.hasher.during = async (run) => {
      if (run.startsWith('hash')) await world.sessions.endUser(userId);
    };
    expect(await changePassword(world, laptop, true)).toEqual({ ok: false, reason: 'ended' });
    world.hasher.during = () => undefined;
    await useUpGuesses(world);
    expect(await isKnown(world, laptop)).toBe(false);
  });

  it('without a proof of its own forgets this device too, if its session has ended', async () => {
    const world = createWorld();
    const app = await addWithApp(world);
    const laptop = world.visitor();
    await signInWithApp(world, laptop, app);
    const outcome = await laptop.visit(async (visit) => {
      const session = new Proxy(visit.session, {
        get(target, name) {
          const value: unknown = Reflect.get(target, name, target);
          if (typeof value !== 'function') return value;
          return async (...given: unknown[]): Promise<unknown> => {
            if (name === 'endOthers') await world.sessions.endUser(app.userId);
            return Reflect.apply(value, target, given);
          };
        },
      });
      return world.flows.totp.remove({ ...visit, session }, { endOthers: true });
    });
    expect(outcome).toEqual({ ok: false, reason: 'ended' });
    await useUpGuesses(world);
    expect(await isKnown(world, laptop)).toBe(false);
  });
});

describe('an administrator', () => {
  const VERBS: Readonly<Record<string, (world: World, userId: string) => Promise<unknown>>> = {
    'who disables and enables an account': async ({ flows }, userId) => {
      await flows.users.setStatus(userId, { status: 'disabled' });
      return flows.users.setStatus(userId, { status: 'active' });
    },
    'who takes second factors away': ({ flows }, userId) => flows.users.removeSecondFactors(userId),
  };

  it.each(Object.entries(VERBS))('%s has it forget its devices', async (_, verb) => {
    const world = createWorld();
    const { userId } = await world.addAccount();
    const { laptop, phone } = await withDevices(world);
    expect(await verb(world, userId)).toEqual({ ok: true });
    await useUpGuesses(world);
    expect(await isKnown(world, laptop)).toBe(false);
    expect(await isKnown(world, phone)).toBe(false);
  });

  it('who enables an account that is active has it forget nothing', async () => {
    const world = createWorld();
    const { userId } = await world.addAccount();
    const { laptop } = await withDevices(world);
    await world.flows.users.setStatus(userId, { status: 'active' });
    await useUpGuesses(world);
    expect(await isKnown(world, laptop)).toBe(true);
  });
});

it('ending all other sessions forgets no device: a thief could make its owner wait by it (G46)', async () => {
  const world = createWorld();
  await world.addAccount();
  const { laptop, phone } = await withDevices(world);
  await signIn(world, phone);
  expect(await phone.visit((visit) => world.flows.sessions.endOthers(visit))).toMatchObject({
    ok: true,
  });
  await useUpGuesses(world);
  expect(await isKnown(world, laptop)).toBe(true);
});

it('a device of one account is a stranger to another', async () => {
  const world = createWorld();
  await world.addAccount();
  await world.addAccount({ name: { typed: 'king', canonical: 'king' }, addresses: [] });
  const kings = world.visitor();
  const input = { name: 'king', password: PASSWORD };
  expect(await kings.visit((visit) => world.flows.signIn.withPassword(visit, input))).toMatchObject(
    { ok: true },
  );
  await useUpGuesses(world);
  expect(await isKnown(world, kings)).toBe(false);
});

describe('a cookie from before devices could be forgotten', () => {
  async function withOldCookie(world: World, userId: string): Promise<Visitor> {
    const cookie = sealedCookie({
      keys: createKeyRing(KEYS),
      secure: true,
      clock: world.clock,
      name: '__Host-device',
      maxAge: 180 * 24 * 3_600,
    });
    const headers = new Headers();
    cookie.set(headers, `${sha256(userId)} an-id-of-then`);
    const visitor = world.visitor();
    const [, value = ''] = /=([^;]+)/.exec(headers.getSetCookie()[0] ?? '') ?? [];
    visitor.jar.set('__Host-device', value);
    return visitor;
  }

  it('is of a known device until its account forgets one', async () => {
    const world = createWorld();
    const { userId } = await world.addAccount();
    const visitor = await withOldCookie(world, userId);
    await useUpGuesses(world);
    expect(await isKnown(world, visitor)).toBe(true);
    await finishReset(world, await tokenFor(world));
    await useUpGuesses(world);
    expect(await isKnown(world, visitor)).toBe(false);
  });
});
