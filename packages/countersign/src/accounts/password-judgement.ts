// Whether a password opens an account, with the work of one hash whether or not there is an account, it
// is active and it has a password (G10). Knows no throttle, no names and no events.

import type { RefusedEvent } from './account-events.js';
import type { Account, PasswordRecord } from './account-store.js';
import type { PasswordHasher } from './password-hasher.js';

export type PasswordJudgement =
  | {
      readonly ok: true;
      readonly account: Account;
      readonly record: PasswordRecord;
      readonly needsRehash: boolean;
    }
  | {
      readonly ok: false;
      /** For the log. */
      readonly reason: Exclude<RefusedEvent['reason'], 'name-taken' | 'throttled'>;
    };

/**
 * @param password as `readPassword` gives it
 * @throws CountersignError `hasher-busy`
 */
export async function judgePassword(
  account: Account | null,
  password: string,
  hasher: PasswordHasher,
): Promise<PasswordJudgement> {
  const record = account?.status === 'active' ? account.password : null;
  const verification = await hasher.verify(record?.phc, password);
  if (account === null) return { ok: false, reason: 'unknown-account' };
  if (account.status !== 'active') return { ok: false, reason: 'not-active' };
  if (record === null) return { ok: false, reason: 'no-password' };
  if (verification.match)
    return { ok: true, account, record, needsRehash: verification.needsRehash };
  const reason = verification.reason === 'unreadable' ? 'unreadable-hash' : 'wrong-password';
  return { ok: false, reason };
}
