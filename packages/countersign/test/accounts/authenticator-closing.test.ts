// The hundredth guess and a replacement of what is guessed at, at the same time (G40).

import { expect, it } from 'vitest';

import { createThrottle } from '../../src/accounts/throttle.js';
import { createTotpSecret } from '../../src/accounts/totp.js';
import { createFakeClock } from '../../src/testing/fake-clock.js';
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

it('guesses of a known device at the old password do not count towards closing the new one', async () => {
  const { accounts, register, store } = setUp({ throttle: createThrottle({ closeAfter: 3 }) });
  const { userId } = await register('ada');
  const guess = (): Promise<unknown> =>
    accounts.verifyPassword({ userId, password: 'wrong' }, { device: 'tablet' });
  await guess();
  await guess();
  await accounts.changePassword(userId, { current: PASSWORD, next: NEXT }, { device: 'laptop' });
  await guess();
  expect(await storedAccount(store, userId)).toMatchObject({ password: { closed: null } });
  await guess();
  await guess();
  expect(await storedAccount(store, userId)).toMatchObject({
    password: { closed: { to: 'everyone' } },
  });
});

it('guesses of a known device at the old app do not count towards closing the new one', async () => {
  const clock = createFakeClock();
  const { accounts, register, store } = setUp({
    clock,
    throttle: createThrottle({ closeAfter: 3, clock }),
  });
  const { userId } = await register('ada');
  const add = async (): Promise<string> => {
    const secret = createTotpSecret();
    clock.advance(30_000);
    const code = codeAt(secret, clock.now());
    expect(await accounts.addTotp(userId, { secret, code }, { device: 'laptop' })).toMatchObject({
      ok: true,
    });
    return secret;
  };
  const guess = (secret: string): Promise<unknown> =>
    accounts.verifyTotp(userId, { code: wrongCode(secret, clock.now()) }, { device: 'tablet' });
  const first = await add();
  await guess(first);
  await guess(first);
  const second = await add();
  await guess(second);
  expect(await storedAccount(store, userId)).toMatchObject({ totp: { closedAt: null } });
  await guess(second);
  await guess(second);
  expect(await storedAccount(store, userId)).toMatchObject({ totp: { closedAt: clock.now() } });
});
