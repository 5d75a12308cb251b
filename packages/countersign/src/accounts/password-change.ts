// Changing a password by someone who knows the current one (G36, ASVS 6.2.2, 6.2.3). What happens to
// the sessions of the account is for flows.

import { CountersignError } from '../errors.js';
import { changeAccount, findAccount, type Decision } from './account-change.js';
import type { AccountParts } from './account-parts.js';
import type { Account, PasswordRecord } from './account.js';
import type { Caller } from './caller.js';
import {
  countAttempt,
  tellRefusal,
  type CountedAttempt,
  type PasswordRefused,
} from './counted-attempt.js';
import { countNewPassword } from './counted-request.js';
import { forgetStrangers } from './failure-settling.js';
import { newAccount, newPassword } from './new-account.js';
import {
  judgeNewPassword,
  screenNewPassword,
  tooShortAlone,
  type NewPasswordCheck,
} from './new-password.js';
import { judgePassword } from './password-judgement.js';
import { passwordFits } from './second-factor-change.js';
import { readPassword } from './password-text.js';
import type { ProofResult } from './proof-result.js';
import { userOf } from './user.js';

export interface ChangeInput {
  /** The password that is valid now, as it was typed. */
  readonly current: string;
  /** The one to set, as it was typed. */
  readonly next: string;
}

/** `refused`: the current password is wrong, or the account is not one that can sign in. */
export type ChangeResult = ProofResult | PasswordRefused;

type NewPassword = Extract<NewPasswordCheck, { ok: true }>;

/** A lost race is another change; three in a row are no accident. */
const TRIES = 3;

/** As `Accounts.changePassword` says. */
export async function changeAccountPassword(
  parts: AccountParts,
  userId: string,
  input: ChangeInput,
  caller: Caller = {},
): Promise<ChangeResult> {
  const reading = readPassword(input.current);
  if (!reading.ok) return { ok: false, reason: 'malformed' };
  const found = await findAccount(parts.store, userId);
  const check = judgeNewPassword(parts, input.next, found ?? newAccount(0));
  if (!check.ok) return check;
  const attempt = {
    action: 'change-password',
    authenticator: 'password',
    account: found,
    caller,
  } as const;
  return countAttempt(parts, attempt, async () => {
    for (let tries = 0; tries < TRIES; tries += 1) {
      const passwords = { current: reading.password, next: check };
      const result = await replacePassword(parts, attempt, userId, passwords);
      if (result !== undefined) return result;
    }
    throw new CountersignError('update-contended', 'The password is being changed all the time.');
  });
}

/**
 * Judges and replaces once. `undefined` when somebody else set or closed the password meanwhile: then
 * everything is read and judged anew, since it is that one that has to be known, and open.
 */
async function replacePassword(
  parts: AccountParts,
  attempt: CountedAttempt,
  userId: string,
  { current, next }: { readonly current: string; readonly next: NewPassword },
): Promise<ChangeResult | undefined> {
  const { store, hasher, clock, tell } = parts;
  const { device } = attempt.caller;
  const account = await findAccount(store, userId);
  const judgement = await judgePassword(account, { password: current, device }, hasher);
  if (!judgement.ok) {
    tellRefusal(parts, attempt, judgement.reason);
    return { ok: false, reason: 'refused' };
  }
  const { record } = judgement;
  // The screen may ask somebody else, so it is for who knows the current password, and counted.
  const { caller } = attempt;
  const request = { by: `user ${userId}`, userId, action: 'change-password', caller } as const;
  const throttled = await countNewPassword(parts, request);
  if (throttled !== undefined) return throttled;
  const screened = await screenNewPassword(parts, next, judgement.account, caller);
  if (!screened.ok) return screened;
  const phc = await hasher.hash(next.password);
  const hashed = { phc, standsAlone: next.standsAlone };
  const replacement = newPassword(hashed, record, clock.now());
  const changed = await changeAccount(store, userId, (found) =>
    withReplacement(found, record, replacement),
  );
  if (!changed.ok) {
    if (changed.refusal !== 'password-too-short') return undefined;
    tellRefusal(parts, attempt, 'password-too-short');
    return tooShortAlone(parts);
  }
  await forgetStrangers(parts, { account: changed.account, authenticator: 'password', caller });
  tell({ action: 'change-password', outcome: 'success', userId }, caller);
  return { ok: true, user: userOf(changed.account, parts.keys) };
}

function withReplacement(
  found: Account,
  before: PasswordRecord,
  replacement: PasswordRecord,
): Decision<'changed-meanwhile' | 'password-too-short'> {
  const isSame = found.password?.version === before.version;
  // Closed since it was judged, such as by a reset under way: what opened then opens nothing now.
  if (!isSame || found.password?.closed?.to !== before.closed?.to)
    return { refusal: 'changed-meanwhile' };
  // The second factor beside which it was long enough may be gone by now (G21).
  if (!passwordFits(found, replacement)) return { refusal: 'password-too-short' };
  return { to: { ...found, password: replacement } };
}
