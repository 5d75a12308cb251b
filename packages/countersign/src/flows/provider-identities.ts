// Linking identities at providers to an account, and taking them off, by its owner after a fresh proof of
// everything that a sign-in asks for (ASVS 7.5.1). Nothing else links: no address, no name.

import { changeAccount, findAccountByKey, type Decision } from '../accounts/account-change.js';
import type { Account, IdentityRecord } from '../accounts/account.js';
import { providerKey, type ProviderSubject } from '../accounts/provider-identity.js';
import { afterCredentialChange } from './credential-change.js';
import { callerOf, type FlowParts } from './flow-parts.js';
import type { Ended } from './outcome.js';
import { hasIdentity, type Arrival, type ProviderFinishOutcome } from './provider-arrival.js';
import { tellRefused } from './refused-event.js';
import { clear, type Barred } from './step-up.js';
import type { Visit } from './visit.js';
import { hasWayIn } from './ways-in.js';

/** The most that one account may have. */
const MAX_IDENTITIES = 20;

/** An identity as an account keeps it. */
export function identityRecord(
  { from, identity }: Pick<Arrival, 'from' | 'identity'>,
  linkedAt: number,
): IdentityRecord {
  const { issuer, subject, email, name } = identity;
  return { issuer, subject, label: email ?? name ?? from.provider.label, linkedAt };
}

/** Of a return whose owner was found signed in, and fresh. */
export async function linkIdentity(
  parts: FlowParts,
  visit: Visit,
  arrival: Arrival,
): Promise<ProviderFinishOutcome> {
  const { trip, from, identity } = arrival;
  const { store, clock, tell } = parts.accounts;
  const { userId, attempt } = trip;
  if (userId === null || attempt === null) return { ok: false, reason: 'expired' };
  const refuse = (reason: 'already-linked' | 'too-many'): ProviderFinishOutcome => {
    tellRefused(parts, visit, { action: 'link-provider', userId, reason });
    return { ok: false, reason };
  };
  // Looked up first, so that a session gains no proof by an identity that is not linked; the store decides.
  if ((await findAccountByKey(store, providerKey(identity))) !== null)
    return refuse('already-linked');
  // Before it is written: nothing is linked by a session that ended while its owner was away.
  const renewed = await visit.session.reauthenticate({ factors: ['provider'], attempt });
  if (!renewed.ok) {
    tellRefused(parts, visit, { action: 'link-provider', userId, reason: 'changed-meanwhile' });
    return { ok: false, reason: 'changed-meanwhile' };
  }
  const record = identityRecord({ from, identity }, clock.now());
  const changed = await changeAccount(store, userId, (account) => withIdentity(account, record));
  if (!changed.ok) {
    const { refusal } = changed;
    if (refusal === 'missing' || refusal === 'not-active')
      return { ok: false, reason: 'changed-meanwhile' };
    return refuse(refusal === 'taken' ? 'already-linked' : refusal);
  }
  const caller = callerOf(parts, visit);
  tell({ action: 'link-provider', outcome: 'success', userId }, caller);
  const { label: provider } = from.provider;
  parts.post.notify(changed.account, 'provider-linked', { provider }, caller);
  const after = await afterCredentialChange(parts, visit, { userId, endOthers: false });
  return after === 'ok'
    ? { ok: true, purpose: 'link', userId }
    : { ok: false, reason: 'changed-meanwhile' };
}

function withIdentity(
  account: Account,
  record: IdentityRecord,
): Decision<'not-active' | 'already-linked' | 'too-many'> {
  if (account.status !== 'active') return { refusal: 'not-active' };
  if (hasIdentity(account, record)) return { refusal: 'already-linked' };
  if (account.identities.length >= MAX_IDENTITIES) return { refusal: 'too-many' };
  return { to: { ...account, identities: [...account.identities, record] } };
}

export interface UnlinkInput extends ProviderSubject {
  /** End the user's other sessions. */
  readonly endOthers: boolean;
}

export type UnlinkOutcome =
  | { readonly ok: true }
  | { readonly ok: false; readonly reason: 'unknown-identity' | 'last-way-in' }
  | Ended
  | Barred;

/** As `ProviderFlows.unlink` says. */
export async function unlinkIdentity(
  parts: FlowParts,
  visit: Visit,
  { issuer, subject, endOthers }: UnlinkInput,
): Promise<UnlinkOutcome> {
  const cleared = await clear(parts, visit, 'unlink-provider');
  if (!cleared.ok) return cleared;
  const { userId } = cleared.account;
  const { store, tell } = parts.accounts;
  const changed = await changeAccount(store, userId, (account) =>
    withoutIdentity(parts, account, { issuer, subject }),
  );
  if (!changed.ok) {
    const { refusal } = changed;
    const reason = refusal === 'last-way-in' ? refusal : 'unknown-identity';
    tellRefused(parts, visit, { action: 'unlink-provider', userId, reason });
    return { ok: false, reason };
  }
  const caller = callerOf(parts, visit);
  tell({ action: 'unlink-provider', outcome: 'success', userId }, caller);
  const from = parts.providers.find(({ provider }) => provider.issuer === issuer);
  const provider = from?.provider.label ?? issuer;
  parts.post.notify(changed.account, 'provider-unlinked', { provider }, caller);
  const after = await afterCredentialChange(parts, visit, { userId, endOthers });
  return after === 'ok' ? { ok: true } : { ok: false, reason: after };
}

function withoutIdentity(
  parts: FlowParts,
  account: Account,
  gone: ProviderSubject,
): Decision<'unknown-identity' | 'last-way-in'> {
  if (!hasIdentity(account, gone)) return { refusal: 'unknown-identity' };
  const identities = account.identities.filter(
    (each) => !hasIdentity({ identities: [each] }, gone),
  );
  const rest = { ...account, identities };
  return hasWayIn(parts, rest) ? { to: rest } : { refusal: 'last-way-in' };
}
