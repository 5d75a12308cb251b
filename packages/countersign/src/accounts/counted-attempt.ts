// What the verbs of accounts share: their parts, and the frame in which each attempt runs. It is counted
// before any work is done (G47) and refused while the throttle says so, on every path alike (G52).

import type { Clock } from '../clock.js';
import type {
  AccountAction,
  AccountEvent,
  AccountListener,
  RefusedEvent,
} from './account-events.js';
import type { AccountStore } from './account-store.js';
import type { PasswordHasher } from './password-hasher.js';
import type { PasswordPolicy, PasswordRefusal } from './password-policy.js';
import type { Throttle } from './throttle.js';

export interface AccountParts {
  readonly store: AccountStore;
  readonly hasher: PasswordHasher;
  readonly policy: PasswordPolicy;
  readonly throttle: Throttle;
  readonly clock: Clock;
  readonly on: Required<AccountListener>;
}

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
  /** The canonical name that is tried, when it is one. */
  readonly account: string | undefined;
  readonly address: string | undefined;
}

/**
 * Runs `judge` if the throttle lets it. A result that is `ok` ends the account's failures; one that is
 * not stays counted; an error is nobody's guess and is taken back.
 */
export async function countAttempt<Result extends { readonly ok: boolean }>(
  { throttle, on, clock }: AccountParts,
  { action, account, address }: CountedAttempt,
  judge: () => Promise<Result>,
): Promise<Result | Throttled> {
  const decision = await throttle.begin({
    ...(account === undefined ? {} : { account }),
    ...(address === undefined ? {} : { address }),
  });
  if (!decision.ok) {
    const event = { userId: null, address: address ?? null, at: clock.now() };
    on.refused({ action, reason: 'throttled', ...event });
    return { ok: false, reason: 'throttled', retryAfterMs: decision.retryAfterMs };
  }
  const result = await judge().catch(async (error: unknown) => {
    await decision.attempt.withdraw();
    throw error;
  });
  if (result.ok) await decision.attempt.succeed();
  return result;
}

/** The fields that every event has. */
export function eventOf(
  { clock }: AccountParts,
  userId: string,
  address: string | undefined,
): AccountEvent {
  return { userId, address: address ?? null, at: clock.now() };
}

/** Tells the listener of a refusal. */
export function tellRefusal(
  { on, clock }: AccountParts,
  { action, address }: CountedAttempt,
  reason: RefusedEvent['reason'],
  userId: string | null,
): void {
  on.refused({ action, reason, userId, address: address ?? null, at: clock.now() });
}
