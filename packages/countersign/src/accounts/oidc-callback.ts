// The return from a provider: the URL that a browser brings, the code in it exchanged, the ID token
// checked. OpenID Connect Core 1.0, 3.1.3; RFC 9207. Everything that arrives here is hostile.

import type { AuthorizationServer, Client, ClientAuth, TokenEndpointResponse } from 'oauth4webapi';

import { systemClock } from '../clock.js';
import { equalInConstantTime } from '../crypto/digest.js';
import { readUrl } from '../read-url.js';
import { readIdentity, type Claims } from './oidc-claims.js';
import type { Discovery } from './oidc-discovery.js';
import type { OidcExpectation } from './oidc-expectation.js';
import {
  callbackFailure,
  OidcFailure,
  tokenEndpointFailure,
  tokenFailure,
} from './oidc-failure.js';
import { isTrustworthyUrl } from './oidc-fetch.js';
import type { OidcSettings } from './oidc-options.js';
import type { Oauth } from './oidc-peer.js';
import type { ProviderIdentity } from './provider-identity.js';

/** What the steps share. */
export interface OidcParts {
  readonly oauth: Oauth;
  readonly settings: OidcSettings;
  readonly discovery: Discovery;
}

const MAX_URL_LENGTH = 16_384;

/** The parameters of a callback, with the state that was sent. @throws OidcFailure `refused` */
export function readCallback(url: unknown, expected: OidcExpectation): URLSearchParams {
  if (typeof url !== 'string' || url.length > MAX_URL_LENGTH)
    throw new OidcFailure('refused', 'the callback is no URL, or too long');
  // The query alone counts: behind a proxy, origin and path may be others than the provider was given.
  const base = 'https://callback.invalid';
  const parameters = readUrl(url, base)?.searchParams;
  if (parameters === undefined) throw new OidcFailure('refused', 'the callback is no URL');
  // First of all, so that a stranger's link causes no request to the provider.
  const states = parameters.getAll('state');
  if (states.length !== 1 || !equalInConstantTime(states[0] ?? '', expected.state))
    throw new OidcFailure('refused', 'the callback has another state');
  return parameters;
}

/** Exchanges the code and checks the token. @throws OidcFailure */
export async function redeem(
  parts: OidcParts,
  expected: OidcExpectation,
  parameters: URLSearchParams,
): Promise<ProviderIdentity> {
  const { oauth, settings, discovery } = parts;
  const server = await discovery.current();
  const client = clientOf(parts);
  const authentication = authenticationOf(parts, server);
  const callback = accept(() =>
    oauth.validateAuthResponse(server, client, parameters, expected.state),
  );
  if (!callback.has('code')) throw new OidcFailure('refused', 'the callback has no code');
  const response = await oauth
    .authorizationCodeGrantRequest(
      server,
      client,
      authentication,
      callback,
      settings.redirectUri,
      expected.codeVerifier,
      discovery.request,
    )
    .catch((error: unknown) => Promise.reject(callbackFailure(error)));
  const tokens = await readTokens(parts, server, response, expected);
  const claims = oauth.getValidatedIdTokenClaims(tokens);
  if (claims === undefined) throw new OidcFailure('refused', 'there is no ID token');
  checkAcr(settings, claims['acr']);
  const extra = await readUserInfo(parts, server, tokens, claims);
  return readIdentity(server.issuer, claims, extra);
}

function accept<Value>(read: () => Value): Value {
  try {
    return read();
  } catch (error) {
    throw callbackFailure(error);
  }
}

function clientOf({ oauth, settings }: OidcParts): Client {
  // The package looks at the machine's clock.
  const skew = Math.round((settings.clock.now() - systemClock.now()) / 1_000);
  return { client_id: settings.clientId, [oauth.clockSkew]: skew };
}

