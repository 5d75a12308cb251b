import { AssertionError } from 'node:assert';

import { describe, expect, it } from 'vitest';

import type { AccountStore } from '../../src/accounts/account-store.js';
import { memoryAccountStore } from '../../src/stores/memory/account-store.js';
import { runAccountCase, type AccountCase } from '../../src/testing/account-store/account-case.js';
import { accountCases } from '../../src/testing/account-store/account-cases.js';
import { activityCases } from '../../src/testing/account-store/activity-cases.js';
import { replaceCases } from '../../src/testing/account-store/replace-cases.js';
import { sharedCases } from '../../src/testing/account-store/shared-cases.js';
import { CHANGE_FAULTS, ROW_FAULTS, type AccountFault } from './planted-faults/account-faults.js';
import { ACTIVITY_FAULTS } from './planted-faults/activity-faults.js';

function withFault(fault: AccountFault): AccountStore {
  const sound = memoryAccountStore();
  const verbs: AccountStore = {
    create: (row) => sound.create(row),
    findById: (userId) => sound.findById(userId),
    findByKey: (key) => sound.findByKey(key),
    replace: (row) => sound.replace(row),
    addActivity: (userId, activity, options) => sound.addActivity(userId, activity, options),
    listActivity: (userId, limit) => sound.listActivity(userId, limit),
    forgetActivity: (userId) => sound.forgetActivity(userId),
    close: () => sound.close(),
  };
  return { ...verbs, ...fault(verbs) };
}

async function failures(
  cases: readonly AccountCase[],
  create: () => AccountStore,
): Promise<string[]> {
  const failed: string[] = [];
  for (const each of cases) {
    await runAccountCase(each, { create }).catch((error: unknown) => {
      failed.push(`${each.name}: ${error instanceof AssertionError ? 'assertion' : 'error'}`);
    });
  }
  return failed;
}

const GROUPS = [
  ['accounts', accountCases, ROW_FAULTS],
  ['changes', replaceCases, CHANGE_FAULTS],
  ['activity', activityCases, ACTIVITY_FAULTS],
] as const;

describe('the account store suite', () => {
  it('passes a sound store', async () => {
    const all = [...accountCases, ...replaceCases, ...activityCases];
    expect(await failures(all, () => withFault(() => ({})))).toEqual([]);
  });

  for (const [group, cases, faults] of GROUPS) {
    it.each(faults)(`finds among ${group}: %s`, async (_, fault) => {
      const found = await failures(group === 'accounts' ? [...cases, ...replaceCases] : cases, () =>
        withFault(fault),
      );
      expect(found).not.toEqual([]);
    });
  }

  it('says of two stores that share nothing that they are not two connections', async () => {
    const createPeer = () => memoryAccountStore();
    for (const each of sharedCases) {
      const run = runAccountCase(each, { create: () => memoryAccountStore(), createPeer });
      await expect(run).rejects.toThrow(AssertionError);
    }
  });

  it('passes one store as two connections', async () => {
    for (const each of sharedCases) {
      let store = memoryAccountStore();
      const create = () => (store = memoryAccountStore());
      const run = runAccountCase(each, { create, createPeer: () => store });
      await expect(run).resolves.toBeUndefined();
    }
  });
});
