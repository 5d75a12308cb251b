// `countersign/accounts/oidc`: signing in at an OpenID provider, as a client by authorization code and
// PKCE, on the optional peer `oauth4webapi`, which only this entry loads. Proves who somebody is there;
// which account that is, and linking it, is for the caller. OpenID Connect Core 1.0, RFC 9700.

import { createRequire } from 'node:module';

import { sha256 } from '../crypto/digest.js';
import { readCallback, redeem, type OidcParts } from './oidc-callback.js';
import { Discovery } from './oidc-discovery.js';
import {
  createExpectation,
  OIDC_EXPECTATION_LIFETIME_MS,
  readExpectation,
  type OidcExpectation,
} from './oidc-expectation.js';
import { OidcFailure, type OidcReason } from './oidc-failure.js';
import type { OidcFetch } from './oidc-fetch.js';
import { readMaxAge, readOidcOptions, type OidcProviderOptions } from './oidc-options.js';
import { requireOauth } from './oidc-peer.js';
import { providerKey, type ProviderIdentity, type ProviderSubject } from './provider-identity.js';

export { OIDC_EXPECTATION_LIFETIME_MS, providerKey };
export type { OidcExpectation, OidcFetch, OidcProviderOptions, OidcReason };
export type { ProviderIdentity, ProviderSubject };

export interface OidcBeginInput {
  /** What the provider is to do, though it would not: ask for the password again, for consent, for one of several accounts, or for nothing at all. */
  readonly prompt?: 'login' | 'consent' | 'select_account' | 'none';
  /** Who is probably signing in, such as an address. Over 254 characters it is left out. */
  readonly loginHint?: string;
  /** As the option of this name, for this sign-in: 0 demands a new sign-in there, for a step-up. */
  readonly maxAge?: number;
}

/** Something that did not succeed. `detail` is for a log: a fixed sentence, without a token or a person's data. */
export interface OidcRefusal<Reason extends OidcReason = OidcReason> {
  readonly ok: false;
  readonly reason: Reason;
  readonly detail: string;
}

export type OidcBeginResult =
  | {
      readonly ok: true;
      /** Where to send the browser, with 303. */
      readonly url: string;
      readonly expectation: OidcExpectation;
    }
  | OidcRefusal<'unavailable'>;

export interface OidcFinishInput {
  /** The expectation of the `begin` of the same browser, as it came out of its store. Anything else is refused. */
  readonly expectation: unknown;
  /** The URL of the request as it came, or its path with the query. */
  readonly url: string;
}

export type OidcFinishResult =
  | { readonly ok: true; readonly identity: ProviderIdentity }
  | OidcRefusal;

export interface OidcProvider {
  /** As in the options. */
  readonly name: string;
  readonly label: string;
  readonly issuer: string;
  /**
   * Starts a sign-in. Keep the expectation where the same browser's return finds it, once.
   * @throws CountersignError `configuration` for a wrong `maxAge`
   */
  begin(input?: OidcBeginInput): Promise<OidcBeginResult>;
  /** Ends it. Never throws for anything that a browser or a provider sends. */
  finish(input: OidcFinishInput): Promise<OidcFinishResult>;
}

const MAX_LOGIN_HINT_LENGTH = 254;

/**
 * An OpenID provider that people may sign in at. Nothing is requested before the first `begin`. Keep it:
 * it remembers what the provider says of itself.
 * @throws CountersignError `configuration` when the package is missing or an option is wrong
 */
export function createOidcProvider(options: OidcProviderOptions): OidcProvider {
  const settings = readOidcOptions(options);
  // By `require`, which is synchronous: a missing package is found at start-up.
  const oauth = requireOauth(createRequire(import.meta.url));
  const parts = { oauth, settings, discovery: new Discovery(oauth, settings) };
  const { name, label, issuer } = settings;
  return {
    name,
    label,
    issuer,
    begin: (input = {}) => begin(parts, input),
    finish: (input) => finish(parts, input),
  };
}

async function begin(parts: OidcParts, input: OidcBeginInput): Promise<OidcBeginResult> {
  const { settings, discovery } = parts;
  const maxAge = input.maxAge === undefined ? settings.maxAge : readMaxAge('maxAge', input.maxAge);
  try {
    const { authorization_endpoint: endpoint = '' } = await discovery.current();
    const expectation = createExpectation(settings.name, maxAge, settings.clock.now());
    return { ok: true, url: authorizationUrl(parts, endpoint, expectation, input), expectation };
  } catch (error) {
    return { ...refusalOf(error), reason: 'unavailable' };
  }
}

function authorizationUrl(
  { settings }: OidcParts,
  endpoint: string,
  { state, nonce, codeVerifier, maxAge }: OidcExpectation,
  { prompt, loginHint = '' }: OidcBeginInput,
): string {
  const { requiredAcr } = settings;
  const parameters: Readonly<Record<string, string | undefined>> = {
    client_id: settings.clientId,
    response_type: 'code',
    redirect_uri: settings.redirectUri,
    scope: settings.scope,
    state,
    nonce,
    // RFC 7636, 4.2: S256.
    code_challenge: sha256(codeVerifier),
    code_challenge_method: 'S256',
    prompt,
    login_hint: loginHint.length > MAX_LOGIN_HINT_LENGTH ? undefined : loginHint,
    max_age: maxAge === null ? undefined : String(maxAge),
    acr_values: requiredAcr.join(' '),
  };
  const url = new URL(endpoint);
  for (const [name, value] of Object.entries(parameters))
    if (value !== undefined && value !== '') url.searchParams.set(name, value);
  return url.href;
}

async function finish(parts: OidcParts, input: OidcFinishInput): Promise<OidcFinishResult> {
  const { name, clock } = parts.settings;
  try {
    const expected = readExpectation(input.expectation, name, clock.now());
    const identity = await redeem(parts, expected, readCallback(input.url, expected));
    return { ok: true, identity };
  } catch (error) {
    return refusalOf(error);
  }
}

function refusalOf(error: unknown): OidcRefusal {
  // Whatever else is thrown is a fault of this program, and not hidden.
  if (!(error instanceof OidcFailure)) throw error;
  return { ok: false, reason: error.reason, detail: error.message };
}
