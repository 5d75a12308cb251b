// Who registers one account after the other: each costs a hash, and perhaps a question to a service.

import { expect, it } from 'vitest';

import { createThrottle } from '../../src/accounts/throttle.js';
import { PASSWORD, setUp } from './fixture.js';

it('one network registers twenty accounts in an hour, whatever their names', async () => {
  const { accounts, hasher, clock } = setUp();
  const register = (name: string, address: string) =>
    accounts.register({ name, password: PASSWORD }, { address });
  for (let i = 0; i < 20; i += 1)
    expect(await register(`bot-${i}`, `2001:db8::${i}`)).toMatchObject({ ok: true });
  hasher.runs.length = 0;
  expect(await register('bot-20', '2001:db8::20')).toMatchObject({
    reason: 'throttled',
    retryAfterMs: 3_600_000,
  });
  expect(hasher.runs).toEqual([]);
  expect(await register('ada', '192.0.2.1')).toMatchObject({ ok: true });
  clock.advance(3_600_000);
  expect(await register('bot-20', '2001:db8::20')).toMatchObject({ ok: true });
});

it('the screen of new passwords is asked no oftener than that', async () => {
  let asked = 0;
  const screen = async () => {
    asked += 1;
    return 'known' as const;
  };
  const { accounts } = setUp({ screen, throttle: createThrottle() });
  for (let i = 0; i < 100; i += 1)
    await accounts.register({ name: `bot-${i}`, password: PASSWORD }, { address: '192.0.2.1' });
  expect(asked).toBe(20);
});

it('a name or a password that is refused at once is no registration', async () => {
  const { accounts } = setUp();
  const caller = { address: '192.0.2.1' };
  for (let i = 0; i < 40; i += 1) {
    await accounts.register({ name: 'ada', password: 'too short' }, caller);
    await accounts.register({ name: 'two words', password: PASSWORD }, caller);
  }
  expect(await accounts.register({ name: 'ada', password: PASSWORD }, caller)).toMatchObject({
    ok: true,
  });
});
