// Signing in and step-up by a passkey: alone, as the second factor of a sign-in that waits, or as another
// proof of who is signed in. Each half takes one request; what is between them is in passkey-ceremony.

import { findAccountByKey } from '../accounts/account-change.js';
import type { Caller } from '../accounts/caller.js';
import type { Throttled } from '../accounts/counted-attempt.js';
import { countFromNetwork } from '../accounts/counted-request.js';
import { passkeyKey } from '../accounts/passkey-record.js';
import type { PasskeyCeremonies, PasskeyRequestOptions } from '../accounts/passkeys.js';
import type { ProofResult } from '../accounts/proof-result.js';
import { userOf } from '../accounts/user.js';
import { isFresh } from '../session/freshness.js';
import { enter, type ProvedFactor } from './entrance.js';
import { callerOf, type FlowParts } from './flow-parts.js';
import type {
  ChangedMeanwhile,
  Expired,
  NotSignedIn,
  Refused,
  SecondFactorOutcome,
  SignedIn,
  TooManySessions,
} from './outcome.js';
import { keepCeremony, takeCeremony, type PasskeyCeremony } from './passkey-ceremony.js';
import { provePasskey } from './passkey-proof.js';
import { findWaiting } from './second-factor-wait.js';
import { finishSignIn } from './sign-in.js';
import { tellRefused } from './refused-event.js';
import { findSignedIn, stepUp, type StepUpOutcome } from './step-up.js';
import { wantsRemembering, type Visit } from './visit.js';

export interface PasskeyResponse {
  /** What the browser made of the options, parsed; whatever it is. */
  readonly response: unknown;
}

export interface PasskeySignIn extends PasskeyResponse {
  /** Keep the session when the browser closes, with the longer limits. Default no. */
  readonly remember?: boolean;
}

export interface PasskeyBegun {
  readonly ok: true;
  /** For `navigator.credentials.get`, as JSON. */
  readonly options: PasskeyRequestOptions;
}

/** The account has none. */
export interface NoPasskey {
  readonly ok: false;
  readonly reason: 'no-passkey';
}

export type PasskeySignInOutcome =
  | SignedIn
  | Refused
  | Expired
  | ChangedMeanwhile
  | TooManySessions
  | Throttled;

/** For credential ids that nobody has, so that they take the same steps as others (G48). */
const NOBODY = 'nobody';

/** As `PasskeyFlows.beginSignIn` says. */
export async function beginPasskeySignIn(
  parts: FlowParts,
  ceremonies: PasskeyCeremonies,
  visit: Visit,
): Promise<PasskeyBegun | Throttled> {
  const request = { purpose: 'ceremony', action: 'verify-passkey' } as const;
  const caller = callerOf(parts, visit);
  const throttled = await countFromNetwork(parts.accounts, { ...request, caller });
  if (throttled !== undefined) return throttled;
  const begun = ceremonies.beginAuthentication({ userVerification: 'required' });
  const { options, expectation } = begun;
  await keepCeremony(parts, visit, { purpose: 'sign-in', userId: null, expectation });
  return { ok: true, options };
}

/** As `PasskeyFlows.signIn` says. */
export async function signInWithPasskey(
  parts: FlowParts,
  ceremonies: PasskeyCeremonies,
  visit: Visit,
  input: PasskeySignIn,
): Promise<PasskeySignInOutcome> {
  const { response } = input;
  const remember = wantsRemembering(input);
  const ceremony = await takeCeremony(parts, visit, 'sign-in');
  if (ceremony === undefined) return { ok: false, reason: 'expired' };
  const userId = await findUserId(parts, ceremonies, response);
  const attempt = await visit.session.beginSignIn(userId ?? NOBODY);
  const { expectation } = ceremony;
  const caller = callerOf(parts, visit);
  const answer = { userId, expectation, response, counted: 'network', caller } as const;
  const proved = await provePasskey(parts, ceremonies, answer);
  if (!proved.ok) return proved;
  const { account, factor } = proved;
  const entered = await enter(parts, visit, { account, attempt, factors: [factor], remember });
  if (entered.ok || entered.reason !== 'second-factor') return entered;
  // A passkey without verification never comes here.
  return { ok: false, reason: 'refused' };
}

