// Whether a password opens an account, with the work of one hash whether or not there is an account, it
// is active and it has a password (G10). Knows no throttle, no names and no events.

import type { Account, PasswordRecord } from './account.js';
import type { AccountRefusal } from './account-events.js';
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
      readonly reason: AccountRefusal;
    };

export interface PasswordAttempt {
  /** As `readPassword` gives it. */
  readonly password: string;
  /** The id of a device on which this account has signed in before. */
  readonly device?: string | undefined;
}

/** @throws CountersignError `hasher-busy` */
export async function judgePassword(
  account: Account | null,
  { password, device }: PasswordAttempt,
  hasher: PasswordHasher,
): Promise<PasswordJudgement> {
  const record = account?.status === 'active' ? account.password : null;
  const verification = await hasher.verify(record?.phc, password);
  if (account === null) return { ok: false, reason: 'unknown-account' };
  if (account.status !== 'active') return { ok: false, reason: 'not-active' };
  if (record === null) return { ok: false, reason: 'no-password' };
  if (!verification.match) {
    const reason = verification.reason === 'unreadable' ? 'unreadable-hash' : 'wrong-password';
    return { ok: false, reason };
  }
  if (isClosedTo(record, device)) return { ok: false, reason: 'closed' };
  return { ok: true, account, record, needsRehash: verification.needsRehash };
}

/** Closed to strangers only, it still opens on a device of its owner (G40, G46). */
function isClosedTo({ closed }: PasswordRecord, device: string | undefined): boolean {
  return closed !== null && (closed.to === 'everyone' || device === undefined);
}
