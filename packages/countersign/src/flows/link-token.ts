// The token of a link, when it comes back: found without being used up, counted when it is none (G71), and
// bound to what the account was when the link was sent, so that a change of it kills the link (G65).

import { findAccount } from '../accounts/account-change.js';
import type { AccountAction } from '../accounts/account-events.js';
import type { Account } from '../accounts/account.js';
import { countAttempt, type Throttled } from '../accounts/counted-attempt.js';
import type { OneTimeKind } from '../accounts/one-time-kinds.js';
import type { ContentGuard } from '../accounts/one-time-tokens.js';
import { sha256 } from '../crypto/digest.js';
import { callerOf, type FlowParts } from './flow-parts.js';
import type { Expired, Refused } from './outcome.js';
import type { Visit } from './visit.js';

/** What the page of a link has. */
export interface LinkInput {
  /** As it stands in the link. */
  readonly token: string;
}

/** Which address a link is about. */
export type AddressLook = { readonly ok: true; readonly address: string } | Expired;

/** What a link is bound to. */
export interface CredentialState {
  /** Which password it is, by its number; 0 for none. */
  readonly password: number;
  /** The canonical form of the address that the link was sent to. */
  readonly address: string;
}

export function credentialState(
  { password }: Pick<Account, 'password'>,
  address: { readonly canonical: string },
): CredentialState {
  return { password: password?.version ?? 0, address: address.canonical };
}

export function isCredentialState(value: unknown): value is CredentialState {
  return (
    typeof value === 'object' &&
    value !== null &&
    'password' in value &&
    typeof value.password === 'number' &&
    'address' in value &&
    typeof value.address === 'string'
  );
}

/** Whether an account can still do what a link that was sent to a verified address says. */
export function stillHolds(account: Account, { password, address }: CredentialState): boolean {
  return (
    account.status === 'active' &&
    (account.password?.version ?? 0) === password &&
    account.addresses.some((each) => each.canonical === address && each.verifiedAt !== null)
  );
}

/** The account that a link is about, and what the link says, if it still holds. Uses nothing up. */
export async function findLink<Content extends CredentialState>(
  { accounts, tokens }: FlowParts,
  kind: OneTimeKind,
  token: string,
  isContent: ContentGuard<Content>,
): Promise<{ readonly account: Account; readonly content: Content } | undefined> {
  const found = await tokens.read(kind, token, isContent);
  if (found === undefined || found.subject === null) return undefined;
  const { subject, content } = found;
  const account = await findAccount(accounts.store, subject);
  return account !== null && stillHolds(account, content) ? { account, content } : undefined;
}

/**
 * Looks up what came back, and counts a miss as a guess of its network.
 * @param find what it stands for; `undefined` when it is nothing, or holds no more
 */
export async function countTokenUse<Found>(
  parts: FlowParts,
  visit: Visit,
  action: AccountAction,
  find: () => Promise<Found | undefined>,
): Promise<TokenUse<Found> | Expired | Throttled> {
  const caller = callerOf(parts, visit);
  const attempt = { action, authenticator: 'link', account: null, caller } as const;
  const judge = async (): Promise<TokenUse<Found> | Refused> => {
    const found = await find();
    return found === undefined ? { ok: false, reason: 'refused' } : { ok: true, found };
  };
  const use = await countAttempt(parts.accounts, attempt, judge);
  if (use.ok || use.reason === 'throttled') return use;
  return tellExpired(parts, visit, action);
}

/** What tries at something behind a link are counted by: whoever has it, and nobody else. */
export function countedLink(token: string): string {
  return `link ${sha256(token)}`;
}

/** A token that was found and is not used up yet. */
export interface TokenUse<Found> {
  readonly ok: true;
  readonly found: Found;
}

/** Tells the listener that a link was worthless. */
export function tellExpired(
  parts: FlowParts,
  visit: Visit,
  action: AccountAction,
  userId: string | null = null,
): Expired {
  const caller = callerOf(parts, visit);
  parts.accounts.tell({ action, outcome: 'refused', reason: 'expired', userId }, caller);
  return { ok: false, reason: 'expired' };
}
