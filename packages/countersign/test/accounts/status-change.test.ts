import { expect, it } from 'vitest';

import type { AccountStore } from '../../src/accounts/account-store.js';
import { createAccounts } from '../../src/accounts/accounts.js';
import { createTotpSecret } from '../../src/accounts/totp.js';
import { memoryAccountStore } from '../../src/stores/memory/account-store.js';
import { KEYS, PASSWORD, setUp, storedAccount, TransparentHasher } from './fixture.js';

it('a status that there is not is an error, and the account stays as it is', async () => {
  const { accounts, register, store, verify } = setUp();
  const { userId } = await register('ada');
  for (const status of ['suspended', 'Active', '', undefined, null]) {
    const setting: unknown = Reflect.apply(accounts.setStatus, undefined, [userId, { status }]);
    await expect(setting).rejects.toThrow(TypeError);
  }
  expect(await storedAccount(store, userId)).toMatchObject({ status: 'active', revision: 1 });
  expect(await verify('ada')).toMatchObject({ ok: true });
});

it('what happened to an account is forgotten before it is deleted, so that a store that fails is asked again', async () => {
  const memory = memoryAccountStore();
  let fails = true;
  const store: AccountStore = {
    create: (row) => memory.create(row),
    findById: (id) => memory.findById(id),
    findByKey: (key) => memory.findByKey(key),
    replace: (row) => memory.replace(row),
    addActivity: (id, row, options) => memory.addActivity(id, row, options),
    listActivity: (id, limit) => memory.listActivity(id, limit),
    forgetActivity(id) {
      if (fails) throw new Error('away');
      memory.forgetActivity(id);
    },
    close: () => memory.close(),
  };
  const accounts = createAccounts({ store, hasher: new TransparentHasher(), keys: KEYS });
  const made = await accounts.register(
    { name: 'ada', password: PASSWORD },
    { address: '192.0.2.1' },
  );
  const userId = made.ok ? made.user.userId : '';
  await accounts.settled();
  await expect(accounts.setStatus(userId, { status: 'deleted' })).rejects.toMatchObject({
    code: 'store-unavailable',
    cause: { message: 'away' },
  });
  expect(await storedAccount(store, userId)).toMatchObject({ status: 'active' });
  fails = false;
  expect(await accounts.setStatus(userId, { status: 'deleted' })).toEqual({ ok: true });
  expect(memory.listActivity(userId, 100)).toEqual([]);
});

it('nothing is noted of a deleted account any more, such as a second factor that was under way', async () => {
  const { accounts, register, store } = setUp();
  const { userId } = await register('ada');
  await accounts.setStatus(userId, { status: 'deleted' });
  const caller = { address: '192.0.2.1' };
  await accounts.verifyTotp(userId, { code: '123456' }, caller);
  await accounts.useRecoveryCode(userId, { code: 'x' }, caller);
  await accounts.addTotp(userId, { secret: createTotpSecret(), code: '123456' }, caller);
  await accounts.settled();
  expect(await store.listActivity(userId, 100)).toEqual([]);
});
