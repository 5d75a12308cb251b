// `countersign/accounts/passkeys`: the ceremonies of passkeys (WebAuthn Level 3) on the package
// `@simplewebauthn/server`, an optional peer that only this file loads. Functions on values: what is
// kept between the halves of a ceremony, and where accounts are, is its caller's.

import { createRequire } from 'node:module';

import { misconfigured } from '../errors.js';
import {
  finishAuthentication,
  type FinishAuthenticationInput,
  type FinishAuthenticationResult,
} from './passkey-authentication.js';
import type { PasskeyFault, UserVerification } from './passkey-expectation.js';
import {
  beginAuthentication,
  beginRegistration,
  PASSKEY_CEREMONY_MS,
  type BeginAuthenticationInput,
  type BeginRegistrationInput,
  type BeginRegistrationResult,
  type BegunAuthentication,
  type PasskeyCreationOptions,
  type PasskeyDescriptor,
  type PasskeyRequestOptions,
} from './passkey-options.js';
import { requireWebAuthn } from './passkey-peer.js';
import {
  finishRegistration,
  type FinishRegistrationInput,
  type FinishRegistrationResult,
} from './passkey-registration.js';
import { readAuthenticationResponse } from './passkey-response.js';
import { readPasskeySite, type PasskeySiteOptions } from './passkey-site.js';

export { PASSKEY_CEREMONY_MS };
export {
  addPasskey,
  findPasskey,
  MAX_PASSKEY_NAME_LENGTH,
  MAX_PASSKEYS,
  PASSKEY_NAME_REFUSAL,
  passkeyKey,
  readPasskeyName,
  removePasskey,
  replacePasskey,
  type PasskeyAddition,
  type PasskeyRecord,
} from './passkey-record.js';
export type {
  BeginAuthenticationInput,
  BeginRegistrationInput,
  BeginRegistrationResult,
  BegunAuthentication,
  FinishAuthenticationInput,
  FinishAuthenticationResult,
  FinishRegistrationInput,
  FinishRegistrationResult,
  PasskeyCreationOptions,
  PasskeyDescriptor,
  PasskeyFault,
  PasskeyRequestOptions,
  PasskeySiteOptions,
  UserVerification,
};

export interface PasskeyCeremoniesOptions extends PasskeySiteOptions {
  /**
   * When the package is loaded, which takes up to half a second, in which the process does nothing else.
   * `'when-needed'` is for who would rather start sooner: with the first response that is judged.
   * Default `'at-once'`.
   */
  readonly loading?: 'at-once' | 'when-needed';
}

/** What a response says of itself, before anything is proved: to find the account by. */
export interface ClaimedCredential {
  /** The credential id. */
  readonly id: string;
  /** The user id that the passkey keeps; `null` when it keeps none. */
  readonly userHandle: string | null;
}

export interface PasskeyCeremonies {
  /**
   * Options for `navigator.credentials.create`, for a discoverable passkey whose user handle is the user
   * id. Only for somebody who signed in just now.
   * @throws RangeError for a user id of no bytes or over 64
   */
  beginRegistration(input: BeginRegistrationInput): BeginRegistrationResult;
  /** Judges what the browser made of them. Nothing that it sends throws. */
  finishRegistration(input: FinishRegistrationInput): Promise<FinishRegistrationResult>;
  /** Options for `navigator.credentials.get`. */
  beginAuthentication(input: BeginAuthenticationInput): BegunAuthentication;
  /** The credential that a response claims to be of; `undefined` for what is no such response. */
  readCredentialId(response: unknown): ClaimedCredential | undefined;
  /** Judges what the browser made of them. Nothing that it sends throws. */
  finishAuthentication(input: FinishAuthenticationInput): Promise<FinishAuthenticationResult>;
}

/**
 * Makes the ceremonies for one site.
 * @throws CountersignError `configuration` when the package is missing or an option is wrong
 */
export function createPasskeyCeremonies(options: PasskeyCeremoniesOptions): PasskeyCeremonies {
  const { loading = 'at-once', ...siteOptions } = options;
  if (loading !== 'at-once' && loading !== 'when-needed')
    throw misconfigured('loading', 'is not known', "Write 'at-once' or 'when-needed'");
  const site = readPasskeySite(siteOptions);
  // By `require`, which is synchronous: a missing package is found at start-up.
  const peer = requireWebAuthn(createRequire(import.meta.url), loading);
  return {
    beginRegistration: (input) => beginRegistration(site, input),
    finishRegistration: async (input) => finishRegistration(site, peer(), input),
    beginAuthentication: (input) => beginAuthentication(site, input),
    readCredentialId(response) {
      const read = readAuthenticationResponse(response);
      return read === undefined ? undefined : { id: read.id, userHandle: read.userHandle };
    },
    finishAuthentication: async (input) => finishAuthentication(site, peer(), input),
  };
}
