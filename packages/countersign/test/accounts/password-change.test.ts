import { describe, expect, it } from 'vitest';

import { createAccounts } from '../../src/accounts/accounts.js';
import { KEYS, NEXT, PASSWORD, setUp } from './fixture.js';

describe('changing a password (G36)', () => {
  it('replaces it for someone who knows the current one', async () => {
    const { register, accounts, verify, clock } = setUp();
    const { userId } = await register('ada');
    clock.advance(1_000);
    expect(await accounts.changePassword(userId, { current: PASSWORD, next: NEXT })).toMatchObject({
      ok: true,
      user: { userId, passwordChangedAt: clock.now() },
    });
    expect(await verify('ada')).toEqual({ ok: false, reason: 'refused' });
    expect(await verify('ada', NEXT)).toMatchObject({ ok: true });
  });

  it('refuses a wrong current one, a weak next one and a malformed one, and changes nothing', async () => {
    const { register, accounts, verify } = setUp();
    const { userId } = await register('lovelace.king');
    const change = (current: string, next: string) =>
      accounts.changePassword(userId, { current, next });
    expect(await change('wrong', NEXT)).toEqual({ ok: false, reason: 'refused' });
    expect(await change(PASSWORD, 'short')).toMatchObject({ refusal: 'too-short' });
    expect(await change(PASSWORD, 'King-of-Lovelace'.replace('-of', ''))).toMatchObject({
      refusal: 'too-short',
    });
    expect(await change(PASSWORD, 'Lovelace.King.1815')).toMatchObject({ refusal: 'context-word' });
    expect(await change('x'.repeat(100_000), NEXT)).toEqual({ ok: false, reason: 'malformed' });
    expect(await verify('lovelace.king')).toMatchObject({ ok: true });
  });

  it('is refused for a disabled account and for none, at the work of one hash', async () => {
    const { register, accounts, hasher } = setUp();
    const { userId } = await register('ada');
    await accounts.setStatus(userId, { status: 'disabled' });
    for (const id of [userId, 'nobody']) {
      hasher.runs.length = 0;
      const result = await accounts.changePassword(id, { current: PASSWORD, next: NEXT });
      expect(result).toEqual({ ok: false, reason: 'refused' });
      expect(hasher.runs).toHaveLength(1);
    }
  });

  it('needs the password that was set meanwhile, when another change came between', async () => {
    const { register, accounts, hasher, verify } = setUp();
    const { userId } = await register('ada');
    hasher.during = async (run) => {
      if (run !== `hash ${NEXT}`) return;
      hasher.during = () => undefined;
      await accounts.changePassword(userId, { current: PASSWORD, next: 'set in the meantime' });
    };
    const result = await accounts.changePassword(userId, { current: PASSWORD, next: NEXT });
    expect(result).toEqual({ ok: false, reason: 'refused' });
    expect(await verify('ada', 'set in the meantime')).toMatchObject({ ok: true });
  });

  it('asks the screen about the next one only after the current one was shown, as often as it may be', async () => {
    const asked: string[] = [];
    const screen = async (password: string) => {
      asked.push(password);
      return 'known' as const;
    };
    const { store, hasher, register } = setUp();
    const { userId } = await register('ada');
    const { accounts } = setUp({ store, hasher, screen });
    const change = (current: string) => accounts.changePassword(userId, { current, next: NEXT });
    for (let tries = 0; tries < 5; tries += 1)
      expect(await change('wrong')).toEqual({ ok: false, reason: 'refused' });
    for (let tries = 0; tries < 100; tries += 1)
      expect(await change(PASSWORD)).toMatchObject({ reason: 'throttled' });
    expect(asked).toEqual([]);
  });

  it('is refused a next one that the screen knows, which is no guess at the current one', async () => {
    const { store, hasher, register, verify } = setUp();
    const { userId } = await register('ada');
    const { accounts } = setUp({ store, hasher, screen: () => Promise.resolve('known') });
    for (let tries = 0; tries < 10; tries += 1)
      expect(
        await accounts.changePassword(userId, { current: PASSWORD, next: NEXT }),
      ).toMatchObject({ reason: 'password-refused', refusal: 'common' });
    expect(await verify('ada')).toMatchObject({ ok: true });
  });

  it('survives a rehash that came between', async () => {
    const { register, accounts, hasher, verify } = setUp();
    const { userId } = await register('ada');
    hasher.cost = 2;
    hasher.during = async (run) => {
      if (run !== `hash ${NEXT}`) return;
      hasher.during = () => undefined;
      await verify('ada');
    };
    const result = await accounts.changePassword(userId, { current: PASSWORD, next: NEXT });
    expect(result).toMatchObject({ ok: true });
    expect(await verify('ada', NEXT)).toMatchObject({ ok: true });
  });

  it('gives up with a 503 when it loses again and again, and counts no failure', async () => {
    const { register, store, hasher, clock } = setUp();
    const { userId } = await register('ada');
    const accounts = createAccounts({
      store: {
        create: (row) => store.create(row),
        findById: (id) => store.findById(id),
        findByKey: (key) => store.findByKey(key),
        replace: () => 'conflict',
        addActivity: (id, row, options) => store.addActivity(id, row, options),
        listActivity: (id, limit) => store.listActivity(id, limit),
        forgetActivity: (id) => store.forgetActivity(id),
        close: () => store.close(),
      },
      hasher,
      keys: KEYS,
      clock,
    });
    for (let i = 0; i < 10; i += 1) {
      const change = accounts.changePassword(userId, { current: PASSWORD, next: NEXT });
      await expect(change).rejects.toMatchObject({ code: 'update-contended', status: 503 });
    }
    expect(await accounts.verifyPassword({ name: 'ada', password: PASSWORD })).toMatchObject({
      ok: true,
    });
  });
});
