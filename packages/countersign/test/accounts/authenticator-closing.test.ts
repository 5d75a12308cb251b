// The hundredth guess and a replacement of what is guessed at, at the same time (G40).

import { expect, it } from 'vitest';

import { createThrottle } from '../../src/accounts/throttle.js';
import { createTotpSecret } from '../../src/accounts/totp.js';
import { codeAt, wrongCode } from '../flows/authenticator-app.js';
import { NEXT, PASSWORD, setUp, storedAccount } from './fixture.js';

it('a guess at the old password does not close the new one', async () => {
  const { accounts, register, hasher, store, verify } = setUp({
    throttle: createThrottle({ closeAfter: 1 }),
  });
  const { userId } = await register('ada');
  hasher.during = async (run) => {
    if (run !== `verify 1:${PASSWORD}`) return;
    hasher.during = () => undefined;
    await accounts.changePassword(userId, { current: PASSWORD, next: NEXT });
  };
  expect(await verify('ada', 'wrong')).toEqual({ ok: false, reason: 'refused' });
  expect(await storedAccount(store, userId)).toMatchObject({ password: { closed: null } });
  expect(await verify('ada', NEXT)).toMatchObject({ ok: true });
});

it('a guess at the password closes it where it was only hashed anew meanwhile', async () => {
  const { register, hasher, store, verify } = setUp({
    throttle: createThrottle({ closeAfter: 1 }),
  });
  const { userId } = await register('ada');
  hasher.cost = 2;
  hasher.during = async (run) => {
    if (run !== `verify 1:${PASSWORD}`) return;
    hasher.during = () => undefined;
    await verify('ada');
  };
  await verify('ada', 'wrong');
  expect(await storedAccount(store, userId)).toMatchObject({
    password: { phc: `2:${PASSWORD}`, closed: { to: 'strangers' } },
  });
});

it('a guess at the old app does not close the new one', async () => {
  const { accounts, register, store, clock } = setUp();
  const { userId } = await register('ada');
  const first = createTotpSecret();
  await accounts.addTotp(userId, { secret: first, code: codeAt(first, clock.now()) });
  const before = await storedAccount(store, userId);
  clock.advance(30_000);
  const second = createTotpSecret();
  let isReplaced = false;
  const throttle = createThrottle({ closeAfter: 1, clock });
  const racing = setUp({
    clock,
    throttle,
    store: {
      create: (row) => store.create(row),
      async findById(id) {
        const row = await store.findById(id);
        // The first look is the attempt's; the app is replaced before the second.
        if (isReplaced) return row;
        isReplaced = true;
        await accounts.addTotp(userId, { secret: second, code: codeAt(second, clock.now()) });
        return row;
      },
      findByKey: (key) => store.findByKey(key),
      replace: (row) => store.replace(row),
      addActivity: (id, row, options) => store.addActivity(id, row, options),
      listActivity: (id, limit) => store.listActivity(id, limit),
      forgetActivity: (id) => store.forgetActivity(id),
      close: () => store.close(),
    },
  });
  const code = wrongCode(second, clock.now());
  expect(await racing.accounts.verifyTotp(userId, { code })).toMatchObject({ ok: false });
  const after = await storedAccount(store, userId);
  expect(after.totp?.secret).not.toBe(before.totp?.secret);
  expect(after).toMatchObject({ totp: { closedAt: null } });
});
