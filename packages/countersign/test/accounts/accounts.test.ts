import { describe, expect, it } from 'vitest';

import { createAccounts } from '../../src/accounts/accounts.js';
import { PASSWORD, setUp } from './fixture.js';

describe('construction', () => {
  const { store, hasher } = setUp();
  // Where types are not checked, as in plain JavaScript.
  const create = (options: unknown): unknown => Reflect.apply(createAccounts, null, [options]);

  it.each([
    [undefined, /options: is not an object of options/],
    [{}, /store: is not an account store/],
    [{ store }, /hasher: is not a password hasher/],
    [{ store, hasher, policy: { minLength: 8 } }, /policy: is not a policy.*createPasswordPolicy/],
    [{ store, hasher, throttle: { freeFailures: 3 } }, /throttle: is not a throttle/],
    [{ store, hasher, polcy: 1 }, /polcy: is not an option here/],
  ])('refuses %o, naming option and remedy', (options, message) => {
    expect(() => create(options)).toThrow(message);
  });
});

describe('looking up', () => {
  it('finds a user by name and by id', async () => {
    const { register, accounts } = setUp();
    const user = await register('Ada');
    expect(await accounts.findUserId(' ADA')).toBe(user.userId);
    expect(await accounts.findUser(user.userId)).toEqual(user);
    expect(await accounts.findUserId('nobody')).toBeUndefined();
    expect(await accounts.findUserId('no name')).toBeUndefined();
    expect(await accounts.findUser('nobody')).toBeUndefined();
  });

  it('sets the status, and nothing brings a deleted account back', async () => {
    const { register, accounts, verify } = setUp();
    const { userId } = await register('ada');
    expect(await accounts.setStatus(userId, { status: 'disabled' })).toEqual({ ok: true });
    expect(await verify('ada')).toMatchObject({ ok: false });
    expect(await accounts.setStatus(userId, { status: 'active' })).toEqual({ ok: true });
    expect(await verify('ada')).toMatchObject({ ok: true });
    expect(await accounts.setStatus(userId, { status: 'deleted' })).toEqual({ ok: true });
    expect(await accounts.setStatus(userId, { status: 'active' })).toEqual({
      ok: false,
      reason: 'missing',
    });
    expect(await accounts.register({ name: 'ADA', password: PASSWORD })).toEqual({
      ok: false,
      reason: 'name-taken',
    });
  });
});

it('a listener that throws disturbs nothing', async () => {
  const fail = (): never => {
    throw new Error('listener');
  };
  const warned = new Promise<Error>((resolve) => {
    const hear = (warning: Error): void => {
      if (!warning.message.includes('account event listener')) return;
      process.off('warning', hear);
      resolve(warning);
    };
    process.on('warning', hear);
  });
  const { accounts, verify } = setUp({
    on: fail,
  });
  expect(await accounts.register({ name: 'ada', password: PASSWORD })).toMatchObject({ ok: true });
  expect(await verify('ada')).toMatchObject({ ok: true });
  expect(await verify('ada', 'wrong')).toMatchObject({ reason: 'refused' });
  expect(await warned).toMatchObject({ name: 'CountersignWarning' });
});
