// Sending somebody to a provider: to sign in, to link an identity to their account, or to prove anew who
// they are. The way back is in provider-finish.

import type { Throttled } from '../accounts/counted-attempt.js';
import { countFromNetwork } from '../accounts/counted-request.js';
import { callerOf, type FlowParts } from './flow-parts.js';
import type { FlowProvider } from './provider-options.js';
import { keepTrip, type ProviderPurpose } from './provider-trip.js';
import { clear, findSignedIn, type Barred } from './step-up.js';
import { wantsRemembering, type Visit } from './visit.js';

export interface ProviderBeginInput {
  /** The provider's name. */
  readonly provider: string;
  readonly purpose: ProviderPurpose;
  /** For a sign-in: keep the session when the browser closes, with the longer limits. Default no. */
  readonly remember?: boolean;
}

export type ProviderBeginOutcome =
  | {
      readonly ok: true;
      /** Where to send the browser, with 303. */
      readonly url: string;
    }
  | { readonly ok: false; readonly reason: 'unknown-provider' | 'unavailable' }
  | Throttled
  | Barred;

/** As `ProviderFlows.begin` says. */
export async function beginTrip(
  parts: FlowParts,
  visit: Visit,
  input: ProviderBeginInput,
): Promise<ProviderBeginOutcome> {
  const { provider: name, purpose } = input;
  const remember = wantsRemembering(input);
  const found = findProvider(parts, name);
  if (found === undefined) return { ok: false, reason: 'unknown-provider' };
  const traveller = await findTraveller(parts, visit, purpose);
  if (!traveller.ok) return traveller;
  const { userId } = traveller;
  const attempt = userId === null ? null : await visit.session.beginSignIn(userId);
  // Providers keep people signed in for weeks: a return alone proves nobody's presence (ASVS 6.8.4).
  const begun = await found.provider.begin(purpose === 'step-up' ? { maxAge: 0 } : {});
  if (!begun.ok) {
    const caller = callerOf(parts, visit);
    const told = { action: 'verify-provider', outcome: 'failed', userId } as const;
    const { detail: cause } = begun;
    parts.accounts.tell({ ...told, reason: 'provider-unavailable', cause }, caller);
    return { ok: false, reason: 'unavailable' };
  }
  const { url, expectation } = begun;
  await keepTrip(parts, visit, { purpose, provider: name, remember, attempt, expectation, userId });
  return { ok: true, url };
}

async function findTraveller(
  parts: FlowParts,
  visit: Visit,
  purpose: ProviderPurpose,
): Promise<{ readonly ok: true; readonly userId: string | null } | Throttled | Barred> {
  if (purpose === 'sign-in') {
    const request = { purpose: 'ceremony', action: 'verify-provider' } as const;
    const caller = callerOf(parts, visit);
    const throttled = await countFromNetwork(parts.accounts, { ...request, caller });
    return throttled ?? { ok: true, userId: null };
  }
  if (purpose === 'link') {
    const cleared = await clear(parts, visit, 'link-provider');
    return cleared.ok ? { ok: true, userId: cleared.account.userId } : cleared;
  }
  const account = await findSignedIn(parts, visit);
  if (account === null) return { ok: false, reason: 'not-signed-in' };
  return { ok: true, userId: account.userId };
}

export function findProvider(
  { providers }: Pick<FlowParts, 'providers'>,
  name: string,
): FlowProvider | undefined {
  return providers.find(({ provider }) => provider.name === name);
}