/** By the header if the provider takes that, else in the body. */
function authenticationOf(parts: OidcParts, server: AuthorizationServer): ClientAuth {
  const { clientSecret } = parts.settings;
  if (clientSecret === null) return parts.oauth.None();
  const offered = server.token_endpoint_auth_methods_supported ?? [];
  if (offered.includes('client_secret_basic')) return parts.oauth.ClientSecretBasic(clientSecret);
  if (offered.includes('client_secret_post')) return parts.oauth.ClientSecretPost(clientSecret);
  throw new OidcFailure('unavailable', 'the provider takes no client secret');
}

/** The answer of the token endpoint, its ID token checked and its signature verified, always (ASVS 6.8.2). */
async function readTokens(
  parts: OidcParts,
  server: AuthorizationServer,
  response: Response,
  expected: OidcExpectation,
): Promise<TokenEndpointResponse> {
  const { oauth } = parts;
  const good = response.status === 200;
  if (good && !(await isJsonObject(response.clone())))
    throw new OidcFailure('unavailable', 'the token endpoint answered nonsense');
  try {
    const tokens = await oauth.processAuthorizationCodeResponse(server, clientOf(parts), response, {
      expectedNonce: expected.nonce,
      requireIdToken: true,
      ...(expected.maxAge === null ? {} : { maxAge: expected.maxAge }),
    });
    await verifySignature(parts, server, response);
    return tokens;
  } catch (error) {
    throw good ? tokenFailure(error) : tokenEndpointFailure(error);
  }
}

/**
 * With the keys that the provider publishes, never one that the token brings (ASVS 9.1.3). Keys are fetched
 * again when none fits, once: the provider may have changed them a second ago. Only an answer of
 * the provider's own gets here, so strangers cannot cause these requests.
 */
async function verifySignature(
  { oauth, discovery }: OidcParts,
  server: AuthorizationServer,
  response: Response,
): Promise<void> {
  const verify = (keysOf: AuthorizationServer): Promise<void> =>
    oauth.validateApplicationLevelSignature(keysOf, response, discovery.requestKeys);
  try {
    await verify(server);
  } catch (error) {
    const unknownKey =
      error instanceof oauth.OperationProcessingError && error.code === oauth.KEY_SELECTION;
    if (!unknownKey) throw error;
    await verify(discovery.withoutKeys(server));
  }
}

async function isJsonObject(response: Response): Promise<boolean> {
  try {
    const body: unknown = await response.json();
    return typeof body === 'object' && body !== null && !Array.isArray(body);
  } catch {
    return false;
  }
}

/** A provider that tells nothing of how somebody signed in is not believed to have done more (ASVS 6.8.4). */
function checkAcr({ requiredAcr }: OidcSettings, acr: unknown): void {
  if (requiredAcr.length === 0) return;
  if (typeof acr !== 'string' || !requiredAcr.includes(acr))
    throw new OidcFailure('refused', 'the sign-in at the provider was not strong enough');
}

/** Address and name may be in the UserInfo answer only (OpenID Connect Core, 5.4). */
async function readUserInfo(
  { oauth, settings, discovery }: OidcParts,
  server: AuthorizationServer,
  tokens: TokenEndpointResponse,
  claims: Claims & { readonly sub: string },
): Promise<Claims> {
  const scopes = settings.scope.split(' ');
  const lacking =
    (scopes.includes('email') && claims['email'] === undefined) ||
    (scopes.includes('profile') && claims['name'] === undefined);
  const endpoint = server.userinfo_endpoint;
  if (!lacking || endpoint === undefined || !isTrustworthyUrl(endpoint, settings)) return {};
  const client = { client_id: settings.clientId };
  const options = discovery.request;
  try {
    const response = await oauth.userInfoRequest(server, client, tokens.access_token, options);
    if (response.status !== 200 || !(await isJsonObject(response.clone())))
      throw new OidcFailure('unavailable', 'the UserInfo endpoint answered nonsense');
    // Of this subject, or not at all (5.3.2).
    return await oauth.processUserInfoResponse(server, client, claims.sub, response);
  } catch (error) {
    throw tokenFailure(error);
  }
}
