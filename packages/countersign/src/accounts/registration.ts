// Making an account with a name and a password.

import { isAddressName, NAME_REFUSALS, readAccountName, type NameRefusal } from './account-name.js';
import { rowOf } from './account-document.js';
import { keysOf } from './account-keys.js';
import type { Account } from './account.js';
import type { AccountParts } from './account-parts.js';
import type { Caller } from './caller.js';
import {
  countAttempt,
  tellRefusal,
  type PasswordRefused,
  type Throttled,
} from './counted-attempt.js';
import { countFromNetwork } from './counted-request.js';
import { newAccount, newPassword } from './new-account.js';
import { judgeNewPassword, screenNewPassword } from './new-password.js';
import { userOf, type User } from './user.js';

export interface RegisterInput {
  /** As it was typed. */
  readonly name: string;
  /** As it was typed. */
  readonly password: string;
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

/** As `Accounts.register` says. */
export async function registerAccount(
  parts: AccountParts,
  input: RegisterInput,
  caller: Caller = {},
): Promise<RegisterResult> {
  const reading = readAccountName(input.name);
  if (!reading.ok) return nameInvalid(reading.reason);
  if (parts.addressNames === 'refuse' && isAddressName(reading)) return nameInvalid('address');
  const name = { typed: reading.name, canonical: reading.canonicalName };
  const account = { ...newAccount(parts.clock.now()), name };
  const judged = judgeNewPassword(parts, input.password, account);
  if (!judged.ok) return judged;
  const attempt = {
    action: 'register',
    authenticator: 'password',
    account: null,
    caller,
  } as const;
  // Before the screen, which may ask somebody else, and the hash.
  const request = { purpose: 'registration', action: 'register', caller } as const;
  const throttled = await countFromNetwork(parts, request);
  if (throttled !== undefined) return throttled;
  const check = await screenNewPassword(parts, judged, account, caller);
  if (!check.ok) return check;
  return countAttempt(parts, attempt, async () => {
    const created = await createAccount(parts, account, check);
    if (created === undefined) {
      tellRefusal(parts, attempt, 'name-taken');
      return { ok: false, reason: 'name-taken' };
    }
    parts.tell({ action: 'register', outcome: 'success', userId: created.userId }, caller);
    return { ok: true, user: userOf(created, parts.keys) };
  });
}

function nameInvalid(refusal: NameRefusal): NameInvalid {
  return { ok: false, reason: 'name-invalid', refusal, message: NAME_REFUSALS[refusal] };
}

/**
 * Makes an account with its first password; `undefined` when one of its keys is taken. They are looked up
 * first, to spare the hash; the store decides.
 */
async function createAccount(
  { store, hasher, clock }: AccountParts,
  account: Account,
  { password, standsAlone }: { readonly password: string; readonly standsAlone: boolean },
): Promise<Account | undefined> {
  for (const key of keysOf(account)) if ((await store.findByKey(key)) !== null) return undefined;
  const phc = await hasher.hash(password);
  const created = { ...account, password: newPassword({ phc, standsAlone }, null, clock.now()) };
  return (await store.create(rowOf(created))) === 'ok' ? created : undefined;
}
