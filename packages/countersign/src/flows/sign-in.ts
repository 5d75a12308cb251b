// Signing in with a password, and with the second factors that are typed. The order keeps "signed out"
// true while a proof is checked: the ticket first, then the proof, then the session.

import { findAccount, findAccountByKey } from '../accounts/account-change.js';
import type { Account } from '../accounts/account.js';
import { readAccountName } from '../accounts/account-name.js';
import { signInKey } from '../accounts/account-keys.js';
import { verifyAccountPassword } from '../accounts/password-verification.js';
import { useAccountRecoveryCode } from '../accounts/recovery-code-use.js';
import { secondFactorsOf, type SecondFactor } from '../accounts/second-factors.js';
import { verifyAccountTotp } from '../accounts/totp-verification.js';
import type { FactorKind } from './assurance.js';
import { NOBODYS_DEVICES, type DeviceOwner } from './device-cookie.js';
import { enter, type Prove } from './entrance.js';
import { callerOf, type FlowParts } from './flow-parts.js';
import type { SecondFactorOutcome, SignInOutcome } from './outcome.js';
import { findWaiting, takeWaiting } from './second-factor-wait.js';
import { refuseOverLimit } from './session-limit.js';
import { wantsRemembering, type Visit } from './visit.js';

export interface PasswordSignIn {
  /** A sign-in name or an e-mail address, as it was typed. */
  readonly name: string;
  /** As it was typed. */
  readonly password: string;
  /** Keep the session when the browser closes, with the longer limits. Default no. */
  readonly remember?: boolean;
}

/** As `Flows.signIn` says. */
export async function signInWithPassword(
  parts: FlowParts,
  visit: Visit,
  input: PasswordSignIn,
): Promise<SignInOutcome> {
  const { name, password } = input;
  const remember = wantsRemembering(input);
  const owner = await findOwner(parts, name);
  const attempt = await visit.session.beginSignIn(owner.userId);
  const caller = callerOf(parts, visit, owner);
  const verified = await verifyAccountPassword(parts.accounts, { name, password }, caller);
  if (!verified.ok) return verified;
  const account = await findAccount(parts.accounts.store, verified.user.userId);
  if (account === null) return { ok: false, reason: 'changed-meanwhile' };
  const { failures = 0 } = verified;
  return enter(parts, visit, { account, attempt, factors: ['password'], remember, failures });
}

/** Nobody for a name that nobody has, so that it takes the same steps as others (G48). */
async function findOwner({ accounts }: FlowParts, typed: string): Promise<DeviceOwner> {
  const name = readAccountName(typed);
  if (!name.ok) return NOBODYS_DEVICES;
  const account = await findAccountByKey(accounts.store, signInKey(name.canonicalName));
  return account ?? NOBODYS_DEVICES;
}

/** The sign-in that waits on this browser for a second factor: which ones may be given. */
export async function waitingSignIn(
  parts: FlowParts,
  visit: Visit,
): Promise<{ readonly factors: readonly SecondFactor[] } | undefined> {
  const waiting = await findWaiting(parts, visit);
  return waiting === undefined ? undefined : { factors: secondFactorsOf(waiting.account) };
}

/** Forgets it: the person goes back to the beginning. */
export async function abandonSignIn(parts: FlowParts, visit: Visit): Promise<void> {
  await takeWaiting(parts, visit);
}

export function signInWithTotp(
  parts: FlowParts,
  visit: Visit,
  { code }: { readonly code: string },
): Promise<SecondFactorOutcome> {
  return finishSignIn(parts, visit, 'totp', (userId, caller) =>
    verifyAccountTotp(parts.accounts, userId, { code }, caller),
  );
}

export function signInWithRecoveryCode(
  parts: FlowParts,
  visit: Visit,
  { code }: { readonly code: string },
): Promise<SecondFactorOutcome> {
  return finishSignIn(parts, visit, 'recovery-code', (userId, caller) =>
    useAccountRecoveryCode(parts.accounts, userId, { code }, caller),
  );
}

/** The end of a sign-in that waited. */
export async function finishSignIn(
  parts: FlowParts,
  visit: Visit,
  factor: FactorKind,
  prove: Prove,
): Promise<SecondFactorOutcome> {
  const waiting = await findWaiting(parts, visit);
  if (waiting === undefined) return { ok: false, reason: 'expired' };
  const { attempt, factors, remember, failures = 0 } = waiting;
  const { userId } = waiting.account;
  const proved = await prove(userId, callerOf(parts, visit, waiting.account));
  if (!proved.ok) {
    // Somebody has the first factor and not the second: its owner should know (G51).
    if (proved.reason === 'refused') noticeFailure(parts, visit, waiting.account);
    return proved;
  }
  const refused = await refuseOverLimit(parts, visit, userId);
  if (refused !== undefined) return refused;
  if (!(await takeWaiting(parts, visit))) return { ok: false, reason: 'expired' };
  const account = await findAccount(parts.accounts.store, userId);
  if (account?.status !== 'active') return { ok: false, reason: 'changed-meanwhile' };
  const entered = await enter(parts, visit, {
    account,
    attempt,
    factors: [...factors, proved.factor ?? factor],
    remember,
    failures: failures + (proved.failures ?? 0),
  });
  if (entered.ok || entered.reason !== 'second-factor') return entered;
  // The same factor twice is one.
  return { ok: false, reason: 'refused' };
}

/** Once an hour: who has the password must not be able to fill a mailbox with it. */
function noticeFailure(parts: FlowParts, visit: Visit, account: Account): void {
  const { userId } = account;
  const caller = callerOf(parts, visit);
  parts.notices.run(async () => {
    const purpose = 'second-factor-notice';
    const decision = await parts.accounts.throttle.beginRequest({ purpose, account: userId });
    if (decision.ok) parts.post.notify(account, 'second-factor-failed', {}, caller);
  });
}
