// Signing in, and proving anew, by an identity that a provider has vouched for just now. The account is
// found by issuer and subject. An address opens nothing: addresses change hands, and a provider that is
// careless or hostile would open every account here (ASVS 6.8.1).

import { findAccount, findAccountByKey } from '../accounts/account-change.js';
import { rowOf } from '../accounts/account-document.js';
import { signInKey } from '../accounts/account-keys.js';
import type { Account } from '../accounts/account.js';
import { countFromNetwork } from '../accounts/counted-request.js';
import { readDisplayName } from '../accounts/display-name.js';
import { readEmailAddress } from '../accounts/email-address.js';
import { newAccount } from '../accounts/new-account.js';
import { providerKey } from '../accounts/provider-identity.js';
import { enter } from './entrance.js';
import { callerOf, type FlowParts } from './flow-parts.js';
import {
  factorOf,
  hasIdentity,
  type Arrival,
  type ProviderFinishOutcome,
} from './provider-arrival.js';
import { identityRecord } from './provider-identities.js';
import { tellRefused } from './refused-event.js';
import type { Visit } from './visit.js';

export async function signInWithIdentity(
  parts: FlowParts,
  visit: Visit,
  arrival: Arrival,
): Promise<ProviderFinishOutcome> {
  const { store } = parts.accounts;
  const found = await findAccountByKey(store, providerKey(arrival.identity));
  if (found !== null) return enterByIdentity(parts, visit, arrival, { userId: found.userId });
  return signUpWithIdentity(parts, visit, arrival);
}

async function enterByIdentity(
  parts: FlowParts,
  visit: Visit,
  arrival: Arrival,
  { userId, isNew }: { readonly userId: string; readonly isNew?: true },
): Promise<ProviderFinishOutcome> {
  const { trip, from, identity } = arrival;
  const attempt = await visit.session.beginSignIn(userId);
  // Read after the ticket was taken, so that no change falls between the two.
  const account = await findAccount(parts.accounts.store, userId);
  if (account?.status !== 'active' || !hasIdentity(account, identity)) {
    const reason = account?.status === 'active' ? 'unknown-identity' : 'not-active';
    tellRefused(parts, visit, { action: 'verify-provider', userId, reason });
    return { ok: false, reason: 'refused' };
  }
  const caller = callerOf(parts, visit);
  parts.accounts.tell({ action: 'verify-provider', outcome: 'success', userId }, caller);
  const entered = await enter(parts, visit, {
    account,
    attempt,
    factors: [factorOf(from, identity)],
    remember: trip.remember,
    ...(isNew === undefined ? {} : { isNew }),
  });
  return entered.ok ? { ok: true, purpose: 'sign-in', userId } : entered;
}

/** Makes an account with the address that the provider has verified, where that is wanted. */
async function signUpWithIdentity(
  parts: FlowParts,
  visit: Visit,
  arrival: Arrival,
): Promise<ProviderFinishOutcome> {
  const { store, tell } = parts.accounts;
  const draft = draftOf(arrival, parts.accounts.clock.now());
  const [address] = draft?.addresses ?? [];
  if (draft === undefined || address === undefined) {
    tellRefused(parts, visit, {
      action: 'verify-provider',
      userId: null,
      reason: 'unknown-identity',
    });
    return { ok: false, reason: 'no-account' };
  }
  const addressTaken = (): ProviderFinishOutcome => {
    tellRefused(parts, visit, { action: 'verify-provider', userId: null, reason: 'address-taken' });
    return { ok: false, reason: 'address-taken' };
  };
  if ((await findAccountByKey(store, signInKey(address.canonical))) !== null) return addressTaken();
  const caller = callerOf(parts, visit);
  const request = { purpose: 'registration', action: 'sign-up', caller } as const;
  const throttled = await countFromNetwork(parts.accounts, request);
  if (throttled !== undefined) return throttled;
  if ((await store.create(rowOf(draft))) === 'ok') {
    const { userId } = draft;
    tell({ action: 'sign-up', outcome: 'success', userId }, caller);
    return enterByIdentity(parts, visit, arrival, { userId, isNew: true });
  }
  // The same person may have come back in another tab at the same time.
  const made = await findAccountByKey(store, providerKey(arrival.identity));
  if (made === null) return addressTaken();
  return enterByIdentity(parts, visit, arrival, { userId: made.userId });
}

/** `undefined` when no account may be made of it. */
function draftOf({ from, identity }: Arrival, now: number): Account | undefined {
  if (!from.createsAccounts || identity.email === null || !identity.emailVerified) return undefined;
  const reading = readEmailAddress(identity.email);
  if (!reading.ok) return undefined;
  const { address, canonical } = reading;
  const name = readDisplayName(identity.name ?? '');
  return {
    ...newAccount(now),
    displayName: name.ok ? name.name : null,
    addresses: [{ address, canonical, addedAt: now, verifiedAt: now }],
    identities: [identityRecord({ from, identity }, now)],
  };
}

export async function stepUpWithIdentity(
  parts: FlowParts,
  visit: Visit,
  { trip, from, identity }: Arrival,
): Promise<ProviderFinishOutcome> {
  const { userId, attempt } = trip;
  if (userId === null || attempt === null) return { ok: false, reason: 'expired' };
  const account = await findAccount(parts.accounts.store, userId);
  if (account?.status !== 'active' || !hasIdentity(account, identity)) {
    tellRefused(parts, visit, { action: 'verify-provider', userId, reason: 'unknown-identity' });
    return { ok: false, reason: 'refused' };
  }
  const factors = [factorOf(from, identity)];
  const renewed = await visit.session.reauthenticate({ factors, attempt });
  const outcome = renewed.ok ? 'success' : 'refused';
  const caller = callerOf(parts, visit);
  parts.accounts.tell({ action: 'step-up', outcome, userId, factors }, caller);
  return renewed.ok
    ? { ok: true, purpose: 'step-up', userId }
    : { ok: false, reason: 'changed-meanwhile' };
}
