// Verifying a code of an authenticator app. Each code opens one thing once, however many try it at the
// same time: the step it belongs to is used up by compare-and-swap of the account (ASVS 6.5.1).

import type { Decision } from './account-change.js';
import type { AccountRefusal } from './account-events.js';
import type { AccountParts } from './account-parts.js';
import type { Account } from './account.js';
import type { Caller } from './caller.js';
import { proveByCode, type CodeInput, type CodeKind } from './code-proof.js';
import type { ProofResult } from './proof-result.js';
import { openTotpSecret, sealTotpSecret } from './sealed-secret.js';
import { judgeTotp } from './totp.js';

/** As `Accounts.verifyTotp` says. */
export function verifyAccountTotp(
  parts: AccountParts,
  userId: string,
  input: CodeInput,
  caller: Caller = {},
): Promise<ProofResult> {
  return proveByCode(parts, userId, caller, KIND, (account) => useCode(parts, account, input.code));
}

const KIND: CodeKind = { action: 'verify-totp', authenticator: 'totp' };

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
