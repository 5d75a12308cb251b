// Making an account with a name and a password.

import { encodeBase64url } from '../crypto/base64url.js';
import { randomBytes } from '../crypto/random.js';
import { readAccountName, type NameRefusal } from './account-name.js';
import type { Account } from './account-store.js';
import {
  countAttempt,
  eventOf,
  tellRefusal,
  type AccountParts,
  type PasswordRefused,
  type Throttled,
} from './counted-attempt.js';
import { userOf, type User } from './user.js';

export interface RegisterInput {
  /** As it was typed. */
  readonly name: string;
  /** As it was typed. */
  readonly password: string;
  /** The client's address, for the throttle and the log. */
  readonly address?: string;
}

export interface NameInvalid {
  readonly ok: false;
  readonly reason: 'name-invalid';
  readonly refusal: NameRefusal;
  /** For the person who typed it. */
  readonly message: string;
}

export type RegisterResult =
  | { readonly ok: true; readonly user: User }
  | { readonly ok: false; readonly reason: 'name-taken' }
  | NameInvalid
  | PasswordRefused
  | Throttled;

/** 128 random bits. */
const USER_ID_BYTES = 16;

/** As `Accounts.register` says. */
export async function registerAccount(
  parts: AccountParts,
  { name: typed, password, address }: RegisterInput,
): Promise<RegisterResult> {
  const reading = readAccountName(typed);
  if (!reading.ok) {
    return { ok: false, reason: 'name-invalid', refusal: reading.reason, message: reading.message };
  }
  const { name, canonicalName } = reading;
  const check = parts.policy.check(password, { context: [name] });
  if (!check.ok) {
    return { ok: false, reason: 'password-refused', refusal: check.reason, message: check.message };
  }
  const attempt = { action: 'register', account: undefined, address } as const;
  return countAttempt(parts, attempt, async () => {
    const account = await createAccount(parts, { name, canonicalName }, check.password);
    if (account === undefined) {
      tellRefusal(parts, attempt, 'name-taken', null);
      return { ok: false, reason: 'name-taken' };
    }
    parts.on.registered(eventOf(parts, account.userId, address));
    return { ok: true, user: userOf(account) };
  });
}

/** `undefined` when the name is taken. It is looked up first, to spare the hash; `create` decides. */
async function createAccount(
  { store, hasher, clock }: AccountParts,
  names: { readonly name: string; readonly canonicalName: string },
  password: string,
): Promise<Account | undefined> {
  if ((await store.findByName(names.canonicalName)) !== null) return undefined;
  const phc = await hasher.hash(password);
  const now = clock.now();
  const account: Account = {
    userId: encodeBase64url(randomBytes(USER_ID_BYTES)),
    ...names,
    status: 'active',
    createdAt: now,
    password: { phc, changedAt: now, version: 1 },
  };
  return (await store.create(account)) === 'ok' ? account : undefined;
}
