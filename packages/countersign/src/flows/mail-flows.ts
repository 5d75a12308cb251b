// The flows by mail, as `createFlows` gives them. Every answer to a request is the same for every address;
// whether there is an account shows in the mails alone.

import { confirmAddress, lookAtAddress, type ConfirmAddressOutcome } from './address-link.js';
import {
  addAddress,
  makeAddressPrimary,
  removeAddress,
  resendAddress,
  type AddAddressOutcome,
  type AddressInput,
  type PrimaryAddressOutcome,
  type RemoveAddressOutcome,
  type ResendAddressOutcome,
} from './addresses.js';
import type { FlowParts } from './flow-parts.js';
import type { LinkRequestOutcome } from './link-request.js';
import type { AddressLook, LinkInput } from './link-token.js';
import {
  finishReset,
  lookAtReset,
  requestReset,
  type ResetInput,
  type ResetLook,
  type ResetOutcome,
} from './reset.js';
import {
  finishSignInLink,
  lookAtSignInLink,
  requestSignInLink,
  type LinkSignIn,
  type LinkSignInOutcome,
  type SignInLinkLook,
} from './sign-in-link.js';
import {
  finishSignUp,
  lookAtSignUp,
  requestSignUp,
  type SignUpInput,
  type SignUpOutcome,
} from './sign-up.js';
import type { Visit } from './visit.js';

/** Without `mail` in the options, what sends a mail throws `configuration`. */
export interface MailFlows {
  readonly signUp: {
    /** Sends a link to choose a password; to an address with an account, a mail that says so. */
    request(visit: Visit, input: { readonly address: string }): Promise<LinkRequestOutcome>;
    /** Whose link it is, for its page. Uses nothing up. */
    look(visit: Visit, input: LinkInput): Promise<AddressLook>;
    /** Makes the account with its address verified, and signs in. */
    finish(visit: Visit, input: SignUpInput): Promise<SignUpOutcome>;
  };
  readonly reset: {
    /** Sends a link to the address of the account, found by any of its addresses or its name. */
    request(visit: Visit, input: { readonly address: string }): Promise<LinkRequestOutcome>;
    /** Whose password it is, for the page of the link. Uses nothing up. */
    look(visit: Visit, input: LinkInput): Promise<ResetLook>;
    /**
     * Sets the password and ends all sessions of the account. Signs nobody in, and takes no second
     * factor away (G73; ASVS 6.4.3).
     */
    finish(visit: Visit, input: ResetInput): Promise<ResetOutcome>;
  };
  readonly signInLink: {
    /** Sends a link that only this browser can use (ASVS 6.6.2). */
    request(visit: Visit, input: LinkSignIn): Promise<LinkRequestOutcome>;
    /** Whether the link is good here, for its page. Uses nothing up. */
    look(visit: Visit, input: LinkInput): Promise<SignInLinkLook>;
    /** Signs in, or asks for the second factor of an account that has one. */
    finish(visit: Visit, input: LinkInput): Promise<LinkSignInOutcome>;
  };
  readonly addresses: {
    /**
     * Adds an address that is pending until a link that is sent there is followed; the account's others
     * are told. One that another account has gets the same answer, and its owner a mail that says so.
     */
    add(visit: Visit, input: AddressInput): Promise<AddAddressOutcome>;
    /** Sends the link to a pending address again; earlier links to it are worthless then. */
    resend(visit: Visit, input: AddressInput): Promise<ResendAddressOutcome>;
    /** Which address a link is about, for its page. Uses nothing up. */
    look(visit: Visit, input: LinkInput): Promise<AddressLook>;
    /** Makes it one of the account's. Signed in or not, but not while somebody else is. */
    confirm(visit: Visit, input: LinkInput): Promise<ConfirmAddressOutcome>;
    /** Links go there from now on. */
    makePrimary(visit: Visit, input: AddressInput): Promise<PrimaryAddressOutcome>;
    remove(visit: Visit, input: AddressInput): Promise<RemoveAddressOutcome>;
  };
}

export function createMailFlows(parts: FlowParts): MailFlows {
  return {
    signUp: {
      request: (visit, input) => requestSignUp(parts, visit, input),
      look: (_, input) => lookAtSignUp(parts, input),
      finish: (visit, input) => finishSignUp(parts, visit, input),
    },
    reset: {
      request: (visit, input) => requestReset(parts, visit, input),
      look: (_, input) => lookAtReset(parts, input),
      finish: (visit, input) => finishReset(parts, visit, input),
    },
    signInLink: {
      request: (visit, input) => requestSignInLink(parts, visit, input),
      look: (visit, input) => lookAtSignInLink(parts, visit, input),
      finish: (visit, input) => finishSignInLink(parts, visit, input),
    },
    addresses: {
      add: (visit, input) => addAddress(parts, visit, input),
      resend: (visit, input) => resendAddress(parts, visit, input),
      look: (_, input) => lookAtAddress(parts, input),
      confirm: (visit, input) => confirmAddress(parts, visit, input),
      makePrimary: (visit, input) => makeAddressPrimary(parts, visit, input),
      remove: (visit, input) => removeAddress(parts, visit, input),
    },
  };
}
