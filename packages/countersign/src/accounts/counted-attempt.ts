// The frame in which every attempt to prove something runs: counted before any work is done (G47), and
// refused while the throttle says so, on every path alike (G52).

import type { AccountAction, AccountRefusal } from './account-events.js';
import type { AccountParts } from './account-parts.js';
import type { Account } from './account.js';
import { closeAuthenticator } from './authenticator-closing.js';
import type { Authenticator } from './authenticator.js';
import type { Caller } from './caller.js';
import { throttleDevice, throttleName } from './failure-names.js';
import { settleFailures, type SettledFailures } from './failure-settling.js';
import type { PasswordRefusal } from './password-policy.js';
import type { AttemptBy } from './throttle-counters.js';
import type { Attempt } from './throttle.js';

/** Too many failures. Answer 429 with `Retry-After: ⌈retryAfterMs / 1000⌉` (G54). */
export interface Throttled {
  readonly ok: false;
  readonly reason: 'throttled';
  readonly retryAfterMs: number;
}

/** A new password that the policy does not take. */
export interface PasswordRefused {
  readonly ok: false;
  readonly reason: 'password-refused';
  readonly refusal: PasswordRefusal;
  /** For the person who typed it. */
  readonly message: string;
}

export interface CountedAttempt {
  readonly action: AccountAction;
  readonly authenticator: Authenticator;
  /** The account that is tried, or `null` for one that nobody has. */
  readonly account: Account | null;
  /** What was tried where nobody has it, in its canonical form: it is slowed down alike (G48). */
  readonly unknown?: string;
  readonly caller: Caller;
}

/** How a right proof is settled. */
export interface Settling {
  /**
   * `clears`, the default: the consecutive failures end with it. `keeps`: it is no success yet, as a
   * second factor is still to come (G43).
   */
  readonly failures?: 'clears' | 'keeps';
}

/**
 * Runs `judge` if the throttle lets it. A result that is `ok` ends the account's failures; one that is
 * not stays counted, and closes the authenticator when it was one too many (G40); an error is nobody's
 * guess and is taken back. Once there is a result, nothing that fails afterwards undoes it.
 * @param judge is told how many attempts in a row have failed before this one
 */
export async function countAttempt<
  Result extends { readonly ok: boolean; readonly reason?: string },
>(
  parts: AccountParts,
  counted: CountedAttempt,
  judge: (failures: number) => Promise<Result>,
  settling: Settling = {},
): Promise<Result | Throttled> {
  const decision = await parts.throttle.begin(attemptBy(counted));
  if (!decision.ok) {
    tellRefusal(parts, counted, 'throttled');
    return { ok: false, reason: 'throttled', retryAfterMs: decision.retryAfterMs };
  }
  const { attempt, closes, failures } = decision;
  const result = await judge(Math.max(0, failures - 1)).catch(async (error: unknown) => {
    await withdraw(attempt);
    throw error;
  });
  await settleFailures(parts, whose(counted), () => {
    if (result.ok) return settling.failures === 'keeps' ? attempt.withdraw() : attempt.succeed();
    if (isNoGuess(result.reason)) return attempt.withdraw();
    return closes ? closeAuthenticator(parts, counted) : undefined;
  });
  return result;
}

function whose({ account, caller }: CountedAttempt): SettledFailures {
  return { userId: account?.userId ?? null, caller };
}

/** Nothing was judged, or the proof was right and something else was not. */
function isNoGuess(reason: string | undefined): boolean {
  return ['malformed', 'password-refused', 'expired', 'throttled'].includes(reason ?? '');
}

/** If that fails too, the attempt stays counted. The error that came first says more. */
async function withdraw(attempt: Attempt): Promise<void> {
  try {
    await attempt.withdraw();
  } catch {
    // As said above.
  }
}

function attemptBy({ authenticator, account, unknown, caller }: CountedAttempt): AttemptBy {
  const { address, device } = caller;
  const tried = throttleName(account, unknown);
  const known =
    account === null || device === undefined
      ? {}
      : { device: throttleDevice(account, authenticator, device) };
  return {
    ...(tried === undefined ? {} : { account: tried, authenticator }),
    ...(address === undefined ? {} : { address }),
    ...known,
  };
}

/** Tells the listener of a refusal. */
export function tellRefusal(
  { tell }: AccountParts,
  { action, account, caller }: CountedAttempt,
  reason: AccountRefusal,
): void {
  tell({ action, outcome: 'refused', reason, userId: account?.userId ?? null }, caller);
}
