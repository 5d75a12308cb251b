// Registering a passkey (WebAuthn Level 3 §7.1): the judgement of what the browser answers. Attestation is not asked for, and a statement that comes nevertheless is not read.

import { Buffer } from 'node:buffer';

import { encodeBase64url } from '../crypto/base64url.js';
import {
  findClientDataFault,
  isOfRelyingParty,
  readRegistrationExpectation,
  type PasskeyFault,
  type RegistrationExpectation,
} from './passkey-expectation.js';
import { PASSKEY_ALGORITHMS } from './passkey-options.js';
import type { WebAuthnHelpers, WebAuthnPeer } from './passkey-peer.js';
import { PASSKEY_NAME_REFUSAL, readPasskeyName, type PasskeyRecord } from './passkey-record.js';
import { readRegistrationResponse, type RegistrationResponse } from './passkey-response.js';
import type { PasskeySite } from './passkey-site.js';

/** The longest credential id, in bytes (§5.1.3). */
const ID_BYTES = 1023;
/** Four times what an RSA key of 4,096 bits takes. */
const PUBLIC_KEY_BYTES = 2048;

export interface FinishRegistrationInput {
  /** What the one-time record kept; it must have been taken, not read. */
  readonly expectation: string;
  /** What the browser sent, whatever it is. */
  readonly response: unknown;
  /** What its owner calls it, as it was typed. */
  readonly name: string;
  /** Epoch milliseconds. */
  readonly now: number;
}

export type FinishRegistrationResult =
  | {
      readonly ok: true;
      /** To be added to the account by `addPasskey`. */
      readonly passkey: PasskeyRecord;
      /** The user who began. */
      readonly userId: string;
      /** Whether the authenticator verified the person, by a PIN or biometrics. */
      readonly userVerified: boolean;
    }
  | { readonly ok: false; readonly reason: 'name-invalid'; readonly message: string }
  | { readonly ok: false; readonly reason: 'refused'; readonly fault: PasskeyFault };

/** As `PasskeyCeremonies.finishRegistration` says. */
export async function finishRegistration(
  site: PasskeySite,
  peer: WebAuthnPeer,
  input: FinishRegistrationInput,
): Promise<FinishRegistrationResult> {
  const name = readPasskeyName(input.name);
  if (name === undefined)
    return { ok: false, reason: 'name-invalid', message: PASSKEY_NAME_REFUSAL };
  const response = readRegistrationResponse(input.response);
  if (response === undefined) return refuse('not-a-response');
  const expectation = readRegistrationExpectation(input.expectation);
  if (expectation === undefined) return refuse('other-ceremony');
  const fault = findClientDataFault(response.clientData, expectation, site.origins);
  if (fault !== undefined) return refuse(fault);
  const authData = readAuthenticatorData(peer.helpers, response.attestationObject);
  if (authData === undefined) return refuse('not-a-response');
  if (!isOfRelyingParty(authData, site.rpId)) return refuse('other-relying-party');
  const verified = await verify(site, peer, { response, authData, expectation });
  if (verified === undefined) return refuse('not-verified');
  const { credential, userVerified, credentialBackedUp } = verified;
  if (credential.id !== response.id) return refuse('other-passkey');
  const passkey: PasskeyRecord = {
    id: credential.id,
    publicKey: encodeBase64url(credential.publicKey),
    counter: credential.counter,
    transports: response.transports,
    name,
    addedAt: input.now,
    lastUsedAt: null,
    backedUp: credentialBackedUp,
    counterWentBackAt: null,
  };
  return { ok: true, passkey, userId: expectation.userId, userVerified };
}

function readAuthenticatorData(
  helpers: WebAuthnHelpers,
  attestationObject: Uint8Array,
): Uint8Array | undefined {
  try {
    const decoded = helpers.decodeAttestationObject(Uint8Array.from(attestationObject));
    const authData: unknown = decoded instanceof Map ? decoded.get('authData') : undefined;
    return authData instanceof Uint8Array && authData.length < 2 ** 16 ? authData : undefined;
  } catch {
    return undefined;
  }
}

type Registered = NonNullable<
  Awaited<ReturnType<WebAuthnPeer['webauthn']['verifyRegistrationResponse']>>['registrationInfo']
>;

async function verify(
  { rpId, origins }: PasskeySite,
  { webauthn }: WebAuthnPeer,
  given: {
    readonly response: RegistrationResponse;
    readonly authData: Uint8Array;
    readonly expectation: RegistrationExpectation;
  },
): Promise<Registered | undefined> {
  const { id, clientDataJson } = given.response;
  const attestationObject = encodeBase64url(withoutStatement(given.authData));
  try {
    const { verified, registrationInfo } = await webauthn.verifyRegistrationResponse({
      response: {
        id,
        rawId: id,
        type: 'public-key',
        response: { clientDataJSON: clientDataJson, attestationObject },
        clientExtensionResults: {},
      },
      expectedChallenge: given.expectation.challenge,
      expectedOrigin: [...origins],
      expectedRPID: rpId,
      requireUserVerification: false,
      supportedAlgorithmIDs: PASSKEY_ALGORITHMS,
    });
    if (!verified || registrationInfo === undefined) return undefined;
    const { credential } = registrationInfo;
    if (Buffer.byteLength(credential.id, 'base64url') > ID_BYTES) return undefined;
    return credential.publicKey.length > PUBLIC_KEY_BYTES ? undefined : registrationInfo;
  } catch {
    // The package throws for nearly all that can be wrong with what a stranger sends.
    return undefined;
  }
}

/**
 * The attestation object of the format `none` with this authenticator data, in CBOR. So no certificate
 * that a stranger sends is ever parsed.
 */
function withoutStatement(authData: Uint8Array): Uint8Array {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(authData.length);
  return Buffer.concat([
    Buffer.from('\u00a3\u0063fmt\u0064none\u0067attStmt\u00a0\u0068authData\u0059', 'latin1'),
    length,
    authData,
  ]);
}

function refuse(fault: PasskeyFault): FinishRegistrationResult {
  return { ok: false, reason: 'refused', fault };
}
