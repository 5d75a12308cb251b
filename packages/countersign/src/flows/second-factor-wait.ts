// A sign-in that waits for its second factor: a one-time record, and a cookie with its token. It is no
// session, and no session API takes it. It carries the ticket from before the first factor
// was checked, so a change of the account in between refuses the sign-in at its end.

import type { Account } from '../accounts/account.js';
import { findAccount } from '../accounts/account-change.js';
import { secondFactorsOf } from '../accounts/second-factors.js';
import { FACTOR_KINDS, type FactorKind } from './assurance.js';
import {
  keepInBrowser,
  readFromBrowser,
  takeFromBrowser,
  type BrowserRecord,
} from './browser-record.js';
import type { FlowParts } from './flow-parts.js';
import type { SecondFactorNeeded } from './outcome.js';
import type { Visit } from './visit.js';

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

const WAIT: BrowserRecord<Content> = {
  kind: 'second-factor',
  cookie: 'secondFactor',
  isContent,
};

/** Puts the sign-in off until a second factor was given. */
export async function awaitSecondFactor(
  parts: FlowParts,
  visit: Visit,
  { account, attempt, factors, remember, failures = 0 }: WaitingSignIn,
): Promise<SecondFactorNeeded> {
  const content = { attempt, factors, remember, failures };
  await keepInBrowser(parts, visit, WAIT, { subject: account.userId, content });
  return { ok: false, reason: 'second-factor', factors: secondFactorsOf(account) };
}

/** The sign-in that waits on this browser, without using it up. */
export async function findWaiting(
  parts: FlowParts,
  visit: Visit,
): Promise<WaitingSignIn | undefined> {
  const found = await readFromBrowser(parts, visit, WAIT);
  if (found === undefined || found.subject === null) return undefined;
  const account = await findAccount(parts.accounts.store, found.subject);
  return account?.status === 'active' ? { account, ...found.content } : undefined;
}

/** Uses it up: of any number of requests at once, one gets true (ASVS 6.5.1). */
export async function takeWaiting(parts: FlowParts, visit: Visit): Promise<boolean> {
  return (await takeFromBrowser(parts, visit, WAIT)) !== undefined;
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
