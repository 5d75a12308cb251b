// The one way into a session: whatever was proved comes through here, so that no path goes around the
// second factor (ASVS 6.3.4, 6.4.3; 2.3.1).

import type { Account } from '../accounts/account.js';
import type { Caller } from '../accounts/caller.js';
import { forgetOwn } from '../accounts/failure-settling.js';
import type { ProofResult } from '../accounts/proof-result.js';
import { hasSecondFactor } from '../accounts/second-factors.js';
import { hasTwoSteps, type FactorKind } from './assurance.js';
import { callerOf, type FlowParts } from './flow-parts.js';
import type { ChangedMeanwhile, SecondFactorNeeded, SignedIn, TooManySessions } from './outcome.js';
import { awaitSecondFactor } from './second-factor-wait.js';
import { tellTooMany } from './session-limit.js';
import type { Visit } from './visit.js';

export interface Entry {
  readonly account: Account;
  /** The ticket of `beginSignIn`, from before the first proof was checked. */
  readonly attempt: string;
  /** What was proved just now. */
  readonly factors: readonly FactorKind[];
  /** Keep the session when the browser closes. */
  readonly remember: boolean;
  /** How many attempts at these proofs had failed before, one after the other. Default none. */
  readonly failures?: number;
  /** The account was made just now: there is no other device yet. */
  readonly isNew?: true;
}

/** What was proved, where it may be another factor than the one that was asked for. */
export interface ProvedFactor {
  readonly factor?: FactorKind;
}

/** Checks a proof of this user, and counts the attempt; may say that it was another factor than expected. */
export type Prove = (userId: string, caller: Caller) => Promise<ProofResult & ProvedFactor>;

/** So many are no slip of the hand: somebody has guessed, and perhaps been lucky (G51). */
const MANY_FAILURES = 10;

export type Entered = SignedIn | SecondFactorNeeded | ChangedMeanwhile | TooManySessions;

/** Whether these proofs are all that this account asks for: two steps as soon as it has a second factor. */
export function isComplete(account: Account, kinds: readonly string[]): boolean {
  return hasSecondFactor(account) ? hasTwoSteps(kinds) : kinds.length > 0;
}

/** Signs in, or puts it off until a second factor was given. */
export async function enter(parts: FlowParts, visit: Visit, entry: Entry): Promise<Entered> {
  const { account, attempt, factors, remember } = entry;
  if (account.status !== 'active') return { ok: false, reason: 'changed-meanwhile' };
  if (!isComplete(account, factors)) return awaitSecondFactor(parts, visit, entry);
  const { userId } = account;
  const caller = callerOf(parts, visit, account);
  const signedIn = await visit.session.signIn(userId, {
    attempt,
    factors,
    ...(remember ? { remember } : {}),
  });
  if (!signedIn.ok) {
    if (signedIn.reason === 'limit') return tellTooMany(parts, visit, userId);
    parts.accounts.tell(
      { action: 'sign-in', outcome: 'refused', reason: 'changed-meanwhile', userId },
      caller,
    );
    return { ok: false, reason: 'changed-meanwhile' };
  }
  parts.cookies.secondFactor.clear(visit);
  parts.device.remember(visit, account);
  parts.accounts.tell({ action: 'sign-in', outcome: 'success', userId, factors }, caller);
  const isStrange = caller.device === undefined && entry.isNew !== true;
  if (isStrange) parts.post.notify(account, 'new-device', {}, caller);
  const { failures = 0 } = entry;
  if (failures >= MANY_FAILURES)
    parts.post.notify(account, 'sign-in-after-failures', { failures }, caller);
  // The password's consecutive failures end with the sign-in, not with the password alone (G43).
  if (factors.includes('password') && hasSecondFactor(account))
    await forgetOwn(parts.accounts, { account, authenticator: 'password', caller });
  return { ok: true, userId };
}
