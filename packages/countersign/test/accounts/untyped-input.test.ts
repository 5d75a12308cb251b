// Where nothing checks types, a field of a form may be missing, come twice or be an object. That is bad
// input like any other: an answer, never an error that becomes a 500.

import { describe, expect, test } from 'vitest';

import { readAccountName } from '../../src/accounts/account-name.js';
import { readDisplayName } from '../../src/accounts/display-name.js';
import { readEmailAddress } from '../../src/accounts/email-address.js';
import { readPasskeyName } from '../../src/accounts/passkey-record.js';
import { createPasskeyCeremonies } from '../../src/accounts/passkeys.js';
import { readPassword } from '../../src/accounts/password-text.js';
import { createPasswordPolicy } from '../../src/accounts/password-policy.js';
import { findRecoveryCode } from '../../src/accounts/recovery-codes.js';
import { createTotpSecret, judgeTotp } from '../../src/accounts/totp.js';
import { createKeyRing } from '../../src/crypto/key-ring.js';
import { KEYS, PASSWORD, setUp } from './fixture.js';

const INPUTS: readonly (readonly [string, unknown])[] = [
  ['nothing', undefined],
  ['null', null],
  ['a field that came twice', ['a', 'b']],
  ['an object', { toString: 'no function' }],
  ['a number', 123_456],
];

/** As plain JavaScript calls it. */
function call(verb: (...given: never[]) => unknown, ...given: unknown[]): unknown {
  return Reflect.apply(verb, undefined, given);
}

describe.each(INPUTS)('%s in the place of text', (_, input) => {
  test('is no name, no address, no password, no code', () => {
    expect(call(readAccountName, input)).toMatchObject({ ok: false, reason: 'empty' });
    expect(call(readEmailAddress, input)).toMatchObject({ ok: false, reason: 'empty' });
    expect(call(readPassword, input)).toEqual({ ok: false, reason: 'ill-formed' });
    expect(call(createPasswordPolicy().check, input)).toMatchObject({ reason: 'ill-formed' });
    const moment = { now: 0, lastStep: -1 };
    expect(call(judgeTotp, createTotpSecret(), input, moment)).toMatchObject({
      reason: 'malformed',
    });
    expect(call(findRecoveryCode, createKeyRing(KEYS), 'ada', ['x'], input)).toBeUndefined();
  });

  test('is no name of a person or a passkey', async () => {
    expect(call(readDisplayName, input)).toMatchObject({ ok: false, reason: 'name-invalid' });
    expect(call(readPasskeyName, input)).toBeUndefined();
    const passkeys = createPasskeyCeremonies({
      rpId: 'app.example',
      rpName: 'Example',
      origins: ['https://app.example'],
    });
    const finish = { expectation: '{}', response: input, name: input, now: 0 };
    expect(await call(passkeys.finishRegistration, finish)).toMatchObject({
      reason: 'name-invalid',
    });
  });

  test('is refused at sign-in and at registration, without a hash', async () => {
    const { accounts, hasher } = setUp();
    const verify = call(accounts.verifyPassword, { name: 'ada', password: input });
    expect(await verify).toEqual({ ok: false, reason: 'malformed' });
    const register = call(accounts.register, { name: input, password: PASSWORD });
    expect(await register).toMatchObject({ reason: 'name-invalid' });
    expect(hasher.runs).toEqual([]);
    const nameless = call(accounts.verifyPassword, { name: input, password: PASSWORD });
    expect(await nameless).toEqual({ ok: false, reason: 'refused' });
  });
});
