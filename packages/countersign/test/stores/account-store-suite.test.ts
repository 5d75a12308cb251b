import { AssertionError } from 'node:assert';

import { describe, expect, it } from 'vitest';

import type { Account, AccountStore } from '../../src/accounts/account-store.js';
import { memoryAccountStore } from '../../src/stores/memory/account-store.js';
import { runAccountCase } from '../../src/testing/account-store/account-case.js';
import {
  accountCases,
  passwordCases,
  sharedCases,
  statusCases,
} from '../../src/testing/account-store/account-cases.js';

type Fault = (store: AccountStore) => Partial<AccountStore>;

/** Sound stores with one fault each, as a driver may have it. */
const FAULTS: readonly (readonly [string, Fault])[] = [
  [
    'a miss that throws',
    (store) => ({
      findById: (userId) => {
        const found = store.findById(userId);
        if (found === null) throw new Error('not found');
        return found;
      },
    }),
  ],
  [
    'names without regard to case',
    (store) => ({
      create: (account) =>
        store.create({ ...account, canonicalName: account.canonicalName.toLowerCase() }),
    }),
  ],
  [
    'names that are trimmed',
    (store) => ({
      findByName: (name) => store.findByName(name.trimEnd()),
    }),
  ],
  [
    'names that are normalised',
    (store) => ({
      findByName: (name) => store.findByName(name.normalize('NFC')),
      create: (account) =>
        store.create({ ...account, canonicalName: account.canonicalName.normalize('NFC') }),
    }),
  ],
  [
    'a check and an insert in two steps',
    (store) => {
      const names = new Map<string, string>();
      return {
        async create(account) {
          const taken = (await store.findByName(account.canonicalName)) !== null;
          await Promise.resolve();
          if (taken) return 'taken';
          names.set(account.canonicalName, account.userId);
          return store.create({ ...account, canonicalName: names.size + account.canonicalName });
        },
        findByName: async (name) => store.findById(names.get(name) ?? ''),
      };
    },
  ],
  [
    'a version that is not compared',
    (store) => ({
      async setPassword(userId, to) {
        const ifVersion = (await store.findById(userId))?.password?.version ?? 0;
        return store.setPassword(userId, to, { ifVersion });
      },
    }),
  ],
  [
    'a version that stays',
    (store) => ({
      findById: async (userId) => {
        const found = await store.findById(userId);
        return found && { ...found, password: found.password && { ...found.password, version: 1 } };
      },
    }),
  ],
  [
    'a compare and a swap in two steps',
    (store) => ({
      async setPassword(userId, to, { ifVersion }) {
        const version = (await store.findById(userId))?.password?.version ?? 0;
        await Promise.resolve();
        if (version !== ifVersion) return 'conflict';
        const latest = (await store.findById(userId))?.password?.version ?? 0;
        return store.setPassword(userId, to, { ifVersion: latest });
      },
    }),
  ],
  [
    'a deleted account that comes back',
    (store) => {
      const deleted = new Map<string, Account | null>();
      return {
        async setStatus(userId, status) {
          if (status === 'deleted') deleted.set(userId, await store.findById(userId));
          return deleted.has(userId) ? 'ok' : store.setStatus(userId, status);
        },
      };
    },
  ],
  [
    'a deleted account that keeps its password',
    (store) => {
      const deleted = new Set<string>();
      const mark = async (account: Account | null) =>
        account !== null && deleted.has(account.userId)
          ? { ...account, status: 'deleted' as const }
          : account;
      return {
        findById: async (userId) => mark(await store.findById(userId)),
        findByName: async (name) => mark(await store.findByName(name)),
        async setStatus(userId, status) {
          if (deleted.has(userId)) return 'missing';
          if (status !== 'deleted') return store.setStatus(userId, status);
          deleted.add(userId);
          return 'ok';
        },
      };
    },
  ],
  [
    'a deleted account whose name is free again',
    (store) => ({
      findByName: async (name) => {
        const found = await store.findByName(name);
        return found?.status === 'deleted' ? null : found;
      },
    }),
  ],
  [
    'records that are given out as they are kept',
    (store) => {
      const kept = new Map<string, Account>();
      return {
        create: (account) => {
          kept.set(account.userId, account);
          return store.create(account);
        },
        findById: (userId) => kept.get(userId) ?? null,
      };
    },
  ],
  [
    'a spelling that is not kept',
    (store) => ({
      create: (account) => store.create({ ...account, name: account.canonicalName }),
    }),
  ],
  [
    'seconds instead of milliseconds',
    (store) => ({
      create: (account) =>
        store.create({ ...account, createdAt: Math.floor(account.createdAt / 1e3) * 1e3 + 1 }),
    }),
  ],
  ['a store that works after closing', () => ({ close: () => undefined })],
];

function withFault(fault: Fault): AccountStore {
  const sound = memoryAccountStore();
  const verbs: AccountStore = {
    create: (account) => sound.create(account),
    findByName: (name) => sound.findByName(name),
    findById: (userId) => sound.findById(userId),
    setPassword: (userId, to, guard) => sound.setPassword(userId, to, guard),
    setStatus: (userId, status) => sound.setStatus(userId, status),
    close: () => sound.close(),
  };
  return { ...verbs, ...fault(verbs) };
}

async function failures(create: () => AccountStore): Promise<string[]> {
  const failed: string[] = [];
  for (const each of [...accountCases, ...passwordCases, ...statusCases]) {
    await runAccountCase(each, { create }).catch((error: unknown) => {
      failed.push(`${each.name}: ${error instanceof AssertionError ? 'assertion' : 'error'}`);
    });
  }
  return failed;
}

describe('the account store suite', () => {
  it('passes a sound store', async () => {
    expect(await failures(() => withFault(() => ({})))).toEqual([]);
  });

  it.each(FAULTS)('finds %s', async (_, fault) => {
    expect(await failures(() => withFault(fault))).not.toEqual([]);
  });

  it('says of two stores that share nothing that they are not two connections', async () => {
    const createPeer = () => memoryAccountStore();
    for (const each of sharedCases) {
      const run = runAccountCase(each, { create: () => memoryAccountStore(), createPeer });
      await expect(run).rejects.toThrow(AssertionError);
    }
  });
});
