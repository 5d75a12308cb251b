// The shape of the package `@simplewebauthn/server`, an optional peer, and the error when it is not there.

import { peerError, type Peer } from './peer-error.js';

const PACKAGE = '@simplewebauthn/server';
const HELPERS = `${PACKAGE}/helpers`;
const PEER: Peer = { name: PACKAGE, major: 14, neededBy: 'createPasskeyCeremonies()' };

interface Expected {
  readonly expectedChallenge: string;
  readonly expectedOrigin: string[];
  readonly expectedRPID: string;
  readonly requireUserVerification: boolean;
}

interface PublicKeyResponse<Response> {
  readonly id: string;
  readonly rawId: string;
  readonly type: 'public-key';
  readonly response: Response;
  readonly clientExtensionResults: Record<string, never>;
}

/** What is used of the package. Both functions reject for most of what is wrong. */
export interface WebAuthnModule {
  verifyRegistrationResponse(
    options: Expected & {
      readonly supportedAlgorithmIDs: number[];
      readonly response: PublicKeyResponse<{
        readonly clientDataJSON: string;
        readonly attestationObject: string;
      }>;
    },
  ): Promise<{
    readonly verified: boolean;
    readonly registrationInfo?: {
      readonly credential: {
        readonly id: string;
        readonly publicKey: Uint8Array;
        readonly counter: number;
      };
      readonly userVerified: boolean;
      readonly credentialBackedUp: boolean;
    };
  }>;

  verifyAuthenticationResponse(
    options: Expected & {
      readonly credential: {
        readonly id: string;
        readonly publicKey: Uint8Array;
        readonly counter: number;
      };
      readonly response: PublicKeyResponse<{
        readonly clientDataJSON: string;
        readonly authenticatorData: string;
        readonly signature: string;
      }>;
    },
  ): Promise<{
    readonly verified: boolean;
    readonly authenticationInfo: {
      readonly newCounter: number;
      readonly userVerified: boolean;
      readonly credentialBackedUp: boolean;
    };
  }>;
}

/** What is used of its `/helpers`. */
export interface WebAuthnHelpers {
  /** Throws for what is no CBOR; gives anything that CBOR can be. */
  decodeAttestationObject(bytes: Uint8Array): unknown;
}

export interface WebAuthnPeer {
  readonly webauthn: WebAuthnModule;
  readonly helpers: WebAuthnHelpers;
}

/** What is used of a `require` of Node. */
export interface Loader {
  (name: string): unknown;
  /** Finds a module without loading it, or throws. */
  resolve(name: string): string;
}

/** When the package is loaded: with the ceremonies, or with the first response that is judged. */
export type Loading = 'at-once' | 'when-needed';

/**
 * Looks for the package and loads it, now or when the returned function is first called.
 * @throws CountersignError `configuration`, with what to install, when there is none. That it is another
 *   version is found out when it is loaded
 */
export function requireWebAuthn(loader: Loader, loading: Loading): () => WebAuthnPeer {
  if (loading === 'at-once') {
    const loaded = load(loader);
    return () => loaded;
  }
  try {
    loader.resolve(PACKAGE);
    loader.resolve(HELPERS);
  } catch (cause) {
    throw peerError(PEER, 'cannot be found', cause);
  }
  let peer: WebAuthnPeer | undefined;
  return () => (peer ??= load(loader));
}

function load(loader: Loader): WebAuthnPeer {
  let webauthn: unknown;
  let helpers: unknown;
  try {
    webauthn = loader(PACKAGE);
    helpers = loader(HELPERS);
  } catch (cause) {
    throw peerError(PEER, 'cannot be loaded', cause);
  }
  if (!isWebAuthnModule(webauthn) || !isWebAuthnHelpers(helpers))
    throw peerError(PEER, 'has not the functions of version 14');
  return { webauthn, helpers };
}

function isWebAuthnModule(value: unknown): value is WebAuthnModule {
  return (
    hasFunction(value, 'verifyRegistrationResponse') &&
    hasFunction(value, 'verifyAuthenticationResponse')
  );
}

function isWebAuthnHelpers(value: unknown): value is WebAuthnHelpers {
  return hasFunction(value, 'decodeAttestationObject');
}

function hasFunction(value: unknown, name: string): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return typeof Reflect.get(value, name) === 'function';
}
