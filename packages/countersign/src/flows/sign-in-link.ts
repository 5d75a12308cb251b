// Signing in with a link by mail. Only the browser that asked can use the link (ASVS 6.6.2), so that one
// who is talked into asking, or into passing a link on, lets nobody in. It is one factor and no second one.

import { readAccountName } from '../accounts/account-name.js';
import type { Throttled } from '../accounts/counted-attempt.js';
import { ONE_TIME_KINDS } from '../accounts/one-time-kinds.js';
import { encodeBase64url } from '../crypto/base64url.js';
import { sha256 } from '../crypto/digest.js';
import { randomBytes } from '../crypto/random.js';
import type { FactorKind } from './assurance.js';
import { enter, isComplete } from './entrance.js';
import { callerOf, type FlowParts } from './flow-parts.js';
import {
  countRequest,
  findReachable,
  issueForNobody,
  requireMailer,
  type LinkRequest,
  type LinkRequestOutcome,
} from './link-request.js';
import {
  countTokenUse,
  credentialState,
  findLink,
  isCredentialState,
  tellExpired,
  type CredentialState,
  type LinkInput,
} from './link-token.js';
import type {
  ChangedMeanwhile,
  Expired,
  SecondFactorNeeded,
  SignedIn,
  TooManySessions,
} from './outcome.js';
import { tellRefused } from './refused-event.js';
import { refuseOverLimit } from './session-limit.js';
import { wantsRemembering, type Visit } from './visit.js';

const KIND = 'sign-in-link';
const REQUEST_BYTES = 32;
const FACTORS: readonly FactorKind[] = ['email'];
/** For addresses that nobody has, so that they take the same steps as others (G60). */
const NOBODY = 'nobody';

interface Content extends CredentialState {
  /** The ticket of `beginSignIn`, from when the link was asked for: what ends sessions ends the link. */
  readonly attempt: string;
  readonly remember: boolean;
  /** SHA-256 of what the asking browser has in its cookie. */
  readonly browser: string;
}

export interface LinkSignIn {
  /** An e-mail address or a sign-in name, as it was typed. */
  readonly address: string;
  /** Keep the session when the browser closes, with the longer limits. Default no. */
  readonly remember?: boolean;
}

/** Asked for in another browser than this one. The link is still good there. */
export interface OtherBrowser {
  readonly ok: false;
  readonly reason: 'other-browser';
}

/** Whether a link is good in this browser. */
export type SignInLinkLook = { readonly ok: true } | Expired | OtherBrowser;

export type LinkSignInOutcome =
  | SignedIn
  | SecondFactorNeeded
  | Expired
  | OtherBrowser
  | ChangedMeanwhile
  | TooManySessions
  | Throttled;

export async function requestSignInLink(
  parts: FlowParts,
  visit: Visit,
  input: LinkSignIn,
): Promise<LinkRequestOutcome> {
  requireMailer(parts);
  const reading = readAccountName(input.address);
  if (!reading.ok) return { ok: false, reason: 'address-invalid', message: reading.message };
  const { canonicalName: canonical } = reading;
  const device = parts.device.findByName(visit, canonical);
  const throttled = await countRequest(parts, visit, canonical, device);
  if (throttled !== undefined) return throttled;
  const secret = encodeBase64url(randomBytes(REQUEST_BYTES));
  // For every address, since a cookie is part of the answer.
  parts.cookies.linkRequest.write(visit, secret);
  const caller = callerOf(parts, visit);
  const content = { remember: wantsRemembering(input), browser: sha256(secret) };
  parts.background.run(() => sendSignInLink(parts, visit, { canonical, content, caller, device }));
  return { ok: true };
}

interface Sending extends LinkRequest {
  readonly content: Pick<Content, 'remember' | 'browser'>;
}

async function sendSignInLink(
  parts: FlowParts,
  { session }: Visit,
  { content, ...request }: Sending,
): Promise<void> {
  const { canonical, caller } = request;
  const found = await findReachable(parts, request);
  const userId = found?.account.userId ?? NOBODY;
  const attempt = await session.beginSignIn(userId);
  if (found === undefined) {
    const state = credentialState({ password: null }, { canonical });
    const nobodys = { canonical, content: { ...content, ...state, attempt } };
    return issueForNobody(parts, KIND, nobodys);
  }
  const state = credentialState(found.account, found.address);
  const { token } = await parts.tokens.issue(KIND, {
    subject: userId,
    content: { ...content, ...state, attempt },
    replaces: true,
  });
  const { lifetimeMs } = ONE_TIME_KINDS[KIND];
  await parts.post.sendLink(KIND, { to: found.address.address, token, lifetimeMs, caller });
}

/** For the page that the link leads to. Uses nothing up. */
export async function lookAtSignInLink(
  parts: FlowParts,
  visit: Visit,
  { token }: LinkInput,
): Promise<SignInLinkLook> {
  const found = await findLink(parts, KIND, token, isContent);
  if (found === undefined) return { ok: false, reason: 'expired' };
  return isFrom(parts, visit, found.content) ? { ok: true } : OTHER_BROWSER;
}

export async function finishSignInLink(
  parts: FlowParts,
  visit: Visit,
  { token }: LinkInput,
): Promise<LinkSignInOutcome> {
  const use = await countTokenUse(parts, visit, 'sign-in', () =>
    findLink(parts, KIND, token, isContent),
  );
  if (!use.ok) return use;
  const { account, content } = use.found;
  const { userId } = account;
  // Before it is used up: whoever opened it in the wrong browser can go back to the right one.
  if (!isFrom(parts, visit, content)) {
    tellRefused(parts, visit, { action: 'sign-in', reason: 'other-browser', userId });
    return OTHER_BROWSER;
  }
  if (isComplete(account, FACTORS)) {
    const refused = await refuseOverLimit(parts, visit, userId);
    if (refused !== undefined) return refused;
  }
  if ((await parts.tokens.take(KIND, token, isContent)) === undefined) {
    return tellExpired(parts, visit, 'sign-in', userId);
  }
  parts.cookies.linkRequest.clear(visit);
  const { attempt, remember } = content;
  return enter(parts, visit, { account, attempt, factors: FACTORS, remember });
}

const OTHER_BROWSER: OtherBrowser = { ok: false, reason: 'other-browser' };

function isFrom({ cookies }: FlowParts, visit: Visit, { browser }: Content): boolean {
  const secret = cookies.linkRequest.read(visit);
  return secret !== undefined && sha256(secret) === browser;
}

function isContent(value: unknown): value is Content {
  return (
    isCredentialState(value) &&
    'attempt' in value &&
    typeof value.attempt === 'string' &&
    'remember' in value &&
    typeof value.remember === 'boolean' &&
    'browser' in value &&
    typeof value.browser === 'string'
  );
}
