// A password of 100 kB costs a look at its length: no hash, no store, no normalising (G8, G7 test 6). How
// long that takes is told by the benchmark `enumeration`.

import { describe, expect, it } from 'vitest';

import { createAccounts } from '../../src/accounts/accounts.js';
import { createArgon2Hasher, type DeriveArgon2id } from '../../src/accounts/password-hasher.js';
import { readPassword } from '../../src/accounts/password-text.js';
import { memoryAccountStore } from '../../src/stores/memory/account-store.js';
import { KEYS } from './fixture.js';

const HUGE = [
  ['a hundred thousand letters', 'x'.repeat(100_000)],
  ['as many bytes in two-byte letters', 'é'.repeat(50_000)],
  ['accents that would compose to less', 'e\u0301'.repeat(33_334)],
  ['emoji', '🦦'.repeat(25_000)],
] as const;

function setUp() {
  let runs = 0;
  const derive: DeriveArgon2id = async (_password, _salt, _cost, bytes) => {
    runs += 1;
    return new Uint8Array(bytes);
  };
  const hasher = createArgon2Hasher(derive);
  const accounts = createAccounts({ store: memoryAccountStore(), hasher, keys: KEYS });
  return { accounts, hasher, runs: () => runs };
}

describe.each(HUGE)('%s (G8)', (_, password) => {
  it('are refused at sign-in as no password at all, known name or not', async () => {
    const { accounts, runs } = setUp();
    await accounts.register({ name: 'ada', password: 'a quiet otter and seven lamps' });
    const before = runs();
    for (const name of ['ada', 'nobody', 'not a name'])
      expect(await accounts.verifyPassword({ name, password })).toEqual({
        ok: false,
        reason: 'malformed',
      });
    expect(runs()).toBe(before);
  });

  it('are refused at registration, with the reason', async () => {
    const { accounts, runs } = setUp();
    expect(await accounts.register({ name: 'ada', password })).toMatchObject({
      ok: false,
      reason: 'password-refused',
      refusal: 'too-long',
    });
    expect(runs()).toBe(0);
  });

  it('are refused by the hasher itself', async () => {
    const { hasher, runs } = setUp();
    expect(await hasher.verify(undefined, password)).toEqual({ match: false, reason: 'too-long' });
    await expect(hasher.hash(password)).rejects.toThrow(RangeError);
    expect(runs()).toBe(0);
  });

  it('are not read beyond their length', () => {
    expect(readPassword(password)).toEqual({ ok: false, reason: 'too-long' });
  });
});

it('ordinary passwords do run a hash here, each one (G10)', async () => {
  const { accounts, runs } = setUp();
  await accounts.verifyPassword({ name: 'nobody', password: 'a quiet otter' });
  expect(runs()).toBe(1);
});
