// Signing up by mail: an address, a link that goes there, a password. So the address is verified before
// there is an account, and nobody learns which addresses have one (G60; ASVS 6.3.8).

import { findAccountByKey } from '../accounts/account-change.js';
import { rowOf } from '../accounts/account-document.js';
import { signInKey } from '../accounts/account-keys.js';
import type { Account } from '../accounts/account.js';
import type { Caller } from '../accounts/caller.js';
import type { PasswordRefused, Throttled } from '../accounts/counted-attempt.js';
import { countFromNetwork, countNewPassword } from '../accounts/counted-request.js';
import { readDisplayName, type DisplayNameRefused } from '../accounts/display-name.js';
import { readEmailAddress } from '../accounts/email-address.js';
import { newAccount, newPassword } from '../accounts/new-account.js';
import { judgeNewPassword, screenNewPassword } from '../accounts/new-password.js';
import { ONE_TIME_KINDS } from '../accounts/one-time-kinds.js';
import { enter } from './entrance.js';
import { callerOf, type FlowParts } from './flow-parts.js';
import {
  countRequest,
  issueForNobody,
  reachableAt,
  requireMailer,
  tellRequest,
  type LinkRequestOutcome,
} from './link-request.js';
import {
  countedLink,
  countTokenUse,
  tellExpired,
  type AddressLook,
  type LinkInput,
} from './link-token.js';
import type { ChangedMeanwhile, Expired, SignedIn, TooManySessions } from './outcome.js';
import type { Visit } from './visit.js';

const KIND = 'sign-up';

interface Content {
  /** As it was typed: where the link went. */
  readonly address: string;
  readonly canonical: string;
}

export interface SignUpInput {
  /** The token of the link. */
  readonly token: string;
  /** As it was typed. */
  readonly password: string;
  /** What to call the person, as it was typed. Default: the address. */
  readonly displayName?: string;
}

/**
 * `changed-meanwhile`: the account was made, and something ended its sign-in. `too-many-sessions`: it was
 * made, and is signed in to elsewhere already.
 */
export type SignUpOutcome =
  | SignedIn
  | Expired
  | DisplayNameRefused
  | PasswordRefused
  | Throttled
  | ChangedMeanwhile
  | TooManySessions;

export async function requestSignUp(
  parts: FlowParts,
  visit: Visit,
  { address: typed }: { readonly address: string },
): Promise<LinkRequestOutcome> {
  requireMailer(parts);
  const reading = readEmailAddress(typed);
  if (!reading.ok) return { ok: false, reason: 'address-invalid', message: reading.message };
  const { address, canonical } = reading;
  const throttled = await countRequest(parts, visit, canonical);
  if (throttled !== undefined) return throttled;
  const caller = callerOf(parts, visit);
  parts.background.run(() => sendSignUp(parts, { address, canonical }, caller));
  return { ok: true };
}

async function sendSignUp(parts: FlowParts, content: Content, caller: Caller): Promise<void> {
  const { accounts, tokens, post } = parts;
  const { address, canonical } = content;
  const account = await findAccountByKey(accounts.store, signInKey(canonical));
  if (account !== null) {
    await issueForNobody(parts, KIND, { canonical, content });
    return sendKnown(parts, account, canonical, caller);
  }
  tellRequest(parts, caller, { userId: null });
  const { token } = await tokens.issue(KIND, {
    subject: subjectOf(canonical),
    content,
    replaces: true,
  });
  const { lifetimeMs } = ONE_TIME_KINDS[KIND];
  await post.sendLink(KIND, { to: address, token, lifetimeMs, caller });
}

/**
 * Says to the owner of an address that it has an account: to the address as the account has it. Nobody is
 * told where the account only bears the name of the address, or cannot be signed in to.
 */
