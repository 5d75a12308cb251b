// Changing a password by someone who knows the current one (G36, ASVS 6.2.2, 6.2.3). What happens to
// the sessions of the account is for flows.

import { CountersignError } from '../errors.js';
import {
  countAttempt,
  eventOf,
  tellRefusal,
  type AccountParts,
  type CountedAttempt,
  type PasswordRefused,
} from './counted-attempt.js';
import { judgePassword } from './password-judgement.js';
import { readPassword } from './password-text.js';
import type { VerifyResult } from './password-verification.js';
import { userOf } from './user.js';

export interface ChangeInput {
  /** The password that is valid now, as it was typed. */
  readonly current: string;
  /** The one to set, as it was typed. */
  readonly next: string;
  /** The client's address, for the throttle and the log. */
  readonly address?: string;
}

/** `refused`: the current password is wrong, or the account is not one that can sign in. */
export type ChangeResult = VerifyResult | PasswordRefused;

/** A lost race is another change or a rehash; three in a row are no accident. */
const TRIES = 3;

/** As `Accounts.changePassword` says. */
export async function changeAccountPassword(
  parts: AccountParts,
  userId: string,
  { current, next, address }: ChangeInput,
): Promise<ChangeResult> {
  const reading = readPassword(current);
  if (!reading.ok) return { ok: false, reason: 'malformed' };
  const found = await parts.store.findById(userId);
  const check = parts.policy.check(next, { context: found === null ? [] : [found.name] });
  if (!check.ok) {
    return { ok: false, reason: 'password-refused', refusal: check.reason, message: check.message };
  }
  const attempt = { action: 'change-password', account: found?.canonicalName, address } as const;
  return countAttempt(parts, attempt, async () => {
    for (let tries = 0; tries < TRIES; tries += 1) {
      const result = await replacePassword(parts, attempt, userId, {
        current: reading.password,
        next: check.password,
      });
      if (result !== undefined) return result;
    }
    throw new CountersignError('update-contended', 'The password is being changed all the time.');
  });
}

/**
 * Judges and replaces once. `undefined` when somebody else wrote meanwhile: then everything is read
 * and judged anew, since it is the password set meanwhile that has to be known.
 */
async function replacePassword(
  parts: AccountParts,
  attempt: CountedAttempt,
  userId: string,
  { current, next }: { readonly current: string; readonly next: string },
): Promise<VerifyResult | undefined> {
  const { store, hasher, clock, on } = parts;
  const judgement = await judgePassword(await store.findById(userId), current, hasher);
  if (!judgement.ok) {
    tellRefusal(parts, attempt, judgement.reason, userId);
    return { ok: false, reason: 'refused' };
  }
  const { account, record } = judgement;
  const to = { phc: await hasher.hash(next), changedAt: clock.now() };
  const written = await store.setPassword(userId, to, { ifVersion: record.version });
  if (written !== 'ok') return undefined;
  on.passwordChanged(eventOf(parts, userId, attempt.address));
  const password = { ...to, version: record.version + 1 };
  return { ok: true, user: userOf({ ...account, password }) };
}
