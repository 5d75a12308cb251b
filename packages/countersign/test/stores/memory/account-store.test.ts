import { describe, expect, it, test } from 'vitest';

import { memoryAccountStore } from '../../../src/stores/memory/account-store.js';
import { describeAccountStore } from '../../../src/testing/account-store-suite.js';
import { makeRow, nextOf } from '../../../src/testing/account-store/account-case.js';

describeAccountStore(
  'memoryAccountStore',
  { create: () => memoryAccountStore() },
  { describe, test },
);

describe('memoryAccountStore at its bound', () => {
  it('takes no more accounts, loudly, and keeps those it has', () => {
    const store = memoryAccountStore({ maxAccounts: 2 });
    const first = makeRow();
    store.create(first);
    store.create(makeRow());
    const third = makeRow();
    expect(() => store.create(third)).toThrow(
      expect.objectContaining({ code: 'store-unavailable', status: 503 }),
    );
    expect(store.findByKey(third.keys[0] ?? '')).toBeNull();
    expect(store.create(first)).toBe('taken');
    expect(store.findById(first.userId)).toEqual(first);
    expect(store.replace(nextOf(first))).toBe('ok');
  });

  it('keeps no notes of accounts that it does not have', () => {
    const store = memoryAccountStore();
    store.addActivity('nobody', { at: 1, entry: '' }, { keep: 1 });
    expect(store.listActivity('nobody', 1)).toEqual([]);
  });

  it('refuses a bound that is no whole number above 0', () => {
    expect(() => memoryAccountStore({ maxAccounts: 0 })).toThrow(/maxAccounts: is 0/);
  });
});
