// The package `oauth4webapi`, an optional peer, and the error when it is not there. Its types are used
// inside these files only, so that programs without it compile.

import type * as oauth4webapi from 'oauth4webapi';

import { peerError, type Peer } from './peer-error.js';

const OIDC_PEER = 'oauth4webapi';
const PEER: Peer = { name: OIDC_PEER, major: 3, neededBy: 'createOidcProvider()' };

/** The package, as a value that is handed to whatever needs it. */
export type Oauth = typeof oauth4webapi;

const USED = [
  'discoveryRequest',
  'processDiscoveryResponse',
  'validateAuthResponse',
  'authorizationCodeGrantRequest',
  'processAuthorizationCodeResponse',
  'validateApplicationLevelSignature',
  'getValidatedIdTokenClaims',
] as const satisfies readonly (keyof Oauth)[];

/**
 * Loads the package by `load`, which throws when there is none.
 * @throws CountersignError `configuration`, with what to install
 */
export function requireOauth(load: (name: string) => unknown): Oauth {
  let loaded: unknown;
  try {
    loaded = load(OIDC_PEER);
  } catch (cause) {
    throw peerError(PEER, 'cannot be loaded', cause);
  }
  if (!isOauth(loaded)) throw peerError(PEER, 'is not version 3');
  return loaded;
}

function isOauth(value: unknown): value is Oauth {
  if (typeof value !== 'object' || value === null) return false;
  const functions: ReadonlyMap<string, unknown> = new Map(Object.entries(value));
  return USED.every((name) => typeof functions.get(name) === 'function');
}
