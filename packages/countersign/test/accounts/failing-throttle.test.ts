// A throttle whose store goes away in the middle. What has been changed by then has been changed, and
// its caller has to hear so: the sessions of the account are ended on that word.

import { expect, it } from 'vitest';

import { createThrottle } from '../../src/accounts/throttle.js';
import { memoryThrottleStore } from '../../src/accounts/throttle-memory.js';
import type { ThrottleStore } from '../../src/accounts/throttle-store.js';
import { createTotpSecret } from '../../src/accounts/totp.js';
import { codeAt } from '../flows/authenticator-app.js';
import { NEXT, PASSWORD, setUp } from './fixture.js';

/** Counts, and fails at whatever comes after. */
function halfAway(): ThrottleStore {
  const memory = memoryThrottleStore();
  const fail = (): never => {
    throw new Error('away');
  };
  return {
    count: (counters, now) => memory.count(counters, now),
    settle: fail,
    forget: fail,
    sweep: () => 0,
    close: () => memory.close(),
  };
}

function setUpHalfAway(): ReturnType<typeof setUp> {
  return setUp({ throttle: createThrottle({ store: halfAway() }) });
}

it('a password that was changed is told as changed (G36, G74)', async () => {
  const { accounts, register, events } = setUpHalfAway();
  const { userId } = await register('ada');
  const change = accounts.changePassword(userId, { current: PASSWORD, next: NEXT });
  expect(await change).toMatchObject({ ok: true });
  expect(events).toContainEqual(
    expect.objectContaining({ action: 'change-password', outcome: 'success' }),
  );
  expect(events).toContainEqual(
    expect.objectContaining({ action: 'count-failures', outcome: 'failed', userId }),
  );
});

it('so are an app that was added, codes that were replaced, and an account that was made', async () => {
  const { accounts, clock } = setUpHalfAway();
  const made = await accounts.register({ name: 'ada', password: PASSWORD });
  expect(made).toMatchObject({ ok: true });
  const userId = made.ok ? made.user.userId : '';
  const secret = createTotpSecret();
  const code = codeAt(secret, clock.now());
  expect(await accounts.addTotp(userId, { secret, code })).toMatchObject({ ok: true });
  const replaced = await accounts.replaceRecoveryCodes(userId);
  expect(replaced).toMatchObject({ ok: true });
  const recovery = replaced.ok ? (replaced.codes[0] ?? '') : '';
  expect(await accounts.useRecoveryCode(userId, { code: recovery })).toMatchObject({ ok: true });
});

it('a wrong password is refused all the same', async () => {
  const { register, verify } = setUpHalfAway();
  await register('ada');
  expect(await verify('ada', 'wrong')).toEqual({ ok: false, reason: 'refused' });
});
