// Strangers can ask for mail without end, from many networks, and a mail server may be slow. That must
// not keep owners from being told what happens to their accounts (G83).

import { expect, it } from 'vitest';

import type { Mail } from '../../src/accounts/mailer.js';
import { createWorld, NEXT, ORIGIN, PASSWORD } from './fixture.js';

it('a notice is sent though a thousand links that strangers asked for wait', async () => {
  const sent: string[] = [];
  let release = (): void => undefined;
  const slow = new Promise<void>((resolve) => {
    release = resolve;
  });
  const mailer = {
    async send({ kind }: Mail) {
      if (kind === 'sign-up') await slow;
      sent.push(kind);
    },
  };
  const world = createWorld({ flows: { mail: { mailer, origin: ORIGIN } } });
  const { userId } = await world.addAccount();
  for (let number = 0; number < 1_020; number += 1) {
    const stranger = world.visitor({ address: `198.51.${Math.floor(number / 20)}.1` });
    const address = `stranger-${number}@example.org`;
    const asked = await stranger.visit((visit) => world.flows.signUp.request(visit, { address }));
    expect(asked).toEqual({ ok: true });
  }
  expect(world.events.some(({ action }) => action === 'background')).toBe(true);
  const ada = world.visitor();
  await ada.signInAs(userId);
  const input = { current: PASSWORD, next: NEXT, endOthers: false };
  const changed = await ada.visit((visit) => world.flows.password.change(visit, input));
  expect(changed).toEqual({ ok: true });
  await new Promise((resolve) => void setImmediate(() => setImmediate(resolve)));
  expect(sent).toEqual(['password-changed']);
  release();
  await world.flows.settled();
  expect(sent).toHaveLength(1_001);
});
