// Asking for a link by mail: what is the same for every address, and what comes after the answer. No
// answer depends on whether there is an account, and nothing about one changes (G60-G62, G76; ASVS 6.3.8).

import { findAccountByKey } from '../accounts/account-change.js';
import type { AccountRefusal } from '../accounts/account-events.js';
import { signInKey } from '../accounts/account-keys.js';
import type { Account, AddressRecord } from '../accounts/account.js';
import type { Caller } from '../accounts/caller.js';
import type { Throttled } from '../accounts/counted-attempt.js';
import { misconfigured } from '../errors.js';
import type { NamedDevice } from './device-cookie.js';
import { callerOf, type FlowParts } from './flow-parts.js';
import type { TokenLinkKind } from './mails/kinds.js';
import type { Visit } from './visit.js';

/** No mail can go there. Answer 400. */
export interface AddressInvalid {
  readonly ok: false;
  readonly reason: 'address-invalid';
  /** For the person who typed it. */
  readonly message: string;
}

/** The same for every address: whether a mail was sent, nobody is told. */
export type LinkRequestOutcome = { readonly ok: true } | AddressInvalid | Throttled;

/** @throws CountersignError `configuration` when there is no mailer */
export function requireMailer({ post }: FlowParts): void {
  if (post.canSend) return;
  throw misconfigured(
    'mail',
    'is missing, and this sends a link by mail',
    'Pass createFlows({ …, mail: { mailer, origin } })',
  );
}

/**
 * Counts a request before anything else is done, by what was typed and by the network (G61).
 * @param device on which somebody has signed in by this name: counts apart, so that strangers who ask do not
 *   keep the owner from a link (G76)
 */
export async function countRequest(
  parts: FlowParts,
  visit: Visit,
  canonical: string,
  device?: NamedDevice,
): Promise<Throttled | undefined> {
  const { throttle } = parts.accounts;
  const caller = callerOf(parts, visit);
  const decision = await throttle.beginRequest({
    purpose: 'mail',
    account: canonical,
    ...(caller.address === undefined ? {} : { address: caller.address }),
    ...(device === undefined ? {} : { device: device.id }),
  });
  if (decision.ok) return undefined;
  tellRequest(parts, caller, { userId: null, reason: 'throttled' });
  return { ok: false, reason: 'throttled', retryAfterMs: decision.retryAfterMs };
}

/** A request for a link, once it was counted. */
export interface LinkRequest {
  /**
   * Of what was typed. An address that is verified gets the mail itself; otherwise the primary one does.
   * Never what was typed: another mailbox can have the same canonical form.
   */
  readonly canonical: string;
  readonly caller: Caller;
  /** On which somebody has signed in by this name; `undefined` for a strange one. */
  readonly device: NamedDevice | undefined;
}

/** The account that has shown an address to be its own, and that address as the account has it. */
export interface Reachable {
  readonly account: Account;
  readonly address: AddressRecord;
}

/**
 * Whom a link may go to, found by a sign-in name or a verified address; what was asked for is told to the
 * listener. For the background, since it takes as long as it takes.
 */
export async function findReachable(
  parts: FlowParts,
  { canonical, caller, device }: LinkRequest,
): Promise<Reachable | undefined> {
  const { store } = parts.accounts;
  const account = await findAccountByKey(store, signInKey(canonical));
  const found = account === null ? 'unknown-account' : reachableAt(account, canonical);
  const userId = account?.userId ?? null;
  const reason = typeof found === 'string' ? found : await floodOf(parts, found.account, device);
  tellRequest(parts, caller, reason === undefined ? { userId } : { userId, reason });
  return reason === undefined && typeof found === 'object' ? found : undefined;
}

/** @param canonical of an address that is preferred, if it is a verified one */
export function reachableAt(account: Account, canonical?: string): Reachable | AccountRefusal {
  if (account.status !== 'active') return 'not-active';
  const verified = account.addresses.filter(({ verifiedAt }) => verifiedAt !== null);
  const address = verified.find((each) => each.canonical === canonical) ?? verified[0];
  return address === undefined ? 'no-address' : { account, address };
}

/**
 * All of an account's names and addresses together get no more mail than one of them (G61): so much for
 * strangers together, and for each device that it knows.
 */
async function floodOf(
  parts: FlowParts,
  account: Account,
  device: NamedDevice | undefined,
): Promise<'throttled' | undefined> {
  const known = device?.isOf(account) === true ? device : undefined;
  const throttled = await countRequestsOf(parts, `user ${account.userId}`, known);
  return throttled?.reason;
}

/** Counts a request by nothing but this, from wherever it comes, or by a device that is known. */
export async function countRequestsOf(
  { accounts }: FlowParts,
  counted: string,
  device?: NamedDevice,
): Promise<Throttled | undefined> {
  const decision = await accounts.throttle.beginRequest({
    purpose: 'mail',
    account: counted,
    ...(device === undefined ? {} : { device: device.id }),
  });
  if (decision.ok) return undefined;
  return { ok: false, reason: 'throttled', retryAfterMs: decision.retryAfterMs };
}

/**
 * Keeps a record as a link would have one, and tells nobody its token: writing it down for good is most of
 * the work, and with a store in this process the next request waits for it (G60).
 */
export async function issueForNobody(
  { tokens }: FlowParts,
  kind: TokenLinkKind,
  { canonical, content }: { readonly canonical: string; readonly content: unknown },
): Promise<void> {
  await tokens.issue(kind, { subject: `nobody ${canonical}`, content, replaces: true });
}

/** Tells the listener of a request. */
export function tellRequest(
  { accounts }: FlowParts,
  caller: Caller,
  { userId, reason }: { readonly userId: string | null; readonly reason?: AccountRefusal },
): void {
  const outcome = reason === undefined ? 'success' : 'refused';
  const because = reason === undefined ? {} : { reason };
  accounts.tell({ action: 'request-link', outcome, userId, ...because }, caller);
}
