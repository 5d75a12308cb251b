// The return from a provider: judged, and then what it was begun for. Who somebody is there is issuer and
// subject together, and never an address (ASVS 6.8.1).

import { countAttempt, type Throttled } from '../accounts/counted-attempt.js';
import type { Caller } from '../accounts/caller.js';
import type { OidcRefusal } from '../accounts/oidc.js';
import type { ProviderIdentity } from '../accounts/provider-identity.js';
import { callerOf, type FlowParts } from './flow-parts.js';
import type { Refused } from './outcome.js';
import type { ProviderFinishOutcome } from './provider-arrival.js';
import { findProvider } from './provider-begin.js';
import { linkIdentity } from './provider-identities.js';
import type { FlowProvider } from './provider-options.js';
import { signInWithIdentity, stepUpWithIdentity } from './provider-sign-in.js';
import { takeTrip, type ProviderTrip } from './provider-trip.js';
import { tellRefused } from './refused-event.js';
import { clear, type Barred } from './step-up.js';
import type { Visit } from './visit.js';

export interface ProviderFinishInput {
  /** The URL of the request as it came, or its path with the query. */
  readonly url: string;
  /**
   * The provider whose return address this is, where each has one of its own: another one's return is
   * refused (RFC 9700 §4.4).
   */
  readonly provider?: string;
}

/** As `ProviderFlows.finish` says. */
export async function finishTrip(
  parts: FlowParts,
  visit: Visit,
  { url, provider: name }: ProviderFinishInput,
): Promise<ProviderFinishOutcome> {
  const trip = await takeTrip(parts, visit);
  const from = trip === undefined ? undefined : findProvider(parts, trip.provider);
  if (trip === undefined || from === undefined) return { ok: false, reason: 'expired' };
  const caller = callerOf(parts, visit);
  if (name !== undefined && name !== trip.provider) {
    tellFailure(
      parts,
      trip,
      { reason: 'refused', detail: 'the return of another provider' },
      caller,
    );
    return { ok: false, reason: 'refused' };
  }
  // Before anything is asked of the provider.
  const barred = await findBar(parts, visit, trip);
  if (barred !== undefined) return barred;
  const arrived = await redeem(parts, { trip, from, url, caller });
  if (!arrived.ok) return arrived;
  const arrival = { trip, from, identity: arrived.identity };
  if (trip.purpose === 'sign-in') return signInWithIdentity(parts, visit, arrival);
  if (trip.purpose === 'link') return linkIdentity(parts, visit, arrival);
  return stepUpWithIdentity(parts, visit, arrival);
}

/** For linking and step-up, the same person has to be signed in as when they left. */
async function findBar(
  parts: FlowParts,
  visit: Visit,
  { purpose, userId }: ProviderTrip,
): Promise<Barred | Refused | undefined> {
  if (purpose === 'sign-in') return undefined;
  if (visit.session.userId === null) return { ok: false, reason: 'not-signed-in' };
  const { userId: owner } = visit.session;
  if (owner !== userId) {
    const action = purpose === 'link' ? 'link-provider' : 'step-up';
    tellRefused(parts, visit, { action, reason: 'other-account', userId: owner });
    return { ok: false, reason: 'refused' };
  }
  if (purpose === 'step-up') return undefined;
  const cleared = await clear(parts, visit, 'link-provider');
  return cleared.ok ? undefined : cleared;
}

type Redeemed =
  | { readonly ok: true; readonly identity: ProviderIdentity }
  | { readonly ok: false; readonly reason: OidcRefusal['reason'] }
  | Throttled;

/** Counted by network: whose account it will be is not known yet. */
async function redeem(
  parts: FlowParts,
  given: {
    readonly trip: ProviderTrip;
    readonly from: FlowProvider;
    readonly url: string;
    readonly caller: Caller;
  },
): Promise<Redeemed> {
  const { trip, from, url, caller } = given;
  const { expectation } = trip;
  const attempt = {
    action: 'verify-provider',
    authenticator: 'provider',
    account: null,
    caller,
  } as const;
  const judged = await countAttempt(parts.accounts, attempt, async () => {
    const result = await from.provider.finish({ expectation, url });
    if (result.ok) return { ok: true, redeemed: result } as const;
    tellFailure(parts, trip, result, caller);
    const { reason } = result;
    // Nobody guesses by saying no, nor by a provider that is down.
    if (reason === 'refused') return { ok: false, reason } as const;
    return { ok: true, redeemed: { ok: false, reason } } as const;
  });
  return judged.ok ? judged.redeemed : judged;
}

function tellFailure(
  { accounts }: FlowParts,
  { userId }: ProviderTrip,
  { reason, detail }: Pick<OidcRefusal, 'reason' | 'detail'>,
  caller: Caller,
): void {
  const isDown = reason === 'unavailable';
  accounts.tell(
    {
      action: 'verify-provider',
      outcome: isDown ? 'failed' : 'refused',
      reason: isDown ? 'provider-unavailable' : 'provider-refused',
      userId,
      cause: detail,
    },
    caller,
  );
}
