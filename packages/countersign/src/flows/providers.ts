// The verbs of providers, as applications see them: signing in at an OpenID provider, linking what one is
// there to an account, and taking it off again.

import type { FlowParts } from './flow-parts.js';
import type { ProviderFinishOutcome } from './provider-arrival.js';
import { beginTrip, type ProviderBeginInput, type ProviderBeginOutcome } from './provider-begin.js';
import { finishTrip, type ProviderFinishInput } from './provider-finish.js';
import { unlinkIdentity, type UnlinkInput, type UnlinkOutcome } from './provider-identities.js';
import type { Visit } from './visit.js';

export interface ProviderFlows {
  /** Those that were configured, in their order. */
  list(): readonly { readonly name: string; readonly label: string }[];
  /**
   * Sends somebody to a provider. `link` and `step-up` are for who is signed in, `link` after a fresh
   * proof; `sign-in` is limited by network. The return is good once, for ten minutes, in this browser;
   * another `begin` takes its place.
   */
  begin(visit: Visit, input: ProviderBeginInput): Promise<ProviderBeginOutcome>;
  /**
   * The return, for whatever it was begun. An account with a second factor still asks for it, unless the
   * provider is trusted with two. `no-account`: nobody has this identity here, and none was made.
   * `address-taken`: somebody has the address; nothing is linked, they have to sign in and link it.
   */
  finish(visit: Visit, input: ProviderFinishInput): Promise<ProviderFinishOutcome>;
  /** Takes an identity off the account, unless it is the last way in. */
  unlink(visit: Visit, input: UnlinkInput): Promise<UnlinkOutcome>;
}

export function createProviderFlows(parts: FlowParts): ProviderFlows {
  return {
    list: () => parts.providers.map(({ provider: { name, label } }) => ({ name, label })),
    begin: (visit, input) => beginTrip(parts, visit, input),
    finish: (visit, input) => finishTrip(parts, visit, input),
    unlink: (visit, input) => unlinkIdentity(parts, visit, input),
  };
}
