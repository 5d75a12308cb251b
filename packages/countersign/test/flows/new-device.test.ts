// That an owner hears of a sign-in on a device that is new to the account (ASVS 6.3.5; A45, A78).

import { expect, it } from 'vitest';

import { ADDRESS, createWorld, PASSWORD, type Visitor, type World } from './fixture.js';

async function signIn({ flows }: World, visitor: Visitor): Promise<void> {
  const input = { name: ADDRESS, password: PASSWORD };
  const outcome = await visitor.visit((visit) => flows.signIn.withPassword(visit, input));
  expect(outcome).toMatchObject({ ok: true });
}

it('a sign-in on a new device is told of by mail, and the next one on it is not (6.3.5; A45)', async () => {
  const world = createWorld();
  await world.addAccount();
  const laptop = world.visitor();
  await signIn(world, laptop);
  expect(await world.mailed('new-device')).toMatchObject([{ to: ADDRESS }]);
  await laptop.visit(({ session }) => session.signOut());
  await signIn(world, laptop);
  expect(await world.mailed('new-device')).toHaveLength(1);
  await signIn(world, world.visitor({ address: '198.51.100.9', userAgent: 'another browser' }));
  const [, second] = await world.mailed('new-device');
  expect(second?.text).toContain('198.51.100.9');
  expect(second?.text).toContain('another browser');
});

it('a device that stays away for 180 days is a new one, to the second (6.3.5)', async () => {
  const world = createWorld();
  await world.addAccount();
  const laptop = world.visitor();
  const DAYS_180 = 180 * 24 * 3_600_000;
  await signIn(world, laptop);
  world.clock.advance(DAYS_180 - 1_000);
  await signIn(world, laptop);
  expect(await world.mailed('new-device')).toHaveLength(1);
  world.clock.advance(DAYS_180);
  await signIn(world, laptop);
  expect(await world.mailed('new-device')).toHaveLength(2);
});
