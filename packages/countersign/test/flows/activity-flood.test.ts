// The activity keeps the newest entries, so what takes no fresh proof must not fill it: a thief with a
// stale session would push out what the owner should see.

import { expect, it } from 'vitest';

import { KEPT_ACTIVITIES } from '../../src/accounts/activity.js';
import { signIn } from './authenticator-app.js';
import { MINUTE, PASSWORD } from './fixture.js';
import { addOwner, createPasskeyWorld } from './passkey-world.js';

it('a stale session pushes nothing out of what the owner is shown (G51)', async () => {
  const world = createPasskeyWorld();
  const { account, passkey } = await addOwner(world);
  const thief = world.visitor();
  await thief.signInAs(account.userId, ['password', 'totp']);
  const ada = world.visitor();
  await signIn(world, ada, PASSWORD);
  await ada.visit((visit) => world.flows.signIn.withTotp(visit, { code: '000000' }));
  await world.flows.settled();
  const list = () => thief.visit((visit) => world.flows.account.activity(visit));
  const before = await list();
  expect(before).not.toEqual([]);
  world.clock.advance(20 * MINUTE);
  for (let count = 0; count <= KEPT_ACTIVITIES; count += 1) {
    const names = { name: `Key ${count}`, displayName: `Ada ${count}` };
    await thief.visit((visit) => world.flows.passkeys.rename(visit, { id: passkey.id, ...names }));
    await thief.visit((visit) => world.flows.account.setDisplayName(visit, names));
  }
  await world.flows.settled();
  expect(await list()).toEqual(before);
});
