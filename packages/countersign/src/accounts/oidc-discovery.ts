// What a provider says of itself (OpenID Connect Discovery 1.0): fetched when it is needed, checked, kept
// for an hour. Its keys are kept by `oauth4webapi` for five minutes, beside the copy they belong to.

import type { AuthorizationServer, CustomFetchOptions, HttpRequestOptions } from 'oauth4webapi';

import { OidcFailure } from './oidc-failure.js';
import { boundedFetch, isTrustworthyUrl, type OidcFetch } from './oidc-fetch.js';
import type { OidcSettings } from './oidc-options.js';
import type { Oauth } from './oidc-peer.js';

const LIFETIME_MS = 3_600_000;

/**
 * How an ID token may be signed: with a key pair of the provider's, never `none`, never the shared secret
 * (ASVS 9.1.2). What the provider offers beside these is not believed.
 */
const SIGNATURES: ReadonlySet<string> = new Set([
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
]);

interface Copy {
  readonly server: AuthorizationServer;
  readonly expiresAt: number;
}

export class Discovery {
  /** For every request to the provider. */
  readonly #fetch: OidcFetch;
  readonly #oauth: Oauth;
  readonly #settings: OidcSettings;
  #copy: Copy | null = null;
  #running: Promise<Copy> | null = null;

  constructor(oauth: Oauth, settings: OidcSettings) {
    this.#oauth = oauth;
    this.#settings = settings;
    this.#fetch = boundedFetch(settings);
  }

  /** The document, at most an hour old. However many ask, one request runs. @throws OidcFailure `unavailable` */
  async current(): Promise<AuthorizationServer> {
    if (this.#copy !== null && this.#settings.clock.now() < this.#copy.expiresAt)
      return this.#copy.server;
    this.#running ??= this.#load().finally(() => {
      this.#running = null;
    });
    this.#copy = await this.#running;
    return this.#copy.server;
  }

  /** The same document, of which no keys have been fetched yet. */
  withoutKeys(server: AuthorizationServer): AuthorizationServer {
    const next = { ...server };
    if (this.#copy?.server === server) this.#copy = { ...this.#copy, server: next };
    return next;
  }

  /** How `oauth4webapi` makes requests. */
  get request(): HttpRequestOptions<'GET'> & HttpRequestOptions<'POST', URLSearchParams> {
    return this.#requestBy(this.#fetch);
  }

  /** The same for the provider's keys. Nonsense in place of keys is the provider's fault, not the token's. */
  get requestKeys(): HttpRequestOptions<'GET'> {
    return this.#requestBy(async (url, init) => {
      const response = await this.#fetch(url, init);
      if (!(await isKeySet(response.clone())))
        throw new OidcFailure('unavailable', 'the provider gives no keys');
      return response;
    });
  }

  #requestBy(
    fetch: OidcFetch,
  ): HttpRequestOptions<'GET'> & HttpRequestOptions<'POST', URLSearchParams> {
    return {
      [this.#oauth.customFetch]: (
        url: string,
        { method, headers, body }: CustomFetchOptions<string, URLSearchParams | undefined>,
      ) => fetch(url, { method, headers, body: body ?? null }),
      // It marks what must not be used by default. Each URL is checked by the fetch above, more narrowly.
      // oxlint-disable-next-line typescript/no-deprecated
      [this.#oauth.allowInsecureRequests]: this.#settings.allowInsecure,
    };
  }

  async #load(): Promise<Copy> {
    const { issuer, clock } = this.#settings;
    const url = new URL(issuer);
    const response = await this.#oauth.discoveryRequest(url, this.request);
    let server: AuthorizationServer;
    try {
      server = await this.#oauth.processDiscoveryResponse(url, response);
    } catch {
      throw new OidcFailure('unavailable', 'the discovery document cannot be read');
    }
    return { server: this.#check(server), expiresAt: clock.now() + LIFETIME_MS };
  }

  #check(server: AuthorizationServer): AuthorizationServer {
    // Letter for letter (Discovery, 4.3): the issuer is half of every identity's key.
    if (server.issuer !== this.#settings.issuer)
      throw new OidcFailure('unavailable', 'the discovery document names another issuer');
    for (const endpoint of ['authorization_endpoint', 'token_endpoint', 'jwks_uri'] as const) {
      const url = server[endpoint];
      if (typeof url !== 'string' || !isTrustworthyUrl(url, this.#settings))
        throw new OidcFailure('unavailable', `the discovery document has no good ${endpoint}`);
    }
    const offered = server.id_token_signing_alg_values_supported;
    const signatures = (Array.isArray(offered) ? offered : ['RS256']).filter((signature) =>
      SIGNATURES.has(signature),
    );
    const methods = server.token_endpoint_auth_methods_supported;
    return {
      ...server,
      id_token_signing_alg_values_supported: signatures,
      // By the header where it does not say (Discovery, 3).
      token_endpoint_auth_methods_supported: Array.isArray(methods)
        ? methods
        : ['client_secret_basic'],
    };
  }
}

async function isKeySet(response: Response): Promise<boolean> {
  if (response.status !== 200) return false;
  try {
    const body: unknown = await response.json();
    return typeof body === 'object' && body !== null && 'keys' in body && Array.isArray(body.keys);
  } catch {
    return false;
  }
}
