// Accounts that came from another system, or from before a pepper: whoever signs in has a new hash from then
// on, in one write that loses to a change of the password (G4, G12, G13).

import { describe, expect, it } from 'vitest';

import { createAccounts } from '../../src/accounts/accounts.js';
import { withLegacyHashes } from '../../src/accounts/legacy-hashes.js';
import {
  createArgon2Hasher,
  type DeriveArgon2id,
  type PasswordHasher,
} from '../../src/accounts/password-hasher.js';
import { memoryAccountStore } from '../../src/stores/memory/account-store.js';
import { LEGACY_VECTORS } from './legacy-vectors.js';

const KEY = 'the key of the accounts of this test';
const PEPPER = 'the pepper of the accounts of this test';
/** Quick, and different for each password and salt. */
const derive: DeriveArgon2id = async (password, salt, _cost, bytes) =>
  Uint8Array.from({ length: bytes }, (_, i) => (password[i] ?? 0) ^ (salt[i] ?? 7));

const hasher = withLegacyHashes(createArgon2Hasher(derive));

/** An account called ada whose record was written by somebody else. */
async function importAda(record: string, by: PasswordHasher) {
  const store = memoryAccountStore();
  const accounts = createAccounts({ store, hasher: by, keys: [KEY] });
  const made = await accounts.register({ name: 'ada', password: 'a quiet otter and seven lamps' });
  if (!made.ok) throw new Error('not registered');
  const { userId } = made.user;
  const row = () => {
    const found = store.findById(userId);
    if (found === null) throw new Error('no such account');
    return found;
  };
  const recordOf = () => /"phc":"([^"]+)"/.exec(row().document)?.[1] ?? '';
  const { revision, document, ...rest } = row();
  const old = document.replace(recordOf(), () => record);
  expect(store.replace({ ...rest, revision: revision + 1, document: old })).toBe('ok');
  return { accounts, recordOf };
}

const { record, password } = LEGACY_VECTORS.find(({ made }) => made === 'Django scrypt') ?? {
  record: '',
  password: '',
};

describe('an imported account', () => {
  it('signs in with the old password, which has a new hash then (G4)', async () => {
    const { accounts, recordOf } = await importAda(record, hasher);
    expect(recordOf()).toBe(record);
    expect(await accounts.verifyPassword({ name: 'ada', password })).toMatchObject({ ok: true });
    expect(recordOf()).toMatch(/^\$argon2id\$/);
    expect(await accounts.verifyPassword({ name: 'ada', password })).toMatchObject({ ok: true });
  });

  it('keeps the old hash while passwords are wrong', async () => {
    const { accounts, recordOf } = await importAda(record, hasher);
    const wrong = await accounts.verifyPassword({ name: 'ada', password: `${password}.` });
    expect(wrong).toEqual({ ok: false, reason: 'refused' });
    expect(recordOf()).toBe(record);
  });

  it('signs in with a wrapped hash, which is replaced too (G13)', async () => {
    const wrapped = (await hasher.wrap(record)) ?? '';
    const { accounts, recordOf } = await importAda(wrapped, hasher);
    expect(recordOf()).toBe(wrapped);
    expect(await accounts.verifyPassword({ name: 'ada', password })).toMatchObject({ ok: true });
    expect(recordOf()).toMatch(/^\$argon2id\$/);
  });

  it('gets the pepper at the first sign-in after there is one (G12)', async () => {
    const before = await createArgon2Hasher(derive).hash(password);
    const peppered = createArgon2Hasher(derive, { pepper: [PEPPER] });
    const { accounts, recordOf } = await importAda(before, peppered);
    expect(await accounts.verifyPassword({ name: 'ada', password })).toMatchObject({ ok: true });
    expect(recordOf()).toContain(',keyid=');
    expect(await accounts.verifyPassword({ name: 'ada', password })).toMatchObject({ ok: true });
  });
});
