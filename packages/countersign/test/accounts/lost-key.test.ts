// A key that has left the ring too early: what it had sealed and hashed cannot be read any more, and an
// operator has to learn so.

import { expect, it } from 'vitest';

import { createTotpSecret } from '../../src/accounts/totp.js';
import { codeAt } from '../flows/authenticator-app.js';
import { KEYS, PASSWORD, setUp } from './fixture.js';

const NEWER = 'another key for the tests of accounts, long too';

async function withLostKey() {
  const { accounts, store, clock } = setUp();
  const made = await accounts.register({ name: 'ada', password: PASSWORD });
  const userId = made.ok ? made.user.userId : '';
  const secret = createTotpSecret();
  const added = await accounts.addTotp(userId, { secret, code: codeAt(secret, clock.now()) });
  const [recovery = ''] = added.ok ? added.recoveryCodes : [];
  clock.advance(30_000);
  const keys = (...list: string[]) => setUp({ store, clock, keys: list });
  return { userId, recovery, code: codeAt(secret, clock.now()), keys };
}

it('is told of with a code of an app', async () => {
  const { userId, code, keys } = await withLostKey();
  const { accounts, events } = keys(NEWER);
  expect(await accounts.verifyTotp(userId, { code })).toEqual({ ok: false, reason: 'refused' });
  expect(events).toMatchObject([{ action: 'verify-totp', reason: 'unreadable-secret' }]);
});

it('is told of with a recovery code, right or wrong', async () => {
  const { userId, recovery, keys } = await withLostKey();
  const { accounts, events } = keys(NEWER);
  for (const code of [recovery, '7K3M-7K3M-7K3M-7K3M-7K3M-7K3M'])
    expect(await accounts.useRecoveryCode(userId, { code })).toEqual({
      ok: false,
      reason: 'refused',
    });
  expect(events).toMatchObject([
    { action: 'use-recovery-code', reason: 'unreadable-secret' },
    { action: 'use-recovery-code', reason: 'unreadable-secret' },
  ]);
});

it('leaves its owner without recovery codes, and they are told that none are left', async () => {
  const { userId, recovery, keys } = await withLostKey();
  expect(await keys(NEWER).accounts.findUser(userId)).toMatchObject({ recoveryCodesLeft: 0 });
  const both = keys(NEWER, ...KEYS).accounts;
  expect(await both.findUser(userId)).toMatchObject({ recoveryCodesLeft: 10 });
  const used = await both.useRecoveryCode(userId, { code: recovery });
  expect(used).toMatchObject({ user: { recoveryCodesLeft: 9 } });
});

it('is no matter while it stays in the ring', async () => {
  const { userId, recovery, code, keys } = await withLostKey();
  const { accounts, events } = keys(NEWER, ...KEYS);
  expect(await accounts.verifyTotp(userId, { code })).toMatchObject({ ok: true });
  expect(await accounts.useRecoveryCode(userId, { code: recovery })).toMatchObject({ ok: true });
  const wrong = await accounts.useRecoveryCode(userId, { code: recovery });
  expect(wrong).toEqual({ ok: false, reason: 'refused' });
  expect(events.at(-1)).toMatchObject({ reason: 'wrong-code' });
});