export async function sendKnown(
  parts: FlowParts,
  account: Account,
  canonical: string,
  caller: Caller,
): Promise<void> {
  const { userId } = account;
  const found = reachableAt(account, canonical);
  if (typeof found === 'string') return tellRequest(parts, caller, { userId, reason: found });
  if (found.address.canonical !== canonical) {
    return tellRequest(parts, caller, { userId, reason: 'no-address' });
  }
  tellRequest(parts, caller, { userId, reason: 'name-taken' });
  await parts.post.sendKnown({ to: found.address.address, caller });
}

/** For the page that the link leads to. Uses nothing up. */
export async function lookAtSignUp(
  { tokens }: FlowParts,
  { token }: LinkInput,
): Promise<AddressLook> {
  const found = await tokens.read(KIND, token, isContent);
  return found === undefined
    ? { ok: false, reason: 'expired' }
    : { ok: true, address: found.content.address };
}

export async function finishSignUp(
  parts: FlowParts,
  visit: Visit,
  { token, password, displayName = '' }: SignUpInput,
): Promise<SignUpOutcome> {
  const { accounts, tokens } = parts;
  const use = await countTokenUse(parts, visit, 'sign-up', async () =>
    tokens.read(KIND, token, isContent),
  );
  if (!use.ok) return use;
  const caller = callerOf(parts, visit);
  const called = readDisplayName(displayName);
  if (!called.ok) return called;
  const draft = draftOf(use.found.content, called.name, accounts.clock.now());
  const judged = judgeNewPassword(accounts, password, draft);
  if (!judged.ok) return judged;
  const throttled = await countFinish(parts, token, caller);
  if (throttled !== undefined) return throttled;
  const check = await screenNewPassword(accounts, judged, draft, caller);
  if (!check.ok) return check;
  const attempt = await visit.session.beginSignIn(draft.userId);
  const account = await makeAccount(parts, draft, check, token);
  if (account === undefined) return tellExpired(parts, visit, 'sign-up');
  accounts.tell({ action: 'sign-up', outcome: 'success', userId: account.userId }, caller);
  const entered = await enter(parts, visit, {
    account,
    attempt,
    factors: ['password', 'email'],
    remember: false,
    isNew: true,
  });
  // It has no second factor yet.
  return entered.ok || entered.reason !== 'second-factor'
    ? entered
    : { ok: false, reason: 'changed-meanwhile' };
}

/**
 * Whoever has one link does not have the screen asked and hashes made as often as they like, nor gets
 * whoever has many mailboxes as many accounts at once.
 */
async function countFinish(
  { accounts }: FlowParts,
  token: string,
  caller: Caller,
): Promise<Throttled | undefined> {
  const asked = { action: 'sign-up', caller } as const;
  const byLink = { by: countedLink(token), userId: null, ...asked };
  return (
    (await countNewPassword(accounts, byLink)) ??
    (await countFromNetwork(accounts, { purpose: 'registration', ...asked }))
  );
}

/** `undefined` when the link was used meanwhile, or another account has shown the address to be its own. */
async function makeAccount(
  { accounts, tokens }: FlowParts,
  draft: Account,
  { password, standsAlone }: { readonly password: string; readonly standsAlone: boolean },
  token: string,
): Promise<Account | undefined> {
  const { store, hasher, clock } = accounts;
  // Before the link is used up, so that a busy hasher does not cost the person a new one.
  const phc = await hasher.hash(password);
  if ((await tokens.take(KIND, token, isContent)) === undefined) return undefined;
  const record = newPassword({ phc, standsAlone }, null, clock.now());
  const account: Account = { ...draft, password: record };
  return (await store.create(rowOf(account))) === 'ok' ? account : undefined;
}

function draftOf(
  { address, canonical }: Content,
  displayName: string | null,
  now: number,
): Account {
  const record = { address, canonical, addedAt: now, verifiedAt: now };
  return { ...newAccount(now), displayName, addresses: [record] };
}

/** No user id is like this. */
function subjectOf(canonical: string): string {
  return `address ${canonical}`;
}

function isContent(value: unknown): value is Content {
  return (
    typeof value === 'object' &&
    value !== null &&
    'address' in value &&
    typeof value.address === 'string' &&
    'canonical' in value &&
    typeof value.canonical === 'string'
  );
}
