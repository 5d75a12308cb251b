// `remember` as a form sends it: a box that is ticked is the text `on`. Where the sign-in waits for
// something, it has to come to its end all the same.

import { expect, it } from 'vitest';

import type { Flows } from '../../src/flows/flows.js';
import { addWithApp } from './authenticator-app.js';
import { ADDRESS, createWorld, PASSWORD, type Visitor, type World } from './fixture.js';
import { addOwner, createPasskeyWorld, beginSignIn } from './passkey-world.js';

/** As plain JavaScript calls it, with what the body parser gave. */
function untyped(value: unknown): boolean {
  return value as boolean;
}

async function isRemembered({ sessions }: World, userId: string): Promise<readonly boolean[]> {
  return (await sessions.list(userId)).map(({ remembered }) => remembered);
}

const TICKED: readonly (readonly [given: unknown, remembered: boolean])[] = [
  [true, true],
  ['on', true],
  [false, false],
  ['', false],
  [null, false],
  [undefined, false],
];

function withPassword(flows: Flows, visitor: Visitor, remember: unknown): Promise<unknown> {
  const input = { name: ADDRESS, password: PASSWORD, remember: untyped(remember) };
  return visitor.visit((visit) => flows.signIn.withPassword(visit, input));
}

it.each(TICKED)('%o with a password: %s', async (given, remembered) => {
  const world = createWorld();
  const { userId } = await world.addAccount();
  expect(await withPassword(world.flows, world.visitor(), given)).toMatchObject({ ok: true });
  expect(await isRemembered(world, userId)).toEqual([remembered]);
});

it.each(TICKED)('%o with a second factor: %s', async (given, remembered) => {
  const world = createWorld();
  const app = await addWithApp(world);
  const ada = world.visitor();
  await withPassword(world.flows, ada, given);
  const done = ada.visit((visit) => world.flows.signIn.withTotp(visit, { code: app.code() }));
  expect(await done).toMatchObject({ ok: true });
  expect(await isRemembered(world, app.userId)).toEqual([remembered]);
});

it.each(TICKED)('%o with a link: %s', async (given, remembered) => {
  const world = createWorld();
  const { userId } = await world.addAccount();
  const ada = world.visitor();
  const remember = untyped(given);
  await ada.visit((visit) => world.flows.signInLink.request(visit, { address: ADDRESS, remember }));
  const token = await world.tokenOf('sign-in-link');
  const done = ada.visit((visit) => world.flows.signInLink.finish(visit, { token }));
  expect(await done).toMatchObject({ ok: true });
  expect(await isRemembered(world, userId)).toEqual([remembered]);
});

it.each(TICKED)('%o with a passkey: %s', async (given, remembered) => {
  const world = createPasskeyWorld();
  const { account, authenticator } = await addOwner(world);
  const ada = world.visitor();
  const response = authenticator.get(await beginSignIn(world, ada));
  const input = { response, remember: untyped(given) };
  const done = ada.visit((visit) => world.flows.passkeys.signIn(visit, input));
  expect(await done).toMatchObject({ ok: true });
  expect(await isRemembered(world, account.userId)).toEqual([remembered]);
});
