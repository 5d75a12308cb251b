// How an account is written and read back: what a document of before does not say, and what is kept.

import { expect, it } from 'vitest';

import { accountOf, rowOf } from '../../src/accounts/account-document.js';
import { deletedAccount, withoutKnownDevices } from '../../src/accounts/account.js';
import { makeAccount } from './fixture.js';

it('a document from before devices could be forgotten has forgotten none', () => {
  const row = rowOf(makeAccount());
  expect(row.document).not.toContain('devicesVersion');
  expect(accountOf(row).devicesVersion).toBe(0);
});

it('what was forgotten stays so when it is written and read', () => {
  const account = withoutKnownDevices(withoutKnownDevices(makeAccount()));
  expect(accountOf(rowOf(account))).toEqual(account);
  expect(accountOf(rowOf(account)).devicesVersion).toBe(2);
  expect(deletedAccount(account).devicesVersion).toBe(2);
});
