import { describe, expect, it } from 'vitest';

import {
  hasSecondFactor,
  secondFactorsOf,
  type SecondFactorRecords,
} from '../../src/accounts/second-factors.js';

const NONE: SecondFactorRecords = { totp: null, passkeys: [], recoveryCodes: null };
const TOTP = { closedAt: null };
const CLOSED = { closedAt: 1_000 };
const CODES = { hashes: ['a'] };

describe('the second factors of an account', () => {
  it.each([
    ['nothing', NONE, false, []],
    ['a TOTP', { ...NONE, totp: TOTP }, true, ['totp']],
    ['a passkey', { ...NONE, passkeys: [{}] }, true, ['passkey']],
    ['recovery codes alone', { ...NONE, recoveryCodes: CODES }, false, []],
    [
      'everything',
      { totp: TOTP, passkeys: [{}], recoveryCodes: CODES },
      true,
      ['passkey', 'totp', 'recovery-code'],
    ],
    [
      'a TOTP and no code left',
      { ...NONE, totp: TOTP, recoveryCodes: { hashes: [] } },
      true,
      ['totp'],
    ],
  ])('with %s', (_, records, required, offered) => {
    expect(hasSecondFactor(records)).toBe(required);
    expect(secondFactorsOf(records)).toEqual(offered);
  });

  it('stay required when the last one is closed, and it is no longer offered', () => {
    expect(hasSecondFactor({ ...NONE, totp: CLOSED })).toBe(true);
    expect(secondFactorsOf({ ...NONE, totp: CLOSED })).toEqual([]);
    expect(secondFactorsOf({ ...NONE, totp: CLOSED, recoveryCodes: CODES })).toEqual([
      'recovery-code',
    ]);
  });
});
