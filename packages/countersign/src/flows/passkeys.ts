// The verbs of passkeys, as applications see them. Signing in with them is in passkey-sign-in, the list of
// an account's own in passkey-addition and passkey-changes.

import type { Throttled } from '../accounts/counted-attempt.js';
import type { PasskeyCeremonies } from '../accounts/passkeys.js';
import { misconfigured } from '../errors.js';
import type { FlowParts } from './flow-parts.js';
import type { Expired, NotSignedIn, SecondFactorOutcome } from './outcome.js';
import {
  addOwnPasskey,
  beginAddPasskey,
  type AddPasskeyInput,
  type AddPasskeyOutcome,
  type BeginAddOutcome,
} from './passkey-addition.js';
import {
  removeOwnPasskey,
  renameOwnPasskey,
  type RemovePasskeyOutcome,
  type RenamePasskeyOutcome,
} from './passkey-changes.js';
import {
  beginPasskeySecondFactor,
  beginPasskeySignIn,
  beginPasskeyStepUp,
  signInWithPasskey,
  signInWithSecondPasskey,
  stepUpWithPasskey,
  type NoPasskey,
  type PasskeyBegun,
  type PasskeyResponse,
  type PasskeySignIn,
  type PasskeySignInOutcome,
} from './passkey-sign-in.js';
import type { StepUpOutcome } from './step-up.js';
import type { Visit } from './visit.js';

/**
 * Ceremonies of passkeys. Each begins with options for the browser, which are good once, for five
 * minutes, in this browser; one that is begun takes the place of the one before. Without the option
 * `passkeys` every verb but `rename` and `remove` rejects with `configuration`.
 */
export interface PasskeyFlows {
  /** Options for any passkey, which names its user itself. Limited by network, as anybody may ask. */
  beginSignIn(visit: Visit): Promise<PasskeyBegun | Throttled>;
  /** Signs in, with two factors at once: the authenticator has to verify the person. */
  signIn(visit: Visit, input: PasskeySignIn): Promise<PasskeySignInOutcome>;
  /** Options for the sign-in that waits on this browser for a second factor. */
  beginSecondFactor(visit: Visit): Promise<PasskeyBegun | NoPasskey | Expired>;
  /** Ends it. Holding the key is enough. */
  secondFactor(visit: Visit, input: PasskeyResponse): Promise<SecondFactorOutcome>;
  /** Options for another proof of who is signed in; the person is verified unless one is fresh. */
  beginStepUp(visit: Visit): Promise<PasskeyBegun | NoPasskey | NotSignedIn>;
  stepUp(visit: Visit, input: PasskeyResponse): Promise<StepUpOutcome | Expired>;
  /**
   * Options for a new passkey, after a fresh proof.
   * @param input the name as it was typed, if it is asked before: looked at, so that no authenticator
   *   keeps a passkey that is not taken
   */
  beginAdd(visit: Visit, input?: { readonly name: string }): Promise<BeginAddOutcome>;
  /** Adds it, and makes the session anew. `name-invalid` uses nothing up. */
  add(visit: Visit, input: AddPasskeyInput): Promise<AddPasskeyOutcome>;
  rename(
    visit: Visit,
    input: { readonly id: string; readonly name: string },
  ): Promise<RenamePasskeyOutcome>;
  /** Removes one, unless it is the last way in, or the password is too short to be alone (G21). */
  remove(
    visit: Visit,
    input: { readonly id: string; readonly endOthers: boolean },
  ): Promise<RemovePasskeyOutcome>;
}

export function createPasskeyFlows(parts: FlowParts): PasskeyFlows {
  const ceremonies = (): PasskeyCeremonies => {
    if (parts.passkeys !== undefined) return parts.passkeys;
    throw misconfigured(
      'passkeys',
      'is missing',
      'Pass createPasskeyCeremonies({ … }) to createFlows',
    );
  };
  // Async, so that what is missing is a rejection, as every other error is.
  return {
    beginSignIn: async (visit) => beginPasskeySignIn(parts, ceremonies(), visit),
    signIn: async (visit, input) => signInWithPasskey(parts, ceremonies(), visit, input),
    beginSecondFactor: async (visit) => beginPasskeySecondFactor(parts, ceremonies(), visit),
    secondFactor: async (visit, input) =>
      signInWithSecondPasskey(parts, ceremonies(), visit, input),
    beginStepUp: async (visit) => beginPasskeyStepUp(parts, ceremonies(), visit),
    stepUp: async (visit, input) => stepUpWithPasskey(parts, ceremonies(), visit, input),
    beginAdd: async (visit, input) => beginAddPasskey(parts, ceremonies(), visit, input?.name),
    add: async (visit, input) => addOwnPasskey(parts, ceremonies(), visit, input),
    rename: (visit, input) => renameOwnPasskey(parts, visit, input),
    remove: (visit, input) => removeOwnPasskey(parts, visit, input),
  };
}
