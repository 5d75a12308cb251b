// New values of accounts and their parts, as they are right after they were made.

import { encodeBase64url } from '../crypto/base64url.js';
import { randomBytes } from '../crypto/random.js';
import type { Account, PasswordRecord } from './account.js';

/** 128 random bits (ASVS 11.5.1). */
const USER_ID_BYTES = 16;

/** An active account with an id of its own and nothing else. */
export function newAccount(now: number): Account {
  return {
    userId: encodeBase64url(randomBytes(USER_ID_BYTES)),
    revision: 1,
    status: 'active',
    createdAt: now,
    name: null,
    displayName: null,
    addresses: [],
    password: null,
    totp: null,
    passkeys: [],
    recoveryCodes: null,
    identities: [],
    devicesVersion: 0,
  };
}

/**
 * The next password of an account.
 * @param before the one that it replaces
 */
export function newPassword(
  hashed: { readonly phc: string; readonly standsAlone: boolean },
  before: PasswordRecord | null,
  now: number,
): PasswordRecord {
  return { ...hashed, changedAt: now, version: (before?.version ?? 0) + 1, closed: null };
}
