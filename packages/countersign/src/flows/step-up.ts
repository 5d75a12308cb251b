// Step-up: before something that a stolen session must not do, the person proves anew who they are, with
// everything that a sign-in would ask for (ASVS 7.5.1, 7.5.2; A44). Each proof makes a new session (7.2.4).

import { findAccount } from '../accounts/account-change.js';
import type { AccountAction } from '../accounts/account-events.js';
import type { Account } from '../accounts/account.js';
import { verifyAccountPassword } from '../accounts/password-verification.js';
import type { ProofResult } from '../accounts/proof-result.js';
import { useAccountRecoveryCode } from '../accounts/recovery-code-use.js';
import { secondFactorsOf } from '../accounts/second-factors.js';
import { verifyAccountTotp } from '../accounts/totp-verification.js';
import { CountersignError } from '../errors.js';
import { isFresh, type FreshnessOptions } from '../session/freshness.js';
import type { Factor } from '../session/record.js';
import type { FactorKind } from './assurance.js';
import { isComplete, type Prove } from './entrance.js';
import { callerOf, type FlowParts } from './flow-parts.js';
import type { ChangedMeanwhile, NotSignedIn, Proof, StepUpNeeded } from './outcome.js';
import { tellRefused } from './refused-event.js';
import type { Visit } from './visit.js';

/** A session, as far as its proofs go. */
export interface WithFactors {
  readonly factors: readonly Factor[];
}

/** @throws CountersignError `step-up-required` (401) when it is not */
export function requireFresh(
  parts: Pick<FlowParts, 'sessions'>,
  session: WithFactors,
  options: FreshnessOptions<FactorKind> = {},
): void {
  if (isFresh(session.factors, options, parts.sessions)) return;
  throw new CountersignError('step-up-required', 'This needs a fresh proof of who the user is.');
}

/** How much a sensitive action asks for. */
export type StepUpPurpose =
  /** Everything that a sign-in asks for: addresses, password, factors, deleting (ASVS 7.5.1). */
  | 'credentials'
  /** One factor: ending other sessions (ASVS 7.5.2). */
  | 'sessions';

/** The account of a visit, if it may go on; otherwise what stands in the way. */
export type Cleared = { readonly ok: true; readonly account: Account } | Barred;

/** What stands in the way of a change of one's own account. */
export type Barred = NotSignedIn | StepUpNeeded;

/**
 * The account of who is signed in; `null` for a visitor, and when it is not active any more. A session
 * of such an account is left over from an ending that failed in the middle: then it is ended now.
 */
export async function findSignedIn(
  { accounts, sessions }: Pick<FlowParts, 'accounts' | 'sessions'>,
  { session: { userId } }: Visit,
): Promise<Account | null> {
  const account = userId === null ? null : await findAccount(accounts.store, userId);
  if (account === null || account.status === 'active') return account;
  await sessions.endUser(account.userId);
  return null;
}

export interface StepUpCheckInput {
  readonly purpose: StepUpPurpose;
  /**
   * What the form that follows asks for and a flow checks, such as the current password: it counts as
   * proved. Default nothing.
   */
  readonly given?: readonly FactorKind[];
}

/**
 * Lets a sensitive verb go on, or tells of it as refused for want of a fresh proof (ASVS 16.3.2). Of who
 * is not signed in nothing is told: strangers could fill the trail with it.
 */
export async function clear(
  parts: FlowParts,
  visit: Visit,
  action: AccountAction,
  { purpose = 'credentials', given = [] }: Partial<StepUpCheckInput> = {},
): Promise<Cleared> {
  const cleared = await lookAtProofs(parts, visit, { purpose, given });
  const { userId } = visit.session;
  if (!cleared.ok && cleared.reason === 'step-up')
    tellRefused(parts, visit, { action, reason: 'step-up-needed', userId });
  return cleared;
}

