// Whether a password may be set: by the policy, and by the screen where there is one. Not the hashing.

import type { AccountParts } from './account-parts.js';
import type { Account } from './account.js';
import type { Caller } from './caller.js';
import type { PasswordRefused, Throttled } from './counted-attempt.js';
import { countNewPassword, type NewPasswordRequest } from './counted-request.js';
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

/** What is asked of a password that is not judged yet. */
export interface NewPasswordTry {
  /** As it was typed. */
  readonly typed: string;
  /** Whose it shall be. */
  readonly account: Account;
  /** How the try is counted, once the policy takes it. */
  readonly request: NewPasswordRequest;
}

/** By the policy, and then, counted, by the screen. */
export async function checkNewPassword(
  parts: AccountParts,
  { typed, account, request }: NewPasswordTry,
): Promise<NewPasswordCheck | Throttled> {
  const check = judgeNewPassword(parts, typed, account);
  if (!check.ok) return check;
  const throttled = await countNewPassword(parts, request);
  return throttled ?? screenNewPassword(parts, check, account, request.caller);
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
  { screen, clock, tell }: AccountParts,
  check: Extract<NewPasswordCheck, { ok: true }>,
  account: Account,
  caller: Caller,
): Promise<NewPasswordCheck> {
  if (screen === undefined) return check;
  const answer = await askScreen(screen, check.password, clock);
  if (answer === 'unavailable') {
    // The local list has been asked, and nobody is kept from registering by somebody else's outage (G31).
    tell({ action: 'screen-password', outcome: 'failed', userId: account.userId }, caller);
  }
  if (answer !== 'known') return check;
  const message = PASSWORD_REFUSALS.common;
  return { ok: false, reason: 'password-refused', refusal: 'common', message };
}
