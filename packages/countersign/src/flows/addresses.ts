// The addresses of an account, changed by its owner: with a fresh proof, and every address that it had is
// told (ASVS 7.5.1, 6.3.7; G83, G87). What an address is worth to others is told in mails alone (G60).

import { changeAccount, type Decision } from '../accounts/account-change.js';
import type { AccountAction } from '../accounts/account-events.js';
import { primaryAddressOf, type Account } from '../accounts/account.js';
import type { Throttled } from '../accounts/counted-attempt.js';
import { readEmailAddress } from '../accounts/email-address.js';
import { findRecord, withoutAddress, withPending, withPrimary } from './address-change.js';
import { sendVerification } from './address-link.js';
import { afterCredentialChange } from './credential-change.js';
import { callerOf, type FlowParts } from './flow-parts.js';
import {
  countRequest,
  countRequestsOf,
  requireMailer,
  type AddressInvalid,
} from './link-request.js';
import type { NotSignedIn } from './outcome.js';
import { tellRefused } from './refused-event.js';
import { clear, type Barred } from './step-up.js';
import type { Visit } from './visit.js';

/** Enter it as the account has it, or as people type it. */
export interface AddressInput {
  readonly address: string;
}

/** The account has no such address, or not one for this. */
export interface UnknownAddress {
  readonly ok: false;
  readonly reason: 'unknown-address';
}

export type AddAddressOutcome =
  | { readonly ok: true }
  | AddressInvalid
  | { readonly ok: false; readonly reason: 'too-many' }
  | Barred
  | Throttled;

export type ResendAddressOutcome = { readonly ok: true } | UnknownAddress | Barred | Throttled;

export type PrimaryAddressOutcome = { readonly ok: true } | UnknownAddress | Barred;

export type RemoveAddressOutcome =
  | PrimaryAddressOutcome
  /** It is the only one that mail can go to. */
  | { readonly ok: false; readonly reason: 'last-address' };

export async function addAddress(
  parts: FlowParts,
  visit: Visit,
  { address: typed }: AddressInput,
): Promise<AddAddressOutcome> {
  requireMailer(parts);
  const cleared = await clear(parts, visit, 'add-address');
  if (!cleared.ok) return cleared;
  const reading = readEmailAddress(typed);
  if (!reading.ok) return { ok: false, reason: 'address-invalid', message: reading.message };
  return askForAddress(parts, visit, cleared.account, reading);
}

export async function resendAddress(
  parts: FlowParts,
  visit: Visit,
  { address: typed }: AddressInput,
): Promise<ResendAddressOutcome> {
  requireMailer(parts);
  // The link will be bound to the password of today, so it takes a proof of today.
  const cleared = await clear(parts, visit, 'add-address');
  if (!cleared.ok) return cleared;
  const record = recordOf(cleared.account, typed);
  if (record === undefined || record.verifiedAt !== null)
    return tellUnknown(parts, visit, 'add-address');
  const asked = await askForAddress(parts, visit, cleared.account, record);
  return !asked.ok && asked.reason === 'too-many' ? UNKNOWN_ADDRESS : asked;
}

type Asked =
  | { readonly ok: true }
  | { readonly ok: false; readonly reason: 'too-many' }
  | NotSignedIn
  | Throttled;

/** Notes the address as pending; the mails come after the answer. */
async function askForAddress(
  parts: FlowParts,
  visit: Visit,
  before: Account,
  address: { readonly address: string; readonly canonical: string },
): Promise<Asked> {
  const { userId } = before;
  const { canonical } = address;
  const throttled =
    (await countRequest(parts, visit, canonical)) ??
    // One account does not send mail to all the world, from wherever it does.
    (await countRequestsOf(parts, `added by ${userId}`));
  if (throttled !== undefined) return throttled;
  const { accounts, background, post } = parts;
  const now = accounts.clock.now();
  const changed = await changeAccount(
    accounts.store,
    userId,
    unlessNew(before, (account) => withPending(account, address, now)),
  );
  if (!changed.ok) {
    // One that is verified already is the account's own: nothing to do, and nothing to hide.
    if (changed.refusal === 'verified') return { ok: true };
    return changed.refusal === 'too-many' ? { ok: false, reason: 'too-many' } : NOT_SIGNED_IN;
  }
  const caller = callerOf(parts, visit);
  const { address: emailAddress } = address;
  accounts.tell({ action: 'add-address', outcome: 'success', userId, emailAddress }, caller);
  if (findRecord(before, canonical) === undefined) {
    post.notify(before, 'address-pending', { address: address.address }, caller);
  }
  background.run(() => sendVerification(parts, changed.account, canonical, caller));
  return { ok: true };
}