/** Finds the account of who is signed in, and looks whether the proofs of its session are fresh enough. */
export async function lookAtProofs(
  { accounts, sessions }: FlowParts,
  visit: Visit,
  { purpose, given = [] }: StepUpCheckInput,
): Promise<Cleared> {
  const { factors } = visit.session;
  const account = await findSignedIn({ accounts, sessions }, visit);
  if (account === null) return { ok: false, reason: 'not-signed-in' };
  const now = sessions.clock.now();
  const { freshness } = sessions.policy;
  const proved = factors.filter(({ at }) => now < at + freshness).map(({ kind }) => kind);
  const fresh = [...proved, ...given];
  const isEnough = purpose === 'sessions' ? fresh.length > 0 : isComplete(account, fresh);
  if (!isEnough) return { ok: false, reason: 'step-up', proofs: missingProofs(account, fresh) };
  return (await isStillIn(visit)) ? { ok: true, account } : { ok: false, reason: 'not-signed-in' };
}

/**
 * Whether the session of this request is there still, asked of the store. A request was checked when its
 * head came, and whoever sends its body slowly decides when the verb begins: by then somebody may have
 * ended the session (README, promise 1). Asked again after slow work, right before a write.
 */
export async function isStillIn({ session }: Visit): Promise<boolean> {
  return (await session.list()).some(({ current }) => current);
}

/**
 * What may be asked for next: the first factor, then a second one that is not among the fresh ones. A
 * passkey is both at once, so it is offered at any time.
 */
function missingProofs(account: Account, fresh: readonly string[]): readonly Proof[] {
  const second = secondFactorsOf(account).filter((kind) => !fresh.includes(kind));
  const first = firstProofOf(account);
  // Whatever it was that was proved, only the first factor and a second one are two steps.
  if (fresh.includes(first)) return second;
  return [first, ...second.filter((kind) => kind === 'passkey' || fresh.length > 0)];
}

function firstProofOf({ password, identities }: Account): Proof {
  if (password !== null) return 'password';
  return identities.length > 0 ? 'provider' : 'email';
}

export type StepUpOutcome =
  | { readonly ok: true }
  | Exclude<ProofResult, { ok: true }>
  | NotSignedIn
  | ChangedMeanwhile;

export function stepUpWithPassword(
  parts: FlowParts,
  visit: Visit,
  { password }: { readonly password: string },
): Promise<StepUpOutcome> {
  return stepUp(parts, visit, 'password', (userId, caller) =>
    verifyAccountPassword(parts.accounts, { userId, password }, caller),
  );
}

export function stepUpWithTotp(
  parts: FlowParts,
  visit: Visit,
  { code }: { readonly code: string },
): Promise<StepUpOutcome> {
  return stepUp(parts, visit, 'totp', (userId, caller) =>
    verifyAccountTotp(parts.accounts, userId, { code }, caller),
  );
}

export function stepUpWithRecoveryCode(
  parts: FlowParts,
  visit: Visit,
  { code }: { readonly code: string },
): Promise<StepUpOutcome> {
  return stepUp(parts, visit, 'recovery-code', (userId, caller) =>
    useAccountRecoveryCode(parts.accounts, userId, { code }, caller),
  );
}

/** Notes a new proof of who is signed in. */
export async function stepUp(
  parts: FlowParts,
  visit: Visit,
  expected: FactorKind,
  prove: Prove,
): Promise<StepUpOutcome> {
  const { userId } = visit.session;
  if (userId === null) return { ok: false, reason: 'not-signed-in' };
  const attempt = await visit.session.beginSignIn(userId);
  const account = await findAccount(parts.accounts.store, userId);
  const caller = callerOf(parts, visit, account ?? undefined);
  const proved = await prove(userId, caller);
  if (!proved.ok) return proved;
  const { factor = expected } = proved;
  const renewed = await visit.session.reauthenticate({ factors: [factor], attempt });
  const outcome = renewed.ok ? 'success' : 'refused';
  parts.accounts.tell({ action: 'step-up', outcome, userId, factors: [factor] }, caller);
  return renewed.ok ? { ok: true } : { ok: false, reason: 'changed-meanwhile' };
}
