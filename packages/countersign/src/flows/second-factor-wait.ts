// A sign-in that waits for its second factor: a one-time record, and a cookie with its token. It is no
// session, and no session API takes it. It carries the ticket from before the first factor
// was checked, so a change of the account in between refuses the sign-in at its end.

import type { Account } from '../accounts/account.js';
import { findAccount } from '../accounts/account-change.js';
import { secondFactorsOf } from '../accounts/second-factors.js';
import type { FactorKind } from './assurance.js';
import { FACTOR_KINDS } from './assurance.js';
import type { FlowParts } from './flow-parts.js';
import type { SecondFactorNeeded } from './outcome.js';
import type { Visit } from './visit.js';

const KIND = 'second-factor';

export interface WaitingSignIn {
  readonly account: Account;
  /** The ticket of `beginSignIn`. */
  readonly attempt: string;
  /** What was proved already. */
  readonly factors: readonly FactorKind[];
  readonly remember: boolean;
  /** How many attempts at what was proved had failed before, one after the other. Default none. */
  readonly failures?: number;
}

interface Content {
  readonly attempt: string;
  readonly factors: readonly FactorKind[];
  readonly remember: boolean;
  readonly failures: number;
}

/** Puts the sign-in off until a second factor was given. */
export async function awaitSecondFactor(
  { tokens, cookies }: FlowParts,
  visit: Visit,
  { account, attempt, factors, remember, failures = 0 }: WaitingSignIn,
): Promise<SecondFactorNeeded> {
  const content: Content = { attempt, factors, remember, failures };
  const { token } = await tokens.issue(KIND, { subject: account.userId, content });
  cookies.secondFactor.write(visit, token);
  return { ok: false, reason: 'second-factor', factors: secondFactorsOf(account) };
}

/** The sign-in that waits on this browser, without using it up. */
export async function findWaiting(
  { tokens, cookies, accounts }: FlowParts,
  visit: Visit,
): Promise<WaitingSignIn | undefined> {
  const token = cookies.secondFactor.read(visit);
  if (token === undefined) return undefined;
  const found = await tokens.read(KIND, token, isContent);
  if (found === undefined || found.subject === null) return undefined;
  const account = await findAccount(accounts.store, found.subject);
  return account?.status === 'active' ? { account, ...found.content } : undefined;
}

/** Uses it up: of any number of requests at once, one gets true (ASVS 6.5.1). */
export async function takeWaiting({ tokens, cookies }: FlowParts, visit: Visit): Promise<boolean> {
  const token = cookies.secondFactor.read(visit);
  if (token === undefined) return false;
  cookies.secondFactor.clear(visit);
  return (await tokens.take(KIND, token, isContent)) !== undefined;
}

function isContent(value: unknown): value is Content {
  return (
    typeof value === 'object' &&
    value !== null &&
    'attempt' in value &&
    typeof value.attempt === 'string' &&
    'remember' in value &&
    typeof value.remember === 'boolean' &&
    'failures' in value &&
    typeof value.failures === 'number' &&
    'factors' in value &&
    Array.isArray(value.factors) &&
    value.factors.every((kind) => typeof kind === 'string' && Object.hasOwn(FACTOR_KINDS, kind))
  );
}
