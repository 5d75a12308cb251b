import { describe, expect, it, test } from 'vitest';

import { memoryAccountStore } from '../../../src/stores/memory/account-store.js';
import { describeAccountStore } from '../../../src/testing/account-store-suite.js';
import { makeAccount } from '../../../src/testing/account-store/account-case.js';

describeAccountStore(
  'memoryAccountStore',
  { create: () => memoryAccountStore() },
  { describe, test },
);

describe('memoryAccountStore at its bound', () => {
  it('takes no more accounts, loudly, and keeps those it has', () => {
    const store = memoryAccountStore({ maxAccounts: 2 });
    const first = makeAccount();
    store.create(first);
    store.create(makeAccount());
    expect(() => store.create(makeAccount())).toThrow(
      expect.objectContaining({ code: 'store-unavailable', status: 503 }),
    );
    expect(store.create(first)).toBe('taken');
    expect(store.findById(first.userId)).toEqual(first);
  });

  it('refuses a bound that is no whole number above 0', () => {
    expect(() => memoryAccountStore({ maxAccounts: 0 })).toThrow(/maxAccounts: is 0/);
  });
});
