// Signing in by a passkey (WebAuthn Level 3 §7.2): the judgement of what the browser answers. Which account it is about is found by its caller, by `readCredentialId`.

import { decodeBase64url } from '../crypto/base64url.js';
import { sha256 } from '../crypto/digest.js';
import {
  findClientDataFault,
  isOfRelyingParty,
  readAuthenticationExpectation,
  type AuthenticationExpectation,
  type PasskeyFault,
} from './passkey-expectation.js';
import type { WebAuthnPeer } from './passkey-peer.js';
import type { PasskeyRecord } from './passkey-record.js';
import { readAuthenticationResponse, type AuthenticationResponse } from './passkey-response.js';
import type { PasskeySite } from './passkey-site.js';

export interface FinishAuthenticationInput {
  /** What the one-time record kept; it must have been taken, not read. */
  readonly expectation: string;
  /** What the browser sent, whatever it is. */
  readonly response: unknown;
  /** The account's passkey with the id that `readCredentialId` gave. */
  readonly passkey: PasskeyRecord;
  /** The account that has it. */
  readonly userId: string;
  /** Epoch milliseconds. */
  readonly now: number;
}

export type FinishAuthenticationResult =
  | {
      readonly ok: true;
      /** To be stored in the place of the old one before anybody is let in: its counter moved. */
      readonly passkey: PasskeyRecord;
      /** Whether the authenticator verified the person, by a PIN or biometrics. */
      readonly userVerified: boolean;
      /** At some earlier use the counter went back: offer its owner to remove it. */
      readonly clonedWarning: boolean;
    }
  | { readonly ok: false; readonly reason: 'refused'; readonly fault: PasskeyFault }
  /** All is right but that the person was not verified, which was required. */
  | { readonly ok: false; readonly reason: 'user-not-verified' }
  /**
   * The signature is right and its counter is not above the last one: there is a copy of the key, or the
   * answer was used before. Store `passkey`, which notes when, and tell the owner.
   */
  | {
      readonly ok: false;
      readonly reason: 'counter-went-back';
      readonly passkey: PasskeyRecord;
    };

/** As `PasskeyCeremonies.finishAuthentication` says. */
export async function finishAuthentication(
  site: PasskeySite,
  peer: WebAuthnPeer,
  { expectation: text, response: sent, passkey, userId, now }: FinishAuthenticationInput,
): Promise<FinishAuthenticationResult> {
  const response = readAuthenticationResponse(sent);
  if (response === undefined) return refuse('not-a-response');
  const expectation = readAuthenticationExpectation(text);
  if (expectation === undefined) return refuse('other-ceremony');
  const fault =
    findClientDataFault(response.clientData, expectation, site.origins) ??
    findOwnerFault(response, expectation, { passkey, userId });
  if (fault !== undefined) return refuse(fault);
  if (!isOfRelyingParty(response.authenticatorData, site.rpId))
    return refuse('other-relying-party');
  const verified = await verify(site, peer, { response, passkey, expectation });
  if (verified === undefined) return refuse('not-verified');
  const { newCounter: counter, userVerified, credentialBackedUp: backedUp } = verified;
  // After the signature, so that nobody else can raise the alarm.
  const isCounting = counter > 0 || passkey.counter > 0;
  if (isCounting && counter <= passkey.counter) {
    const noted = { ...passkey, counterWentBackAt: now };
    return { ok: false, reason: 'counter-went-back', passkey: noted };
  }
  if (expectation.userVerification === 'required' && !userVerified)
    return { ok: false, reason: 'user-not-verified' };
  return {
    ok: true,
    passkey: { ...passkey, counter, backedUp, lastUsedAt: now },
    userVerified,
    clonedWarning: passkey.counterWentBackAt !== null,
  };
}

function findOwnerFault(
  { id, userHandle }: AuthenticationResponse,
  { allowed }: AuthenticationExpectation,
  given: { readonly passkey: PasskeyRecord; readonly userId: string },
): PasskeyFault | undefined {
  if (id !== given.passkey.id) return 'other-passkey';
  if (allowed !== null && !allowed.includes(sha256(id))) return 'other-passkey';
  // A user who is not known before is named by the passkey (§7.2 step 6).
  if (userHandle === null) return allowed === null ? 'other-user' : undefined;
  return userHandle === given.userId ? undefined : 'other-user';
}

type Authenticated = Awaited<
  ReturnType<WebAuthnPeer['webauthn']['verifyAuthenticationResponse']>
>['authenticationInfo'];

async function verify(
  { rpId, origins }: PasskeySite,
  { webauthn }: WebAuthnPeer,
  given: {
    readonly response: AuthenticationResponse;
    readonly passkey: PasskeyRecord;
    readonly expectation: AuthenticationExpectation;
  },
): Promise<Authenticated | undefined> {
  const { response, passkey, expectation } = given;
  const publicKey = decodeBase64url(passkey.publicKey);
  if (publicKey === undefined) return undefined;
  try {
    const { verified, authenticationInfo } = await webauthn.verifyAuthenticationResponse({
      response: {
        id: response.id,
        rawId: response.id,
        type: 'public-key',
        response: {
          clientDataJSON: response.clientDataJson,
          authenticatorData: response.authenticatorDataText,
          signature: response.signature,
        },
        clientExtensionResults: {},
      },
      expectedChallenge: expectation.challenge,
      expectedOrigin: [...origins],
      expectedRPID: rpId,
      // Judged by its callers: the package would throw before it has looked at the signature. So would
      // it for the counter, which is why it gets 0 as the last one.
      requireUserVerification: false,
      credential: { id: passkey.id, publicKey: Uint8Array.from(publicKey), counter: 0 },
    });
    return verified ? authenticationInfo : undefined;
  } catch {
    // The package throws for nearly all that can be wrong with what a stranger sends.
    return undefined;
  }
}

function refuse(fault: PasskeyFault): FinishAuthenticationResult {
  return { ok: false, reason: 'refused', fault };
}
