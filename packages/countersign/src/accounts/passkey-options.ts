// What a browser is asked for in a passkey ceremony (WebAuthn Level 3 §5.4, §5.5), with what has to be
// remembered until it answers. The answers are judged in passkey-registration and passkey-authentication.

import { Buffer } from 'node:buffer';

import { encodeBase64url } from '../crypto/base64url.js';
import { sha256 } from '../crypto/digest.js';
import {
  createChallenge,
  type AuthenticationExpectation,
  type RegistrationExpectation,
  type UserVerification,
} from './passkey-expectation.js';
import { MAX_PASSKEYS, type PasskeyRecord } from './passkey-record.js';
import type { PasskeySite } from './passkey-site.js';

/** How long browsers wait, and the lifetime that the expectation should have, in milliseconds. */
export const PASSKEY_CEREMONY_MS = 300_000;

/** COSE names of EdDSA, ES256 and RS256, in the order in which they are preferred. */
export const PASSKEY_ALGORITHMS = [-8, -7, -257];

/** The longest user handle, in bytes (§5.4.3). */
const USER_HANDLE_BYTES = 64;

export interface BeginRegistrationInput {
  readonly userId: string;
  /** The name that the person signs in with. */
  readonly userName: string;
  readonly displayName: string;
  /** The account's passkeys: their authenticators decline to make another. */
  readonly existing: readonly PasskeyRecord[];
}

/** A reference to a passkey, as browsers take it. */
export interface PasskeyDescriptor {
  readonly type: 'public-key';
  readonly id: string;
  readonly transports: readonly string[];
}

/** `PublicKeyCredentialCreationOptionsJSON` (§5.4). */
export interface PasskeyCreationOptions {
  readonly rp: { readonly id: string; readonly name: string };
  readonly user: { readonly id: string; readonly name: string; readonly displayName: string };
  readonly challenge: string;
  readonly pubKeyCredParams: readonly { readonly type: 'public-key'; readonly alg: number }[];
  readonly timeout: number;
  readonly excludeCredentials: readonly PasskeyDescriptor[];
  readonly authenticatorSelection: {
    readonly residentKey: 'required';
    readonly requireResidentKey: true;
    readonly userVerification: 'preferred';
  };
  readonly attestation: 'none';
}

export type BeginRegistrationResult =
  | {
      readonly ok: true;
      /** For the browser, as JSON. */
      readonly options: PasskeyCreationOptions;
      /** JSON text, to be kept in a one-time record for `PASSKEY_CEREMONY_MS`. */
      readonly expectation: string;
    }
  /** The account has `MAX_PASSKEYS`. */
  | { readonly ok: false; readonly reason: 'too-many' };

export interface BeginAuthenticationInput {
  /** The passkeys of a user who is known already. Left out: any passkey, which names its user itself. */
  readonly allow?: readonly PasskeyRecord[];
  /** `required` when nothing else was proved: by a PIN or biometrics, the passkey is two factors. */
  readonly userVerification: UserVerification;
}

/** `PublicKeyCredentialRequestOptionsJSON` (§5.5). */
export interface PasskeyRequestOptions {
  readonly challenge: string;
  readonly timeout: number;
  readonly rpId: string;
  readonly allowCredentials: readonly PasskeyDescriptor[];
  readonly userVerification: UserVerification;
}

export interface BegunAuthentication {
  /** For the browser, as JSON. */
  readonly options: PasskeyRequestOptions;
  /** JSON text, to be kept in a one-time record for `PASSKEY_CEREMONY_MS`. */
  readonly expectation: string;
}

/** As `PasskeyCeremonies.beginRegistration` says. */
export function beginRegistration(
  { rpId, rpName }: PasskeySite,
  { userId, userName, displayName, existing }: BeginRegistrationInput,
): BeginRegistrationResult {
  const handle = Buffer.from(userId);
  if (handle.length === 0 || handle.length > USER_HANDLE_BYTES)
    throw new RangeError(`A user handle has 1 to ${USER_HANDLE_BYTES} bytes`);
  if (existing.length >= MAX_PASSKEYS) return { ok: false, reason: 'too-many' };
  const challenge = createChallenge();
  const expectation: RegistrationExpectation = { ceremony: 'registration', challenge, userId };
  const options: PasskeyCreationOptions = {
    rp: { id: rpId, name: rpName },
    user: { id: encodeBase64url(handle), name: userName, displayName },
    challenge,
    pubKeyCredParams: PASSKEY_ALGORITHMS.map((alg) => ({ type: 'public-key', alg })),
    timeout: PASSKEY_CEREMONY_MS,
    excludeCredentials: existing.map(describePasskey),
    authenticatorSelection: {
      residentKey: 'required',
      requireResidentKey: true,
      userVerification: 'preferred',
    },
    attestation: 'none',
  };
  return { ok: true, options, expectation: JSON.stringify(expectation) };
}

function describePasskey({ id, transports }: PasskeyRecord): PasskeyDescriptor {
  return { type: 'public-key', id, transports };
}

/** As `PasskeyCeremonies.beginAuthentication` says. */
export function beginAuthentication(
  { rpId }: PasskeySite,
  { allow, userVerification }: BeginAuthenticationInput,
): BegunAuthentication {
  const challenge = createChallenge();
  const expectation: AuthenticationExpectation = {
    ceremony: 'authentication',
    challenge,
    userVerification,
    // Hashed, since twenty ids of the greatest length are more than a one-time record holds.
    allowed: allow === undefined ? null : allow.map(({ id }) => sha256(id)),
  };
  const options: PasskeyRequestOptions = {
    challenge,
    timeout: PASSKEY_CEREMONY_MS,
    rpId,
    allowCredentials: (allow ?? []).map(describePasskey),
    userVerification,
  };
  return { options, expectation: JSON.stringify(expectation) };
}
