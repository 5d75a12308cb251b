// Who asks is said by the application. Nothing in a form can say it.

import { expect, it } from 'vitest';

import { createThrottle } from '../../src/accounts/throttle.js';
import { createTotpSecret } from '../../src/accounts/totp.js';
import { NEXT, PASSWORD, setUp } from './fixture.js';

const CLIENT = { address: '192.0.2.1', userAgent: 'a browser', session: 's' };
/** What somebody adds to a form. */
const CLAIMS = { device: 'hers', address: '198.51.100.9', userAgent: 'x', session: 'y' };

it('a form cannot choose its device, and so go around the limits of its network and of the account', async () => {
  const { accounts, register } = setUp({ throttle: createThrottle({ addressLimit: 3 }) });
  await register('ada');
  const guess = (device: string) => {
    const body = { name: 'ada', password: 'wrong', ...CLAIMS, device };
    return accounts.verifyPassword(body, CLIENT);
  };
  for (const device of ['a', 'b', 'c'])
    expect(await guess(device)).toEqual({ ok: false, reason: 'refused' });
  expect(await guess('d')).toMatchObject({ ok: false, reason: 'throttled' });
});

it('a form cannot register from another network than its own', async () => {
  const { accounts } = setUp();
  const register = (name: string, address: string) => {
    const body = { name, password: PASSWORD, ...CLAIMS, address };
    return accounts.register(body, CLIENT);
  };
  for (let i = 0; i < 20; i += 1)
    expect(await register(`bot-${i}`, `198.51.100.${i}`)).toMatchObject({ ok: true });
  expect(await register('bot-20', '198.51.100.20')).toMatchObject({ reason: 'throttled' });
});

it('every verb tells of who asks as the application says it, and not as a form does', async () => {
  const { accounts, register, events } = setUp();
  const { userId } = await register('ada');
  const secret = createTotpSecret();
  await accounts.register({ name: 'grace', password: PASSWORD, ...CLAIMS }, CLIENT);
  await accounts.verifyPassword({ name: 'ada', password: PASSWORD, ...CLAIMS }, CLIENT);
  await accounts.changePassword(userId, { current: PASSWORD, next: NEXT, ...CLAIMS }, CLIENT);
  await accounts.addTotp(userId, { secret, code: '000000', ...CLAIMS }, CLIENT);
  await accounts.verifyTotp(userId, { code: '000000', ...CLAIMS }, CLIENT);
  await accounts.useRecoveryCode(userId, { code: 'x', ...CLAIMS }, CLIENT);
  const { address, userAgent, session } = CLIENT;
  const actions = events.map(({ action }) => action);
  expect(actions).toEqual([
    'register',
    'verify-password',
    'change-password',
    'add-totp',
    'verify-totp',
    'use-recovery-code',
  ]);
  for (const event of events) expect(event).toMatchObject({ address, userAgent, session });
});
