// The verbs for those who join accounts and sessions by themselves.

import { describe, expect, it } from 'vitest';

import { createTotpSecret } from '../../src/accounts/totp.js';
import { codeAt, wrongCode } from '../flows/authenticator-app.js';
import { PASSWORD, setUp, storedAccount, type Fixture } from './fixture.js';

async function withSecret(): Promise<
  Fixture & { readonly userId: string; readonly secret: string; readonly code: () => string }
> {
  const fixture = setUp();
  const { userId } = await fixture.register('ada');
  const secret = createTotpSecret();
  return { ...fixture, userId, secret, code: () => codeAt(secret, fixture.clock.now()) };
}

describe('an authenticator app', () => {
  it('is added with a code, which is used up, and brings recovery codes the first time', async () => {
    const { accounts, userId, secret, code, clock, store } = await withSecret();
    const added = await accounts.addTotp(userId, { secret, code: code() });
    expect(added).toMatchObject({ ok: true, user: { recoveryCodesLeft: 10 } });
    expect(added.ok && added.recoveryCodes).toHaveLength(10);
    expect((await storedAccount(store, userId)).totp?.secret).not.toContain(secret);
    const verify = () => accounts.verifyTotp(userId, { code: code() });
    expect(await verify()).toEqual({ ok: false, reason: 'refused' });
    clock.advance(30_000);
    expect(await verify()).toMatchObject({ ok: true, failures: 1 });
    expect(await verify()).toEqual({ ok: false, reason: 'refused' });
  });

  it('is added once by a form that was sent twice (ASVS 6.5.1)', async () => {
    const { accounts, userId, secret, code } = await withSecret();
    const input = { secret, code: code() };
    const results = await Promise.all([
      accounts.addTotp(userId, input),
      accounts.addTotp(userId, input),
    ]);
    expect(results.filter(({ ok }) => ok)).toHaveLength(1);
    expect(await accounts.addTotp(userId, input)).toEqual({ ok: false, reason: 'refused' });
  });

  it('is not added by a wrong code, to a disabled account, or to none', async () => {
    const { accounts, userId, secret, code, clock, store } = await withSecret();
    const add = (id: string, typed: string) => accounts.addTotp(id, { secret, code: typed });
    const refused = { ok: false, reason: 'refused' };
    expect(await add(userId, wrongCode(secret, clock.now()))).toEqual(refused);
    expect(await add(userId, 'abc')).toEqual({ ok: false, reason: 'malformed' });
    expect(await add('nobody', code())).toEqual(refused);
    await accounts.setStatus(userId, { status: 'disabled' });
    expect(await add(userId, code())).toEqual(refused);
    expect(await storedAccount(store, userId)).toMatchObject({ totp: null, recoveryCodes: null });
  });

  it('is removed, and it is no error when there is none', async () => {
    const { accounts, userId, secret, code } = await withSecret();
    await accounts.addTotp(userId, { secret, code: code() });
    expect(await accounts.removeTotp(userId)).toMatchObject({
      ok: true,
      removed: true,
      user: { totp: null, recoveryCodesLeft: 0 },
    });
    expect(await accounts.removeTotp(userId)).toMatchObject({ ok: true, removed: false });
    expect(await accounts.removeTotp('nobody')).toEqual({ ok: false, reason: 'missing' });
  });

  it('stays while the password is too short to be alone (G21), until it is replaced', async () => {
    const { accounts, userId, secret, code, events } = await withSecret();
    await accounts.addTotp(userId, { secret, code: code() });
    const short = 'seven lamps';
    await accounts.changePassword(userId, { current: PASSWORD, next: short });
    expect(await accounts.removeTotp(userId)).toEqual({ ok: false, reason: 'password-too-short' });
    expect(events.at(-1)).toMatchObject({ action: 'remove-totp', reason: 'password-too-short' });
    await accounts.changePassword(userId, { current: short, next: PASSWORD });
    expect(await accounts.removeTotp(userId)).toMatchObject({ removed: true });
    // And a new one needs 15 again.
    const change = accounts.changePassword(userId, { current: PASSWORD, next: short });
    expect(await change).toMatchObject({ refusal: 'too-short' });
  });

  it('that replaces a closed one begins with no failures (G40)', async () => {
    const { accounts, userId, secret, code, clock } = await withSecret();
    await accounts.addTotp(userId, { secret, code: code() });
    for (let i = 0; i < 100; i += 1) {
      clock.advance(61 * 60_000);
      await accounts.verifyTotp(userId, { code: wrongCode(secret, clock.now()) });
    }
    clock.advance(61 * 60_000);
    expect(await accounts.verifyTotp(userId, { code: code() })).toMatchObject({ ok: false });
    expect(await accounts.findUser(userId)).toMatchObject({ totp: { closed: true } });
    const next = createTotpSecret();
    const added = accounts.addTotp(userId, { secret: next, code: codeAt(next, clock.now()) });
    expect(await added).toMatchObject({ ok: true, user: { totp: { closed: false } } });
    clock.advance(30_000);
    const verified = await accounts.verifyTotp(userId, { code: codeAt(next, clock.now()) });
    expect(verified).toMatchObject({ ok: true });
    expect(verified).not.toHaveProperty('failures');
  });
});

describe('recovery codes', () => {
  it('are used once each, and replaced as a whole', async () => {
    const { accounts, userId, secret, code } = await withSecret();
    const none = { ok: false, reason: 'no-second-factor' };
    expect(await accounts.replaceRecoveryCodes(userId)).toEqual(none);
    expect(await accounts.replaceRecoveryCodes('nobody')).toMatchObject({ reason: 'missing' });
    const added = await accounts.addTotp(userId, { secret, code: code() });
    const [first = '', second = ''] = added.ok ? added.recoveryCodes : [];
    const use = (typed: string) => accounts.useRecoveryCode(userId, { code: typed });
    expect(await use(first)).toMatchObject({ ok: true, user: { recoveryCodesLeft: 9 } });
    expect(await use(first)).toEqual({ ok: false, reason: 'refused' });
    const replaced = await accounts.replaceRecoveryCodes(userId);
    expect(await use(second)).toEqual({ ok: false, reason: 'refused' });
    const [third = ''] = replaced.ok ? replaced.codes : [];
    expect(await use(third)).toMatchObject({ ok: true, user: { recoveryCodesLeft: 9 } });
  });
});
