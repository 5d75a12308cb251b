// Verifying the password that somebody signs in with: equal work and an equal answer for a name that
// nobody has (G10, G48), and a better hash where today's parameters would make one (G4).

import { changeAccount, findAccount, findAccountByKey } from './account-change.js';
import { signInKey } from './account-keys.js';
import { readAccountName } from './account-name.js';
import type { Account } from './account.js';
import type { Caller } from './caller.js';
import type { AccountParts } from './account-parts.js';
import { countAttempt, tellRefusal } from './counted-attempt.js';
import { judgePassword, type PasswordJudgement } from './password-judgement.js';
import type { ProofResult } from './proof-result.js';
import { hasSecondFactor } from './second-factors.js';
import { readPassword } from './password-text.js';
import { userOf } from './user.js';

/** Who it shall be, and the password, both as they were typed. */
export type VerifyInput = { readonly password: string } & (
  | { readonly name: string }
  /** For who is signed in already. */
  | { readonly userId: string }
);

/** As `Accounts.verifyPassword` says. */
export async function verifyAccountPassword(
  parts: AccountParts,
  input: VerifyInput,
  caller: Caller = {},
): Promise<ProofResult> {
  const reading = readPassword(input.password);
  if (!reading.ok) return { ok: false, reason: 'malformed' };
  const tried = await findTried(parts, input);
  const attempt = {
    action: 'verify-password',
    authenticator: 'password',
    ...tried,
    caller,
  } as const;
  // With a second factor still to come it is no success yet (G43).
  const hasMore = tried.account !== null && hasSecondFactor(tried.account);
  const settling = { failures: hasMore ? 'keeps' : 'clears' } as const;
  const judge = async (failures: number): Promise<ProofResult> => {
    const { password } = reading;
    const { device } = caller;
    const judgement = await judgePassword(tried.account, { password, device }, parts.hasher);
    if (!judgement.ok) {
      tellRefusal(parts, attempt, judgement.reason);
      return { ok: false, reason: 'refused' };
    }
    const { account } = judgement;
    if (judgement.needsRehash) await rehash(parts, judgement, reading.password, caller);
    parts.tell({ action: 'verify-password', outcome: 'success', userId: account.userId }, caller);
    return { ok: true, user: userOf(account, parts.keys), ...(failures === 0 ? {} : { failures }) };
  };
  return countAttempt(parts, attempt, judge, settling);
}

interface Tried {
  readonly account: Account | null;
  /** What was typed, in its canonical form, where nobody has it. */
  readonly unknown?: string;
}

async function findTried({ store }: AccountParts, input: VerifyInput): Promise<Tried> {
  if ('userId' in input) {
    return { account: await findAccount(store, input.userId) };
  }
  const name = readAccountName(input.name);
  // A text that cannot be a name is no account's, but it is one of this client's guesses.
  if (!name.ok) return { account: null };
  const account = await findAccountByKey(store, signInKey(name.canonicalName));
  return account === null ? { account, unknown: name.canonicalName } : { account };
}

/** Lets a concurrent change of the password win. The person's choice stays as old as it is. */
async function rehash(
  { store, hasher, tell }: AccountParts,
  { account: { userId }, record }: Extract<PasswordJudgement, { ok: true }>,
  password: string,
  caller: Caller,
): Promise<void> {
  try {
    const phc = await hasher.hash(password);
    await changeAccount(store, userId, (account) =>
      account.password?.phc === record.phc
        ? { to: { ...account, password: { ...account.password, phc } } }
        : { refusal: 'changed-meanwhile' },
    );
  } catch (cause) {
    // The password was right. The next sign-in tries again.
    tell({ action: 'rehash-password', outcome: 'failed', userId, cause }, caller);
  }
}
