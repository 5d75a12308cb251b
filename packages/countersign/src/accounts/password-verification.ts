// Verifying the password that somebody signs in with: equal work and an equal answer for a name that
// nobody has (G10, G48), and a better hash where today's parameters would make one (G4).

import { readAccountName } from './account-name.js';
import {
  countAttempt,
  eventOf,
  tellRefusal,
  type AccountParts,
  type Throttled,
} from './counted-attempt.js';
import { judgePassword, type PasswordJudgement } from './password-judgement.js';
import { readPassword } from './password-text.js';
import { userOf, type User } from './user.js';

export interface VerifyInput {
  /** As it was typed. */
  readonly name: string;
  /** As it was typed. */
  readonly password: string;
  /** The client's address, for the throttle and the log. */
  readonly address?: string;
}

export type VerifyResult =
  | { readonly ok: true; readonly user: User }
  /** Name or password is wrong, or the account cannot sign in: which one, nobody is told (G48). */
  | { readonly ok: false; readonly reason: 'refused' }
  /** No password is like this: too long or ill-formed. Answer 400. Nothing was counted or hashed (G8). */
  | { readonly ok: false; readonly reason: 'malformed' }
  | Throttled;

/** As `Accounts.verifyPassword` says. */
export async function verifyAccountPassword(
  parts: AccountParts,
  { name: typed, password, address }: VerifyInput,
): Promise<VerifyResult> {
  const reading = readPassword(password);
  if (!reading.ok) return { ok: false, reason: 'malformed' };
  const name = readAccountName(typed);
  // A text that cannot be a name is no account's, but it is one of this client's guesses.
  const account = name.ok ? name.canonicalName : undefined;
  const attempt = { action: 'verify-password', account, address } as const;
  return countAttempt(parts, attempt, async () => {
    const found = account === undefined ? null : await parts.store.findByName(account);
    const judgement = await judgePassword(found, reading.password, parts.hasher);
    if (!judgement.ok) {
      tellRefusal(parts, attempt, judgement.reason, found?.userId ?? null);
      return { ok: false, reason: 'refused' };
    }
    const { userId } = judgement.account;
    if (judgement.needsRehash) {
      await rehash(parts, judgement, reading.password).catch((cause: unknown) =>
        parts.on.rehashFailed({ ...eventOf(parts, userId, address), cause }),
      );
    }
    parts.on.passwordVerified(eventOf(parts, userId, address));
    return { ok: true, user: userOf(judgement.account) };
  });
}

/** Lets a concurrent change of the password win. The person's choice stays as old as it is. */
async function rehash(
  { store, hasher }: AccountParts,
  { account, record }: Extract<PasswordJudgement, { ok: true }>,
  password: string,
): Promise<void> {
  const phc = await hasher.hash(password);
  const to = { phc, changedAt: record.changedAt };
  await store.setPassword(account.userId, to, { ifVersion: record.version });
}
