// What a known device is not held up in by guesses of strangers: every proof that is counted for an account
// (G46, G52).

import { describe, expect, it } from 'vitest';

import {
  addWithApp,
  beginApp,
  codeAt,
  signIn,
  signInWithApp,
  type WithApp,
} from './authenticator-app.js';
import { createWorld, NEXT, PASSWORD, type Visitor, type World } from './fixture.js';
import { STRANGER, useUpGuesses, WRONG } from './guesses.js';
import { addOwner, beginSecondFactor, createPasskeyWorld } from './passkey-world.js';

describe('on a known device, what strangers have guessed holds up', () => {
  async function withApp(): Promise<{ world: World; app: WithApp; laptop: Visitor }> {
    const world = createWorld();
    const app = await addWithApp(world);
    const laptop = world.visitor();
    await signInWithApp(world, laptop, app);
    world.clock.advance(60_000);
    return { world, app, laptop };
  }

  /** Somebody with the password, who guesses at the second step until there is a wait. */
  async function useUpCodes(world: World, guess: (visitor: Visitor) => Promise<unknown>) {
    const thief = world.visitor(STRANGER);
    await signIn(world, thief);
    for (let guesses = 0; guesses < 5; guesses += 1) await guess(thief);
    expect(await guess(thief)).toMatchObject({ reason: 'throttled' });
  }

  it('no code of the app', async () => {
    const { world, app, laptop } = await withApp();
    const give = (visitor: Visitor, code: string) =>
      visitor.visit((visit) => world.flows.signIn.withTotp(visit, { code }));
    await useUpCodes(world, (thief) => give(thief, app.wrong()));
    await laptop.visit(({ session }) => session.signOut());
    await signIn(world, laptop);
    expect(await give(laptop, app.code())).toEqual({ ok: true, userId: app.userId });
  });

  it('no passkey at the second step', async () => {
    const world = createPasskeyWorld();
    const { account, authenticator } = await addOwner(world);
    const { userId } = account;
    const give = async (visitor: Visitor) => {
      const response = authenticator.get(await beginSecondFactor(world, visitor));
      return visitor.visit((visit) => world.flows.passkeys.secondFactor(visit, { response }));
    };
    const laptop = world.visitor();
    await signIn(world, laptop);
    expect(await give(laptop)).toEqual({ ok: true, userId });
    await laptop.visit(({ session }) => session.signOut());
    await useUpCodes(world, async (thief) => {
      await beginSecondFactor(world, thief);
      const forged = { response: 'made up' };
      return thief.visit((visit) => world.flows.passkeys.secondFactor(visit, forged));
    });
    await signIn(world, laptop);
    expect(await give(laptop)).toEqual({ ok: true, userId });
  });

  it('no app that is set up, from whatever network', async () => {
    const { world, laptop } = await withApp();
    const { setup, secret } = await beginApp(world, laptop);
    const neighbour = world.visitor();
    for (let guesses = 0; guesses < 60; guesses += 1)
      await neighbour.visit((visit) =>
        world.flows.signIn.withPassword(visit, { name: `name-${guesses}`, password: WRONG }),
      );
    const input = { setup, code: codeAt(secret, world.clock.now()), endOthers: false };
    expect(await laptop.visit((visit) => world.flows.totp.confirm(visit, input))).toMatchObject({
      ok: true,
    });
  });

  it('no step-up', async () => {
    const { world, laptop } = await withApp();
    await useUpGuesses(world);
    const input = { password: PASSWORD };
    expect(await laptop.visit((visit) => world.flows.stepUp.withPassword(visit, input))).toEqual({
      ok: true,
    });
  });

  it('no change of the password', async () => {
    const { world, laptop } = await withApp();
    await useUpGuesses(world);
    const input = { current: PASSWORD, next: NEXT, endOthers: false };
    expect(await laptop.visit((visit) => world.flows.password.change(visit, input))).toEqual({
      ok: true,
    });
  });
});
