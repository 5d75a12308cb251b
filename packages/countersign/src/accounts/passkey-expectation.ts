// What a ceremony remembers between its two halves, as JSON text for a one-time record, and whether a
// response is an answer to it: the type, challenge and origin of the client data (WebAuthn Level 3 §7.1
// steps 7-10, §7.2 steps 11-14). Used once by its record, not here.

import { encodeBase64url } from '../crypto/base64url.js';
import { equalBytesInConstantTime, sha256Bytes } from '../crypto/digest.js';
import { randomBytes } from '../crypto/random.js';
import type { ClientData } from './passkey-response.js';

export type UserVerification = 'required' | 'preferred';

export interface RegistrationExpectation {
  readonly ceremony: 'registration';
  readonly challenge: string;
  readonly userId: string;
}

export interface AuthenticationExpectation {
  readonly ceremony: 'authentication';
  readonly challenge: string;
  readonly userVerification: UserVerification;
  /** SHA-256 of the credential ids that may answer; `null`: any that names its user. */
  readonly allowed: readonly string[] | null;
}

type Expectation = RegistrationExpectation | AuthenticationExpectation;

/** Why a response was refused: for the log. The person is told to try again. */
export type PasskeyFault =
  /** No JSON form of a public key credential, or over a limit of size. */
  | 'not-a-response'
  /** The answer to another kind of ceremony, or the expectation of another. */
  | 'other-ceremony'
  | 'other-challenge'
  | 'other-origin'
  /** The page was in a frame of another site. */
  | 'framed'
  | 'other-relying-party'
  /** Not the passkey that was asked for or given. */
  | 'other-passkey'
  /** The user handle is another's, or is missing where only it could tell. */
  | 'other-user'
  /** The signature is wrong, nobody was present, or the key is of no kind that is taken. */
  | 'not-verified';

/** 256 random bits (ASVS 6.7.2). */
const CHALLENGE_BYTES = 32;

export function createChallenge(): string {
  return encodeBase64url(randomBytes(CHALLENGE_BYTES));
}

/** Reads back what was written for a registration; `undefined` for anything else. */
export function readRegistrationExpectation(text: string): RegistrationExpectation | undefined {
  const expectation: unknown = JSON.parse(text);
  return isExpectation(expectation) && expectation.ceremony === 'registration'
    ? expectation
    : undefined;
}

/** Reads back what was written for an authentication; `undefined` for anything else. */
export function readAuthenticationExpectation(text: string): AuthenticationExpectation | undefined {
  const expectation: unknown = JSON.parse(text);
  return isExpectation(expectation) && expectation.ceremony === 'authentication'
    ? expectation
    : undefined;
}

/** What was written here is trusted in its parts: it comes from the one-time store, from nobody else. */
function isExpectation(value: unknown): value is Expectation {
  return (
    typeof value === 'object' &&
    value !== null &&
    'ceremony' in value &&
    'challenge' in value &&
    typeof value.challenge === 'string'
  );
}

/** The first thing about the client data that is not as expected. */
export function findClientDataFault(
  { type, challenge, origin, isFramed }: ClientData,
  expectation: Expectation,
  origins: readonly string[],
): PasskeyFault | undefined {
  const wanted = expectation.ceremony === 'registration' ? 'webauthn.create' : 'webauthn.get';
  if (type !== wanted) return 'other-ceremony';
  if (challenge !== expectation.challenge) return 'other-challenge';
  if (!origins.some((known) => known === origin)) return 'other-origin';
  return isFramed ? 'framed' : undefined;
}

/** Whether the authenticator data was made for this domain: its first 32 bytes (§6.1). */
export function isOfRelyingParty(authenticatorData: Uint8Array, rpId: string): boolean {
  return equalBytesInConstantTime(authenticatorData.subarray(0, 32), sha256Bytes(rpId));
}
