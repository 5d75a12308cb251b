// Proving who one is by a code that is good once: it is found and used up in one compare-and-swap of the
// account, so it opens one thing, however many try it at the same time (ASVS 6.5.1).

import { changeAccount, findAccount, type Decision } from './account-change.js';
import type { AccountRefusal } from './account-events.js';
import type { AccountParts } from './account-parts.js';
import type { Account } from './account.js';
import type { Caller } from './caller.js';
import { countAttempt, tellRefusal, type CountedAttempt } from './counted-attempt.js';
import type { ProofResult } from './proof-result.js';
import { userOf } from './user.js';

export interface CodeInput {
  /** As it was typed. */
  readonly code: string;
}

/** What such a code is of. */
export type CodeKind = Pick<CountedAttempt, 'action' | 'authenticator'>;

/** @param use the account with the code used up, or why it is not one */
export async function proveByCode(
  parts: AccountParts,
  userId: string,
  caller: Caller,
  { action, authenticator }: CodeKind,
  use: (account: Account) => Decision<AccountRefusal>,
): Promise<ProofResult> {
  const { store, keys, tell } = parts;
  const attempt = { action, authenticator, account: await findAccount(store, userId), caller };
  return countAttempt(parts, attempt, async (failures) => {
    const changed = await changeAccount(store, userId, use);
    if (!changed.ok) {
      const { refusal } = changed;
      const isGone = refusal === 'missing' || refusal === 'taken';
      tellRefusal(parts, attempt, isGone ? 'unknown-account' : refusal);
      return { ok: false, reason: refusal === 'malformed-code' ? 'malformed' : 'refused' };
    }
    tell({ action, outcome: 'success', userId }, caller);
    const user = userOf(changed.account, keys);
    return { ok: true, user, ...(failures === 0 ? {} : { failures }) };
  });
}
