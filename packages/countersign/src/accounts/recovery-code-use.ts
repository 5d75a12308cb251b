// Using a recovery code: it is found and taken away in one compare-and-swap, so it is good once, however
// many try it at the same time (G81; ASVS 6.5.1).

import type { Decision } from './account-change.js';
import type { AccountRefusal } from './account-events.js';
import type { AccountParts } from './account-parts.js';
import type { Account } from './account.js';
import type { Caller } from './caller.js';
import { proveByCode, type CodeInput, type CodeKind } from './code-proof.js';
import type { ProofResult } from './proof-result.js';
import { countReadable, findRecoveryCode } from './recovery-codes.js';

/** As `Accounts.useRecoveryCode` says. */
export function useAccountRecoveryCode(
  parts: AccountParts,
  userId: string,
  input: CodeInput,
  caller: Caller = {},
): Promise<ProofResult> {
  return proveByCode(parts, userId, caller, KIND, (account) =>
    takeCode(parts, account, input.code),
  );
}

const KIND: CodeKind = { action: 'use-recovery-code', authenticator: 'recovery-code' };

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
