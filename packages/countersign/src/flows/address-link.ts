// The link to an address that is being added: sent to it, and followed by whoever reads its mail. It proves
// the address and signs nobody in, so it works signed out as well (G6 of the checklist of passwords).

import { changeAccount, findAccount, findAccountByKey } from '../accounts/account-change.js';
import { signInKey } from '../accounts/account-keys.js';
import type { Account } from '../accounts/account.js';
import type { Caller } from '../accounts/caller.js';
import type { Throttled } from '../accounts/counted-attempt.js';
import { ONE_TIME_KINDS } from '../accounts/one-time-kinds.js';
import { findRecord, isPendingState, pendingState, withVerified } from './address-change.js';
import { callerOf, type FlowParts } from './flow-parts.js';
import { issueForNobody } from './link-request.js';
import { countTokenUse, tellExpired, type AddressLook, type LinkInput } from './link-token.js';
import type { Expired } from './outcome.js';
import { sendKnown } from './sign-up.js';
import type { Visit } from './visit.js';

const KIND = 'verify-address';

export type ConfirmAddressOutcome =
  | {
      readonly ok: true;
      /** As it was typed when it was added. */
      readonly address: string;
    }
  | Expired
  | Throttled;

/** To an address that another account has, says that to its owner instead, as a sign-up does. */
export async function sendVerification(
  parts: FlowParts,
  account: Account,
  canonical: string,
  caller: Caller,
): Promise<void> {
  const { accounts, tokens, post } = parts;
  const owner = await findAccountByKey(accounts.store, signInKey(canonical));
  if (owner !== null && owner.userId !== account.userId) {
    await issueForNobody(parts, KIND, { canonical, content: { address: canonical } });
    return sendKnown(parts, owner, canonical, caller);
  }
  const content = pendingState(account, canonical);
  const record = findRecord(account, canonical);
  if (content === undefined || record === undefined) return;
  const { token } = await tokens.issue(KIND, { subject: account.userId, content });
  const { lifetimeMs } = ONE_TIME_KINDS[KIND];
  await post.sendLink(KIND, { to: record.address, token, lifetimeMs, caller });
}

/** For the page that the link leads to. Uses nothing up. */
export async function lookAtAddress(parts: FlowParts, { token }: LinkInput): Promise<AddressLook> {
  const found = await findPending(parts, token);
  return found === undefined
    ? { ok: false, reason: 'expired' }
    : { ok: true, address: found.address };
}

export async function confirmAddress(
  parts: FlowParts,
  visit: Visit,
  { token }: LinkInput,
): Promise<ConfirmAddressOutcome> {
  const { accounts, tokens, post } = parts;
  const use = await countTokenUse(parts, visit, 'confirm-address', () => findPending(parts, token));
  if (!use.ok) return use;
  const { account: before, address } = use.found;
  const { userId } = before;
  const expired = (): Expired => tellExpired(parts, visit, 'confirm-address', userId);
  // Somebody else is signed in here: whose address it would become is not what this page shows.
  if (visit.session.userId !== null && visit.session.userId !== userId) return expired();
  const taken = await tokens.take(KIND, token, isPendingState);
  if (taken === undefined) return expired();
  const changed = await changeAccount(accounts.store, userId, (account) =>
    withVerified(account, taken.content, accounts.clock.now()),
  );
  // Also when another account was faster to show that the address is its own.
  if (!changed.ok) return expired();
  const caller = callerOf(parts, visit);
  const told = { action: 'confirm-address', outcome: 'success', userId } as const;
  accounts.tell({ ...told, emailAddress: address }, caller);
  // To those it had before: they are who can object.
  post.notify(before, 'address-added', { address }, caller);
  await parts.sessions.refuseEarlierSignIns(userId);
  return { ok: true, address };
}

/** The account that a link would add an address to, as it is now. */
async function findPending(
  { accounts, tokens }: FlowParts,
  token: string,
): Promise<{ readonly account: Account; readonly address: string } | undefined> {
  const found = await tokens.read(KIND, token, isPendingState);
  if (found === undefined || found.subject === null) return undefined;
  const account = await findAccount(accounts.store, found.subject);
  if (account === null) return undefined;
  if ('refusal' in withVerified(account, found.content, accounts.clock.now())) return undefined;
  const record = findRecord(account, found.content.canonical);
  return record === undefined ? undefined : { account, address: record.address };
}
