// Beginning to sign in by a passkey keeps something for anybody who asks, so networks are limited.

import { expect, test } from 'vitest';

import { MINUTE } from './fixture.js';
import { createPasskeyWorld } from './passkey-world.js';

test('a sign-in by passkey is begun 1,000 times from a network in ten minutes, and nothing is kept of more', async () => {
  const world = createPasskeyWorld();
  const begin = (address: string): Promise<unknown> =>
    world.visitor({ address }).visit((visit) => world.flows.passkeys.beginSignIn(visit));
  for (let page = 0; page < 1_000; page += 1) {
    expect(await begin('198.51.100.9')).toMatchObject({ ok: true });
  }
  const more = world.visitor({ address: '198.51.100.9' });
  const { result, cookies } = await more.send((visit) => world.flows.passkeys.beginSignIn(visit));
  expect(result).toEqual({ ok: false, reason: 'throttled', retryAfterMs: 10 * MINUTE });
  expect(cookies).toEqual([]);
  expect(world.events).toMatchObject([{ action: 'verify-passkey', reason: 'throttled' }]);
  expect(await begin('198.51.100.10')).toMatchObject({ ok: true });
  world.clock.advance(10 * MINUTE);
  expect(await begin('198.51.100.9')).toMatchObject({ ok: true });
});
