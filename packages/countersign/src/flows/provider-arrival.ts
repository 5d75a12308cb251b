// What a return from a provider is once it was judged, and what a return can come to.

import type { Account } from '../accounts/account.js';
import type { Throttled } from '../accounts/counted-attempt.js';
import type { ProviderIdentity, ProviderSubject } from '../accounts/provider-identity.js';
import type { FactorKind } from './assurance.js';
import type {
  ChangedMeanwhile,
  Expired,
  Refused,
  SecondFactorNeeded,
  TooManySessions,
} from './outcome.js';
import type { FlowProvider } from './provider-options.js';
import type { ProviderPurpose, ProviderTrip } from './provider-trip.js';
import type { Barred } from './step-up.js';

export type ProviderFinishOutcome =
  | { readonly ok: true; readonly purpose: ProviderPurpose; readonly userId: string }
  | SecondFactorNeeded
  | Refused
  | {
      readonly ok: false;
      readonly reason:
        | 'denied'
        | 'unavailable'
        | 'no-account'
        | 'address-taken'
        | 'already-linked'
        | 'too-many';
    }
  | Expired
  | ChangedMeanwhile
  | TooManySessions
  | Throttled
  | Barred;

/** What came back, and for what. */
export interface Arrival {
  readonly trip: ProviderTrip;
  readonly from: FlowProvider;
  readonly identity: ProviderIdentity;
}

/** Two factors only where it was configured which of the provider's words say so (ASVS 6.8.4). */
export function factorOf(
  { trustsTwoFactors: { acr, amr } }: FlowProvider,
  identity: ProviderIdentity,
): FactorKind {
  const isTrusted =
    (identity.acr !== null && acr.includes(identity.acr)) ||
    identity.amr.some((means) => amr.includes(means));
  return isTrusted ? 'provider-mfa' : 'provider';
}

/** Whether the account is opened by this identity: issuer and subject are the same (ASVS 6.8.1). */
export function hasIdentity(
  { identities }: Pick<Account, 'identities'>,
  { issuer, subject }: ProviderSubject,
): boolean {
  return identities.some((each) => each.issuer === issuer && each.subject === subject);
}
