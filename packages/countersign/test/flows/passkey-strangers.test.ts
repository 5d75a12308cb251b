// What strangers who know credential ids from elsewhere can learn of them: nothing, not even by the time
// that an answer takes (G48).

import { describe, expect, test } from 'vitest';

import {
  addOwner,
  createAuthenticator,
  createPasskeyWorld,
  enrol,
  signIn,
} from './passkey-world.js';

const REFUSED = { ok: false, reason: 'refused' };

describe('an answer that is of no account here', () => {
  test('has its signature judged all the same, whatever is claimed of it', async () => {
    const world = createPasskeyWorld();
    const { authenticator } = await addOwner(world);
    const unknown = createAuthenticator();
    await enrol(unknown, 'somebody-elsewhere');
    let judged = 0;
    world.interrupt.during = () => void (judged += 1);
    const userHandle = Buffer.from('another-user').toString('base64url');

    expect(await signIn(world, world.visitor(), unknown)).toEqual(REFUSED);
    expect(judged).toBe(1);
    expect(await signIn(world, world.visitor(), unknown, { userHandle })).toEqual(REFUSED);
    expect(judged).toBe(2);
    expect(await signIn(world, world.visitor(), authenticator, { userHandle })).toEqual(REFUSED);
    expect(judged).toBe(3);
  });
});
