// Adding and removing an authenticator app. It is added with a code of it, so that nobody is asked for
// codes of an app that does not have the secret; that code is used up (ASVS 6.5.1).

import { changeAccount, findAccount, type Decision } from './account-change.js';
import type { AccountRefusal } from './account-events.js';
import type { AccountParts } from './account-parts.js';
import type { Account } from './account.js';
import type { Caller } from './caller.js';
import {
  countAttempt,
  tellRefusal,
  type CountedAttempt,
  type Throttled,
} from './counted-attempt.js';
import { forgetStrangers } from './failure-settling.js';
import { makeRecoveryCodes, type RecoveryCodes } from './recovery-codes.js';
import { openTotpSecret, sealTotpSecret } from './sealed-secret.js';
import { withoutSecondFactor, withSecondFactor } from './second-factor-change.js';
import type { CodeInput } from './code-proof.js';
import { judgeTotp } from './totp.js';
import { userOf, type User } from './user.js';

export interface AddTotpInput extends CodeInput {
  /** As `createTotpSecret` made it. */
  readonly secret: string;
}

export type AddTotpResult =
  | {
      readonly ok: true;
      readonly user: User;
      /** To be shown once: new ones if this is the account's first second factor, otherwise none. */
      readonly recoveryCodes: readonly string[];
    }
  /** The code is wrong or used, or the account is not active. */
  | { readonly ok: false; readonly reason: 'refused' }
  | { readonly ok: false; readonly reason: 'malformed' }
  | Throttled;

export type RemoveTotpResult =
  | { readonly ok: true; readonly user: User; readonly removed: boolean }
  /** `password-too-short`: choose a longer one first, as it would be the only factor (G21). */
  | { readonly ok: false; readonly reason: 'missing' | 'password-too-short' };

interface Addition {
  readonly secret: string;
  /** Of the code that proved it. */
  readonly step: number;
  readonly codes: RecoveryCodes;
}

/**
 * As `Accounts.addTotp` says.
 * @param claim takes, once the code was found right, what may be used once; or says that it is gone
 */
export async function addAccountTotp<Gone extends { readonly ok: false; readonly reason: string }>(
  parts: AccountParts,
  userId: string,
  { secret, code }: AddTotpInput,
  caller: Caller = {},
  claim?: () => Promise<Gone | undefined>,
): Promise<AddTotpResult | Gone> {
  const account = await findAccount(parts.store, userId);
  const attempt = { action: 'add-totp', authenticator: 'totp-setup', account, caller } as const;
  return countAttempt<AddTotpResult | Gone>(parts, attempt, async () => {
    const judged = judgeTotp(secret, code, { now: parts.clock.now(), lastStep: -1 });
    if (judged.ok) {
      const gone = await claim?.();
      if (gone !== undefined) return gone;
      const codes = makeRecoveryCodes(parts.keys, userId);
      return writeTotp(parts, attempt, userId, { secret, step: judged.step, codes });
    }
    const isMalformed = judged.reason === 'malformed';
    tellRefusal(parts, attempt, isMalformed ? 'malformed-code' : 'wrong-code');
    return { ok: false, reason: isMalformed ? 'malformed' : 'refused' };
  });
}

async function writeTotp(
  parts: AccountParts,
  attempt: CountedAttempt,
  userId: string,
  addition: Addition,
): Promise<AddTotpResult> {
  const { store, tell } = parts;
  let isFirst = false;
  const changed = await changeAccount(store, userId, (account) => {
    const decision = withTotp(parts, account, addition);
    if ('isFirst' in decision) ({ isFirst } = decision);
    return decision;
  });
  if (!changed.ok) {
    const { refusal } = changed;
    const isGone = refusal === 'missing' || refusal === 'taken';
    tellRefusal(parts, attempt, isGone ? 'unknown-account' : refusal);
    return { ok: false, reason: 'refused' };
  }
  const { caller } = attempt;
  await forgetStrangers(parts, { account: changed.account, authenticator: 'totp', caller });
  tell({ action: 'add-totp', outcome: 'success', userId }, caller);
  const user = userOf(changed.account, parts.keys);
  return { ok: true, user, recoveryCodes: isFirst ? addition.codes.codes : [] };
}

/** In the place of the one that there is, if any. */
function withTotp(
  { keys, clock }: AccountParts,
  account: Account,
  { secret, step, codes }: Addition,
): (Decision<never> & { readonly isFirst: boolean }) | { readonly refusal: AddRefusal } {
  const { userId, status, totp } = account;
  if (status !== 'active') return { refusal: 'not-active' };
  // The same secret again, as from a form that was sent twice: its code is used up.
  const isSame = totp !== null && openTotpSecret(keys, userId, totp.secret)?.secret === secret;
  if (isSame && step <= totp.lastStep) return { refusal: 'used-code' };
  const now = clock.now();
  const sealed = sealTotpSecret(keys, userId, secret);
  const record = { secret: sealed, addedAt: now, lastStep: step, closedAt: null };
  const added = { ...account, totp: record };
  const { account: to, isFirst } = withSecondFactor(account, added, { hashes: codes.hashes, now });
  return { to, isFirst };
}

type AddRefusal = Extract<AccountRefusal, 'not-active' | 'used-code'>;

/** As `Accounts.removeTotp` says. */
export async function removeAccountTotp(
  { store, keys, tell }: AccountParts,
  userId: string,
  caller: Caller = {},
): Promise<RemoveTotpResult> {
  const changed = await changeAccount<'no-totp' | 'password-too-short'>(store, userId, (account) =>
    account.totp === null
      ? { refusal: 'no-totp' }
      : withoutSecondFactor({ ...account, totp: null }),
  );
  if (changed.ok) {
    tell({ action: 'remove-totp', outcome: 'success', userId }, caller);
    return { ok: true, user: userOf(changed.account, keys), removed: true };
  }
  const { refusal } = changed;
  if (refusal === 'no-totp') {
    const account = await findAccount(store, userId);
    if (account !== null) return { ok: true, user: userOf(account, keys), removed: false };
  }
  if (refusal !== 'password-too-short') return { ok: false, reason: 'missing' };
  tell({ action: 'remove-totp', outcome: 'refused', reason: refusal, userId }, caller);
  return { ok: false, reason: refusal };
}