export async function makeAddressPrimary(
  parts: FlowParts,
  visit: Visit,
  input: AddressInput,
): Promise<PrimaryAddressOutcome> {
  const cleared = await clear(parts, visit, 'make-address-primary');
  if (!cleared.ok) return cleared;
  const { account: before } = cleared;
  const record = recordOf(before, input.address);
  if (record === undefined) return tellUnknown(parts, visit, 'make-address-primary');
  const { address, canonical } = record;
  if (primaryAddressOf(before) === address) return { ok: true };
  const { userId } = before;
  const changed = await changeAccount(
    parts.accounts.store,
    userId,
    unlessNew(before, (account) => withPrimary(account, canonical)),
  );
  if (!changed.ok) return refusalOf(changed.refusal);
  const caller = callerOf(parts, visit);
  const told = { action: 'make-address-primary', outcome: 'success', userId } as const;
  parts.accounts.tell({ ...told, emailAddress: address }, caller);
  parts.post.notify(before, 'primary-changed', { address }, caller);
  await afterCredentialChange(parts, visit, { userId, endOthers: false });
  return { ok: true };
}

export async function removeAddress(
  parts: FlowParts,
  visit: Visit,
  input: AddressInput,
): Promise<RemoveAddressOutcome> {
  const cleared = await clear(parts, visit, 'remove-address');
  if (!cleared.ok) return cleared;
  const { account: before } = cleared;
  const record = recordOf(before, input.address);
  if (record === undefined) return tellUnknown(parts, visit, 'remove-address');
  const { address, canonical, verifiedAt } = record;
  const { userId } = before;
  const changed = await changeAccount(
    parts.accounts.store,
    userId,
    unlessNew(before, (account) => withoutAddress(account, canonical)),
  );
  if (!changed.ok) {
    return changed.refusal === 'last-address'
      ? { ok: false, reason: 'last-address' }
      : refusalOf(changed.refusal);
  }
  const caller = callerOf(parts, visit);
  const told = { action: 'remove-address', outcome: 'success', userId } as const;
  parts.accounts.tell({ ...told, emailAddress: address }, caller);
  // To the one that is gone as well: its owner may be the one who did not want this.
  if (verifiedAt !== null) parts.post.notify(before, 'address-removed', { address }, caller);
  await afterCredentialChange(parts, visit, { userId, endOthers: false });
  return { ok: true };
}

/**
 * The same decision, unless the account was disabled or got another password since the visit was let on:
 * whoever has started that wants nothing to come through any more.
 */
function unlessNew<Refusal>(
  before: Account,
  decide: (account: Account) => Decision<Refusal>,
): (account: Account) => Decision<Refusal | 'changed-meanwhile'> {
  return (account) =>
    account.status === 'active' && account.password?.version === before.password?.version
      ? decide(account)
      : { refusal: 'changed-meanwhile' };
}

function refusalOf(refusal: string): UnknownAddress | NotSignedIn {
  return refusal === 'unknown-address' ? UNKNOWN_ADDRESS : NOT_SIGNED_IN;
}

const UNKNOWN_ADDRESS: UnknownAddress = { ok: false, reason: 'unknown-address' };
const NOT_SIGNED_IN: NotSignedIn = { ok: false, reason: 'not-signed-in' };

/** It may be another account's, so it is told (ASVS 16.3.2). */
function tellUnknown(parts: FlowParts, visit: Visit, action: AccountAction): UnknownAddress {
  const { userId } = visit.session;
  tellRefused(parts, visit, { action, reason: 'unknown-address', userId });
  return UNKNOWN_ADDRESS;
}

function recordOf(account: Account, typed: string): ReturnType<typeof findRecord> {
  const reading = readEmailAddress(typed);
  return reading.ok ? findRecord(account, reading.canonical) : undefined;
}
