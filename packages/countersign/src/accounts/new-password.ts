// Whether a password may be set: by the policy, and by the screen where there is one. Not the hashing.

import type { AccountParts } from './account-parts.js';
import type { Account } from './account.js';
import type { Caller } from './caller.js';
import type { PasswordRefused } from './counted-attempt.js';
import { PASSWORD_REFUSALS } from './password-policy.js';
import { askScreen } from './password-screen.js';
import { hasSecondFactor } from './second-factors.js';
import { contextOf } from './user.js';

export type NewPasswordCheck =
  | {
      readonly ok: true;
      /** The form to hash. */
      readonly password: string;
      readonly standsAlone: boolean;
    }
  | PasswordRefused;

/** Of a password that would do beside the second factor that the account had a moment ago (G21). */
export function tooShortAlone({ policy }: AccountParts): PasswordRefused {
  const message = PASSWORD_REFUSALS['too-short'].replace('{least}', String(policy.minLength));
  return { ok: false, reason: 'password-refused', refusal: 'too-short', message };
}

/**
 * @param typed as it was typed
 * @param account whose it shall be
 */
export async function checkNewPassword(
  parts: AccountParts,
  typed: string,
  account: Account,
  caller: Caller,
): Promise<NewPasswordCheck> {
  const check = judgeNewPassword(parts, typed, account);
  return check.ok ? screenNewPassword(parts, check, account, caller) : check;
}

/** By the policy alone, which asks nobody else. */
export function judgeNewPassword(
  { policy }: AccountParts,
  typed: string,
  account: Account,
): NewPasswordCheck {
  const check = policy.check(typed, {
    context: contextOf(account),
    hasSecondFactor: hasSecondFactor(account),
  });
  if (!check.ok) {
    return { ok: false, reason: 'password-refused', refusal: check.reason, message: check.message };
  }
  return check;
}

/** What the policy takes, by the screen. Each call may be a request to somebody else's service. */
export async function screenNewPassword(
  { screen, tell }: AccountParts,
  check: Extract<NewPasswordCheck, { ok: true }>,
  account: Account,
  caller: Caller,
): Promise<NewPasswordCheck> {
  if (screen === undefined) return check;
  const answer = await askScreen(screen, check.password);
  if (answer === 'unavailable') {
    // The local list has been asked, and nobody is kept from registering by somebody else's outage (G31).
    tell({ action: 'screen-password', outcome: 'failed', userId: account.userId }, caller);
  }
  if (answer !== 'known') return check;
  const message = PASSWORD_REFUSALS.common;
  return { ok: false, reason: 'password-refused', refusal: 'common', message };
}
