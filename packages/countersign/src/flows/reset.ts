// A new password by mail, for who has forgotten the old one (G60-G78; ASVS 6.4.3). Asking changes nothing
// about the account. The end signs nobody in, and the second factor stays.

import { readAccountName } from '../accounts/account-name.js';
import { primaryAddressOf, type Account } from '../accounts/account.js';
import type { Caller } from '../accounts/caller.js';
import type { PasswordRefused, Throttled } from '../accounts/counted-attempt.js';
import { forgetStrangers } from '../accounts/failure-settling.js';
import { checkNewPassword } from '../accounts/new-password.js';
import { ONE_TIME_KINDS } from '../accounts/one-time-kinds.js';
import { hasSecondFactor } from '../accounts/second-factors.js';
import { callerOf, type FlowParts } from './flow-parts.js';
import {
  countRequest,
  findReachable,
  issueForNobody,
  requireMailer,
  type LinkRequestOutcome,
  type Reachable,
} from './link-request.js';
import {
  countedLink,
  countTokenUse,
  credentialState,
  findLink,
  isCredentialState,
  tellExpired,
  type LinkInput,
} from './link-token.js';
import type { Expired } from './outcome.js';
import {
  closePassword,
  replacePassword,
  type PasswordReset,
  type Replaced,
} from './reset-writes.js';
import type { Visit } from './visit.js';

const KIND = 'reset';
const ACTION = 'reset-password';

export interface ResetInput {
  /** The token of the link. */
  readonly token: string;
  /** As it was typed. */
  readonly password: string;
}

export type ResetOutcome = { readonly ok: true } | Expired | PasswordRefused | Throttled;

export async function requestReset(
  parts: FlowParts,
  visit: Visit,
  { address }: { readonly address: string },
): Promise<LinkRequestOutcome> {
  requireMailer(parts);
  const reading = readAccountName(address);
  if (!reading.ok) return { ok: false, reason: 'address-invalid', message: reading.message };
  const { canonicalName: canonical } = reading;
  const device = parts.device.findByName(visit, canonical);
  const throttled = await countRequest(parts, visit, canonical, device);
  if (throttled !== undefined) return throttled;
  const caller = callerOf(parts, visit);
  parts.background.run(async () => {
    const found = await findReachable(parts, { canonical, caller, device });
    if (found !== undefined) return sendReset(parts, found, caller);
    const content = credentialState({ password: null }, { canonical });
    await issueForNobody(parts, KIND, { canonical, content });
  });
  return { ok: true };
}

/** Sends the link. For the background, and for an administrator who starts a reset (G77). */
export async function sendReset(
  { tokens, post }: FlowParts,
  { account, address }: Reachable,
  caller: Caller,
): Promise<void> {
  const { token } = await tokens.issue(KIND, {
    subject: account.userId,
    content: credentialState(account, address),
    replaces: true,
  });
  const { lifetimeMs } = ONE_TIME_KINDS[KIND];
  await post.sendLink(KIND, { to: address.address, token, lifetimeMs, caller });
}

/** Whose password it is. */
export type ResetLook =
  | {
      readonly ok: true;
      /** What the person signs in by, for password managers: the sign-in name, or the primary address. */
      readonly name: string;
      /** Whether the shorter passwords are taken (G20, G21): which guidance to show. */
      readonly hasSecondFactor: boolean;
    }
  | Expired;

/** For the page that the link leads to. Uses nothing up. */
export async function lookAtReset(parts: FlowParts, { token }: LinkInput): Promise<ResetLook> {
  const found = await findLink(parts, KIND, token, isCredentialState);
  if (found === undefined) return { ok: false, reason: 'expired' };
  const { account } = found;
  const name = account.name?.typed ?? primaryAddressOf(account) ?? account.userId;
  return { ok: true, name, hasSecondFactor: hasSecondFactor(account) };
}

export async function finishReset(
  parts: FlowParts,
  visit: Visit,
  { token, password }: ResetInput,
): Promise<ResetOutcome> {
  const { accounts, tokens } = parts;
  const use = await countTokenUse(parts, visit, ACTION, () =>
    findLink(parts, KIND, token, isCredentialState),
  );
  if (!use.ok) return use;
  const { account, content: state } = use.found;
  const { userId } = account;
  const caller = callerOf(parts, visit);
  const request = { by: countedLink(token), userId, action: ACTION, caller } as const;
  const check = await checkNewPassword(accounts, { typed: password, account, request });
  if (!check.ok) return check;
  // Before anything is changed or used up, so that a busy hasher costs the person nothing.
  const phc = await accounts.hasher.hash(check.password);
  const change = { userId, state, next: { phc, standsAlone: check.standsAlone } };
  // Which takes long: a link that became worthless meanwhile must not close the password.
  const isGood = (await tokens.read(KIND, token, isCredentialState)) !== undefined;
  const replaced = isGood ? await closeAndReplace(parts, token, change, caller) : undefined;
  if (replaced === undefined) return tellExpired(parts, visit, ACTION, userId);
  // Whoever can read the account's mail keeps this one; other devices may be why it was reset.
  parts.device.keep(visit, replaced.before, replaced.after);
  await afterReset(parts, replaced.after, caller);
  return { ok: true };
}

/**
 * `undefined` when the link is worthless.
 * @throws whatever the stores do: what was done until then stays done, which is told
 */
async function closeAndReplace(
  parts: FlowParts,
  token: string,
  change: PasswordReset,
  caller: Caller,
): Promise<Replaced | undefined> {
  const { accounts, sessions, tokens } = parts;
  const { userId } = change;
  try {
    if (!(await closePassword(parts, change))) return undefined;
    // Before as well as after: where they cannot be ended, it fails here already, while the link is good;
    // and where it is cut off in the middle, nobody is left signed in beside the new password.
    await sessions.endUser(userId);
    const taken = await tokens.take(KIND, token, isCredentialState);
    return taken === undefined ? undefined : await replacePassword(parts, change);
  } catch (cause) {
    accounts.tell({ action: ACTION, outcome: 'failed', userId, cause }, caller);
    throw cause;
  }
}

/** Whatever the old password, or whoever knew it, had begun ends here (G68, G74). */
async function afterReset(
  { accounts, tokens, sessions, post }: FlowParts,
  account: Account,
  caller: Caller,
): Promise<void> {
  const { userId } = account;
  // First, since whatever fails from here on does not take it back.
  accounts.tell({ action: ACTION, outcome: 'success', userId }, caller);
  post.notify(account, 'password-reset', {}, caller);
  await sessions.endUser(userId);
  await tokens.removeAbout(userId);
  await forgetStrangers(accounts, { account, authenticator: 'password', caller });
}
