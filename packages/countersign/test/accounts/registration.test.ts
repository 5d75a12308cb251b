import { describe, expect, it } from 'vitest';

import { PASSWORD, setUp, storedAccount } from './fixture.js';

describe('registering', () => {
  it('makes an active account with a random id of 128 bits, whose name keeps its spelling', async () => {
    const { accounts, clock, store } = setUp();
    const result = await accounts.register({ name: ' Ada.King ', password: PASSWORD });
    expect(result).toMatchObject({
      ok: true,
      user: {
        userId: expect.stringMatching(/^[\w-]{22}$/) as string,
        name: 'Ada.King',
        status: 'active',
        createdAt: clock.now(),
        passwordChangedAt: clock.now(),
      },
    });
    const other = await accounts.register({ name: 'grace', password: PASSWORD });
    expect(other.ok && result.ok && other.user.userId !== result.user.userId).toBe(true);
    const row = await store.findByKey('sign-in:ada.king');
    expect(await storedAccount(store, row?.userId ?? '')).toMatchObject({
      password: { version: 1, standsAlone: true, closed: null },
    });
  });

  it('gives nobody a hash: users, results and events have none in them (G15)', async () => {
    const { accounts, events, verify } = setUp();
    const results = [
      await accounts.register({ name: 'ada', password: PASSWORD }),
      await verify('ada'),
      await accounts.findUser((await accounts.findUserId('ada')) ?? ''),
    ];
    const text = JSON.stringify([results, events]);
    expect(text).toContain('passwordChangedAt');
    expect(text).not.toContain(PASSWORD);
  });

  it('refuses a name that is taken in another spelling, without hashing', async () => {
    const { accounts, register, hasher } = setUp();
    await register('Ada');
    const result = await accounts.register({ name: 'ＡＤＡ', password: PASSWORD });
    expect(result).toEqual({ ok: false, reason: 'name-taken' });
    expect(hasher.runs).toEqual([]);
  });

  it('lets one of two parallel registrations of a name win', async () => {
    const { accounts } = setUp();
    const results = await Promise.all(
      ['Ada', 'ADA'].map((name) => accounts.register({ name, password: PASSWORD })),
    );
    expect(results.map((result) => (result.ok ? 'ok' : result.reason)).toSorted()).toEqual([
      'name-taken',
      'ok',
    ]);
  });

  it('refuses names and passwords by value, with a sentence, and hashes nothing', async () => {
    const { accounts, hasher } = setUp();
    expect(await accounts.register({ name: 'two words', password: PASSWORD })).toMatchObject({
      reason: 'name-invalid',
      refusal: 'forbidden-character',
      message: expect.stringContaining('no spaces') as string,
    });
    expect(await accounts.register({ name: 'ada', password: 'short' })).toMatchObject({
      reason: 'password-refused',
      refusal: 'too-short',
      message: expect.stringContaining('15') as string,
    });
    expect(hasher.runs).toEqual([]);
  });

  it('checks the password against the name (G28)', async () => {
    const { accounts } = setUp({ addressNames: 'take' });
    const name = 'ada.king@lovelace.example';
    expect(await accounts.register({ name, password: 'Lovelace-Ada-King' })).toMatchObject({
      refusal: 'context-word',
    });
  });

  it('counts taken names against the address like names that are free', async () => {
    const { accounts, clock } = setUp();
    const register = (name: string) =>
      accounts.register({ name, password: PASSWORD }, { address: '192.0.2.1' });
    for (let i = 0; i < 10; i += 1) {
      expect(await register(`user${i}`)).toMatchObject({ ok: true });
      expect(await register(`user${i}`)).toEqual({ ok: false, reason: 'name-taken' });
    }
    const refused = { ok: false, reason: 'throttled', retryAfterMs: 3_600_000 };
    expect(await register('user0')).toEqual(refused);
    expect(await register('quite-new')).toEqual(refused);
    clock.advance(3_600_000);
    expect(await register('quite-new')).toMatchObject({ ok: true });
  });
});
