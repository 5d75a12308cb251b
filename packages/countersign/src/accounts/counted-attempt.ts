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
import type { AttemptBy } from './throttle-counters.js';
import type { Attempt, Throttle } from './throttle.js';

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
  /** What is proved, if it is no password. */
  readonly authenticator?: string | undefined;
  /** A known device of the account. */
  readonly device?: string | undefined;
}

/** Where the count stands with this attempt, should it fail. */
export interface FailureCount {
  readonly failures: number;
  /** Whether the authenticator is to be closed then (G40). */
  readonly closes: boolean;
}

/**
 * Runs `judge` if the throttle lets it. A result that is `ok` ends the account's failures; one that is
 * not stays counted; an error is nobody's guess and is taken back.
 */
export async function countAttempt<Result extends { readonly ok: boolean }>(
  { throttle, on, clock }: AccountParts,
  { action, ...by }: CountedAttempt,
  judge: (count: FailureCount) => Promise<Result>,
): Promise<Result | Throttled> {
  const decision = await throttle.begin(onlyGiven(by));
  if (!decision.ok) {
    const event = { userId: null, address: by.address ?? null, at: clock.now() };
    on.refused({ action, reason: 'throttled', ...event });
    return { ok: false, reason: 'throttled', retryAfterMs: decision.retryAfterMs };
  }
  const { attempt, failures, closes } = decision;
  const result = await judge({ failures, closes }).catch(async (error: unknown) => {
    await withdraw(attempt);
    throw error;
  });
  if (result.ok) await attempt.succeed();
  return result;
}

/** If that fails too, the attempt stays counted. The error that came first says more. */
async function withdraw(attempt: Attempt): Promise<void> {
  try {
    await attempt.withdraw();
  } catch {
    // As said above.
  }
}

function onlyGiven({
  account,
  address,
  authenticator,
  device,
}: Omit<CountedAttempt, 'action'>): AttemptBy {
  return {
    ...(account === undefined ? {} : { account }),
    ...(address === undefined ? {} : { address }),
    ...(authenticator === undefined ? {} : { authenticator }),
    ...(device === undefined ? {} : { device }),
  };
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
