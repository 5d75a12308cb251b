import { describe, expect, it } from 'vitest';

import { createAccounts } from '../../src/accounts/accounts.js';
import { argon2Hasher } from '../../src/accounts/argon2.js';
import { createPasswordPolicy } from '../../src/accounts/password-policy.js';
import { rowOf } from '../../src/accounts/account-document.js';
import { KEYS, makeAccount, NEXT, PASSWORD, setUp, storedAccount } from './fixture.js';

describe('verifying a password', () => {
  it('knows the right one under any spelling of the name', async () => {
    const { register, verify } = setUp();
    const user = await register('Ada');
    expect(await verify('ada')).toEqual({ ok: true, user });
    expect(await verify(' ADA ')).toEqual({ ok: true, user });
    expect(await verify('ada', PASSWORD.toUpperCase())).toEqual({ ok: false, reason: 'refused' });
  });

  it('takes composed and decomposed accents as one password (G24, G7 test 5)', async () => {
    const { register, verify } = setUp();
    const typed = 'vécu près du théâtre';
    await register('ada', typed.normalize('NFD'));
    expect(await verify('ada', typed.normalize('NFC'))).toMatchObject({ ok: true });
    expect(await verify('ada', typed.normalize('NFD'))).toMatchObject({ ok: true });
  });

  it('verifies passwords that today’s policy would refuse', async () => {
    const { store, hasher, clock, register } = setUp();
    await register('ada', 'nineteen characters');
    const policy = createPasswordPolicy({ minLength: 30 });
    const strict = createAccounts({ store, hasher, keys: KEYS, clock, policy });
    const result = await strict.verifyPassword({ name: 'ada', password: 'nineteen characters' });
    expect(result).toMatchObject({ ok: true });
  });

  it.each([
    ['a name that nobody has', 'nobody', 'unknown-account'],
    ['a text that cannot be a name', 'no body', 'unknown-account'],
    ['a disabled account', 'disabled', 'not-active'],
    ['a deleted account', 'deleted', 'not-active'],
    ['an account without a password', 'passwordless', 'no-password'],
    ['an account whose hash is unreadable', 'unreadable', 'unreadable-hash'],
    ['a wrong password', 'wrong', 'wrong-password'],
  ])('answers %s the same, for the work of one hash (G10, G48)', async (_, name, reason) => {
    const { register, accounts, store, hasher, events, verify, clock } = setUp();
    await accounts.setStatus((await register('disabled')).userId, { status: 'disabled' });
    await accounts.setStatus((await register('deleted')).userId, { status: 'deleted' });
    await register('wrong', 'another password altogether');
    for (const [text, phc] of [['passwordless'], ['unreadable', 'unreadable']] as const) {
      const password =
        phc === undefined
          ? null
          : { phc, changedAt: 1, version: 1, standsAlone: true, closed: null };
      const named = { typed: text, canonical: text };
      await store.create(rowOf(makeAccount({ userId: text, name: named, password })));
    }
    expect(await verify(name, PASSWORD, '192.0.2.1')).toEqual({ ok: false, reason: 'refused' });
    expect(hasher.runs).toHaveLength(1);
    expect(events.at(-1)).toEqual({
      action: 'verify-password',
      outcome: 'refused',
      reason,
      authenticator: null,
      factors: [],
      userId: (await store.findByKey(`sign-in:${name}`))?.userId ?? null,
      address: '192.0.2.1',
      userAgent: null,
      session: null,
      at: clock.now(),
    });
  });

  it('refuses 100,000 bytes as malformed: no hash run, no count, no look at the store (G8, G7 test 6)', async () => {
    const { hasher, store, clock } = setUp();
    const accounts = createAccounts({
      store: { ...store, findByKey: () => expect.unreachable() },
      hasher,
      keys: KEYS,
      clock,
      throttle: {
        begin: () => expect.unreachable(),
        beginRequest: () => expect.unreachable(),
        forget: () => expect.unreachable(),
      },
    });
    const verify = (password: string) => accounts.verifyPassword({ name: 'ada', password });
    expect(await verify('x'.repeat(100_000))).toEqual({ ok: false, reason: 'malformed' });
    expect(await verify(`${PASSWORD}\ud800`)).toEqual({ ok: false, reason: 'malformed' });
    expect(hasher.runs).toEqual([]);
  });

  it('works with the real argon2id', async () => {
    const { accounts } = setUp({ hasher: argon2Hasher() });
    await accounts.register({ name: 'ada', password: PASSWORD });
    expect(await accounts.verifyPassword({ name: 'ada', password: PASSWORD })).toMatchObject({
      ok: true,
    });
    for (const name of ['ada', 'nobody']) {
      expect(await accounts.verifyPassword({ name, password: NEXT })).toMatchObject({ ok: false });
    }
  });
});

describe('rehashing (G4, G7 test 3)', () => {
  it('replaces a hash of another cost at the next sign-in, and the password stays as old as it is', async () => {
    const { register, hasher, store, verify, clock } = setUp();
    const { userId, passwordChangedAt } = await register('ada');
    hasher.cost = 2;
    clock.advance(1_000);
    expect(await verify('ada')).toMatchObject({ ok: true });
    expect((await storedAccount(store, userId)).password).toMatchObject({
      phc: `2:${PASSWORD}`,
      changedAt: passwordChangedAt,
      version: 1,
    });
    hasher.runs.length = 0;
    expect(await verify('ada')).toMatchObject({ ok: true });
    expect(hasher.runs).toHaveLength(1);
  });

  it('leaves the hash alone after a wrong password', async () => {
    const { register, hasher, store, verify } = setUp();
    const { userId } = await register('ada');
    hasher.cost = 2;
    await verify('ada', 'wrong');
    expect((await storedAccount(store, userId)).password?.phc).toBe(`1:${PASSWORD}`);
  });

  it('gives way to a change of the password in the middle of it', async () => {
    const { register, accounts, hasher, store, verify } = setUp();
    const { userId } = await register('ada');
    hasher.cost = 2;
    hasher.during = async (run) => {
      if (run !== `hash ${PASSWORD}`) return;
      hasher.during = () => undefined;
      const changed = await accounts.changePassword(userId, { current: PASSWORD, next: NEXT });
      expect(changed).toMatchObject({ ok: true });
    };
    expect(await verify('ada')).toMatchObject({ ok: true });
    expect((await storedAccount(store, userId)).password?.phc).toBe(`2:${NEXT}`);
    expect(await verify('ada')).toMatchObject({ ok: false });
  });

  it('does not fail a sign-in when it cannot be done, and tells of it', async () => {
    const { register, hasher, events, verify } = setUp();
    const user = await register('ada');
    hasher.cost = 2;
    hasher.during = () => void (hasher.busy = true);
    expect(await verify('ada')).toEqual({ ok: true, user });
    expect(events).toMatchObject([
      {
        action: 'rehash-password',
        outcome: 'failed',
        userId: user.userId,
        cause: { code: 'hasher-busy' },
      },
      { action: 'verify-password', outcome: 'success', userId: user.userId },
    ]);
  });
});
