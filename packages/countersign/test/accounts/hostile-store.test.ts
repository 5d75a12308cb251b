// What a store gives back that nobody here has written: damaged, or of another program.

import { expect, it } from 'vitest';

import { accountOf, rowOf } from '../../src/accounts/account-document.js';
import type { AccountStore } from '../../src/accounts/account-store.js';
import { memoryAccountStore } from '../../src/stores/memory/account-store.js';
import { makeAccount, PASSWORD, setUp } from './fixture.js';

const PHC = '$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHRzYWx0c2E$aGFzaGhhc2hoYXNoaGFzaGhhc2hoYXNo';

it('a damaged account is an error that tells nothing of it (G15)', () => {
  const password = { phc: PHC, changedAt: 0, version: 1, standsAlone: true, closed: null };
  const row = rowOf(makeAccount({ password }));
  const documents = [
    ...Array.from({ length: row.document.length }, (_, length) => row.document.slice(0, length)),
    ...Array.from(
      row.document,
      (_, at) => `${row.document.slice(0, at)}\u0001${row.document.slice(at)}`,
    ),
    'null',
    '[]',
    '{"__proto__":{"format":1}}',
  ];
  for (const document of documents) {
    const error = errorOf(() => accountOf({ ...row, document }));
    expect(error).toMatchObject({ code: 'store-unavailable', status: 503 });
    expect(error).not.toHaveProperty('cause');
    expect(String(error)).not.toMatch(/argon2|aGFz|c2Fs/);
  }
});

it('a note that cannot be read is left out of the list', async () => {
  const memory = memoryAccountStore();
  const store: AccountStore = {
    create: (row) => memory.create(row),
    findById: (id) => memory.findById(id),
    findByKey: (key) => memory.findByKey(key),
    replace: (row) => memory.replace(row),
    addActivity: (id, row, options) => memory.addActivity(id, row, options),
    listActivity: (id, limit) => [
      { at: 1, entry: '{"action":"sign-in"' },
      { at: 1, entry: 'null' },
      ...memory.listActivity(id, limit),
    ],
    forgetActivity: (id) => memory.forgetActivity(id),
    close: () => memory.close(),
  };
  const { accounts } = setUp({ store });
  const made = await accounts.register({ name: 'ada', password: PASSWORD });
  await accounts.settled();
  const listed = await accounts.listActivity(made.ok ? made.user.userId : '');
  expect(listed).toMatchObject([{ action: 'register' }]);
});

it('a limit of activities that is none is brought into its bounds before a store is asked', async () => {
  const memory = memoryAccountStore();
  const limits: number[] = [];
  memory.listActivity = (_, limit) => {
    limits.push(limit);
    return [];
  };
  const { accounts } = setUp({ store: memory });
  for (const limit of [-1, 0, 0.5, 2.5, Number.NaN, 101, Infinity])
    await accounts.listActivity('ada', { limit });
  expect(limits).toEqual([1, 1, 1, 2, 100, 100, 100]);
});

function errorOf(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}