async function findUserId(
  { accounts }: FlowParts,
  ceremonies: PasskeyCeremonies,
  response: unknown,
): Promise<string | undefined> {
  const claimed = ceremonies.readCredentialId(response);
  if (claimed === undefined) return undefined;
  return (await findAccountByKey(accounts.store, passkeyKey(claimed.id)))?.userId;
}

/** As `PasskeyFlows.beginSecondFactor` says. */
export async function beginPasskeySecondFactor(
  parts: FlowParts,
  ceremonies: PasskeyCeremonies,
  visit: Visit,
): Promise<PasskeyBegun | NoPasskey | Expired> {
  const waiting = await findWaiting(parts, visit);
  if (waiting === undefined) return { ok: false, reason: 'expired' };
  const { userId, passkeys: allow } = waiting.account;
  if (allow.length === 0) return { ok: false, reason: 'no-passkey' };
  // Something else was proved already, so holding the key is enough.
  const begun = ceremonies.beginAuthentication({ allow, userVerification: 'preferred' });
  const { options, expectation } = begun;
  await keepCeremony(parts, visit, { purpose: 'second-factor', userId, expectation });
  return { ok: true, options };
}

/** As `PasskeyFlows.secondFactor` says. */
export async function signInWithSecondPasskey(
  parts: FlowParts,
  ceremonies: PasskeyCeremonies,
  visit: Visit,
  { response }: PasskeyResponse,
): Promise<SecondFactorOutcome> {
  const ceremony = await takeCeremony(parts, visit, 'second-factor');
  const waiting = await findWaiting(parts, visit);
  // The sign-in that waits may be another one by now, of somebody else.
  if (ceremony === undefined || ceremony.userId !== waiting?.account.userId)
    return { ok: false, reason: 'expired' };
  return finishSignIn(parts, visit, 'passkey', (userId, caller) =>
    proveOwn(parts, ceremonies, { userId, ceremony, response, caller }),
  );
}

/** As `PasskeyFlows.beginStepUp` says. */
export async function beginPasskeyStepUp(
  parts: FlowParts,
  ceremonies: PasskeyCeremonies,
  visit: Visit,
): Promise<PasskeyBegun | NoPasskey | NotSignedIn> {
  const { session } = visit;
  const account = await findSignedIn(parts, visit);
  if (account === null) return { ok: false, reason: 'not-signed-in' };
  const { userId, passkeys: allow } = account;
  if (allow.length === 0) return { ok: false, reason: 'no-passkey' };
  const userVerification = isFresh(session.factors, {}, parts.sessions) ? 'preferred' : 'required';
  const { options, expectation } = ceremonies.beginAuthentication({ allow, userVerification });
  await keepCeremony(parts, visit, { purpose: 'step-up', userId, expectation });
  return { ok: true, options };
}

/** As `PasskeyFlows.stepUp` says. */
export async function stepUpWithPasskey(
  parts: FlowParts,
  ceremonies: PasskeyCeremonies,
  visit: Visit,
  { response }: PasskeyResponse,
): Promise<StepUpOutcome | Expired> {
  const ceremony = await takeCeremony(parts, visit, 'step-up');
  const { userId: owner } = visit.session;
  if (owner === null) return { ok: false, reason: 'not-signed-in' };
  if (ceremony === undefined || ceremony.userId !== owner) {
    const reason = ceremony === undefined ? 'expired' : 'other-account';
    tellRefused(parts, visit, { action: 'step-up', reason, userId: owner });
    return { ok: false, reason: 'expired' };
  }
  return stepUp(parts, visit, 'passkey', (userId, caller) =>
    proveOwn(parts, ceremonies, { userId, ceremony, response, caller }),
  );
}

/** Proves that it is this user, who is known already. */
async function proveOwn(
  parts: FlowParts,
  ceremonies: PasskeyCeremonies,
  { userId, ceremony, response, caller }: OwnResponse,
): Promise<ProofResult & ProvedFactor> {
  const { expectation } = ceremony;
  const answer = { userId, expectation, response, counted: 'account', caller } as const;
  const proved = await provePasskey(parts, ceremonies, answer);
  if (!proved.ok) return proved;
  const { account, factor } = proved;
  return { ok: true, user: userOf(account, parts.accounts.keys), factor };
}

interface OwnResponse extends PasskeyResponse {
  readonly userId: string;
  readonly ceremony: PasskeyCeremony;
  readonly caller: Caller;
}
