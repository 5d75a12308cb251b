// Using a recovery code: it is found and taken away in one compare-and-swap, so it is good once, however
// many try it at the same time (G81; ASVS 6.5.1).

import { changeAccount, findAccount, type Decision } from './account-change.js';
import type { AccountRefusal } from './account-events.js';
import type { AccountParts } from './account-parts.js';
import type { Account } from './account.js';
import type { Caller } from './caller.js';
import { countAttempt, tellRefusal } from './counted-attempt.js';
import type { ProofResult } from './proof-result.js';
import { countReadable, findRecoveryCode } from './recovery-codes.js';
import type { CodeInput } from './totp-verification.js';
import { userOf } from './user.js';

/** As `Accounts.useRecoveryCode` says. */
export async function useAccountRecoveryCode(
  parts: AccountParts,
  userId: string,
  input: CodeInput,
  caller: Caller = {},
): Promise<ProofResult> {
  const attempt = {
    action: 'use-recovery-code',
    authenticator: 'recovery-code',
    account: await findAccount(parts.store, userId),
    caller,
  } as const;
  return countAttempt(parts, attempt, async (failures) => {
    const changed = await changeAccount(parts.store, userId, (account) =>
      takeCode(parts, account, input.code),
    );
    if (!changed.ok) {
      const { refusal } = changed;
      const isGone = refusal === 'missing' || refusal === 'taken';
      tellRefusal(parts, attempt, isGone ? 'unknown-account' : refusal);
      return { ok: false, reason: 'refused' };
    }
    parts.tell({ action: 'use-recovery-code', outcome: 'success', userId }, caller);
    return {
      ok: true,
      user: userOf(changed.account, parts.keys),
      ...(failures === 0 ? {} : { failures }),
    };
  });
}

type CodeRefusal = Extract<
  AccountRefusal,
  'not-active' | 'no-recovery-codes' | 'wrong-code' | 'unreadable-secret'
>;

function takeCode({ keys }: AccountParts, account: Account, code: string): Decision<CodeRefusal> {
  const { userId, recoveryCodes, status } = account;
  if (status !== 'active') return { refusal: 'not-active' };
  if (recoveryCodes === null) return { refusal: 'no-recovery-codes' };
  const position = findRecoveryCode(keys, userId, recoveryCodes.hashes, code);
  if (position === undefined) {
    const isReadable = countReadable(keys, recoveryCodes.hashes) === recoveryCodes.hashes.length;
    return { refusal: isReadable ? 'wrong-code' : 'unreadable-secret' };
  }
  const hashes = recoveryCodes.hashes.filter((_, index) => index !== position);
  return { to: { ...account, recoveryCodes: { ...recoveryCodes, hashes } } };
}
