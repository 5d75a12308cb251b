// Verifying a code of an authenticator app. Each code opens one thing once, however many try it at the
// same time: the step it belongs to is used up by compare-and-swap of the account (ASVS 6.5.1).

import { changeAccount, findAccount, type Decision } from './account-change.js';
import type { AccountRefusal } from './account-events.js';
import type { AccountParts } from './account-parts.js';
import type { Account } from './account.js';
import type { Caller } from './caller.js';
import { countAttempt, tellRefusal } from './counted-attempt.js';
import type { ProofResult } from './proof-result.js';
import { openTotpSecret, sealTotpSecret } from './sealed-secret.js';
import { judgeTotp } from './totp.js';
import { userOf } from './user.js';

export interface CodeInput {
  /** As it was typed. */
  readonly code: string;
}

/** As `Accounts.verifyTotp` says. */
export async function verifyAccountTotp(
  parts: AccountParts,
  userId: string,
  input: CodeInput,
  caller: Caller = {},
): Promise<ProofResult> {
  const attempt = {
    action: 'verify-totp',
    authenticator: 'totp',
    account: await findAccount(parts.store, userId),
    caller,
  } as const;
  return countAttempt(parts, attempt, async (failures) => {
    const changed = await changeAccount(parts.store, userId, (account) =>
      useCode(parts, account, input.code),
    );
    if (!changed.ok) {
      const reason = changed.refusal === 'taken' ? 'unknown-account' : changed.refusal;
      tellRefusal(parts, attempt, reason === 'missing' ? 'unknown-account' : reason);
      return { ok: false, reason: reason === 'malformed-code' ? 'malformed' : 'refused' };
    }
    parts.tell({ action: 'verify-totp', outcome: 'success', userId }, caller);
    return {
      ok: true,
      user: userOf(changed.account, parts.keys),
      ...(failures === 0 ? {} : { failures }),
    };
  });
}

type CodeRefusal = Extract<
  AccountRefusal,
  | 'not-active'
  | 'no-totp'
  | 'closed'
  | 'unreadable-secret'
  | 'malformed-code'
  | 'used-code'
  | 'wrong-code'
>;

/** The account with the code's step used up, and its secret sealed by the newest key. */
function useCode(
  { keys, clock }: AccountParts,
  account: Account,
  code: string,
): Decision<CodeRefusal> {
  const { userId, totp, status } = account;
  if (status !== 'active') return { refusal: 'not-active' };
  if (totp === null) return { refusal: 'no-totp' };
  if (totp.closedAt !== null) return { refusal: 'closed' };
  const opened = openTotpSecret(keys, userId, totp.secret);
  if (opened === undefined) return { refusal: 'unreadable-secret' };
  const judged = judgeTotp(opened.secret, code, { now: clock.now(), lastStep: totp.lastStep });
  if (!judged.ok) return { refusal: REFUSALS[judged.reason] };
  const secret = opened.olderKey ? sealTotpSecret(keys, userId, opened.secret) : totp.secret;
  return { to: { ...account, totp: { ...totp, secret, lastStep: judged.step } } };
}

const REFUSALS = {
  malformed: 'malformed-code',
  used: 'used-code',
  wrong: 'wrong-code',
} as const;
