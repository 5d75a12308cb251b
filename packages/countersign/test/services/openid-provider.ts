// A real OpenID provider of this machine, npm's `oidc-provider`, with one client and people who are made up
// as they sign in. Its pages are answered by themselves, as the test said, or shown to a browser.
// Besides, it can break: any of its endpoints can be made to answer something else.

import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';

import Provider, { type JWK } from 'oidc-provider';
import { CookieJar } from 'tough-cookie';

import { freePort } from './free-port.js';
import { openIdMemory } from './openid-adapter.js';

export interface OpenIdProviderOptions {
  /** Where the client may be sent back to. */
  readonly redirectUris: readonly string[];
  /**
   * `automatic`, the default: whoever comes is signed in as the test said. `form`: a page asks for a user
   * name, in a field labelled so, with the buttons `Sign in` and `Cancel`.
   */
  readonly pages?: 'automatic' | 'form';
  /** How the client proves itself. Default `client_secret_basic`; `none` for a public client. */
  readonly clientAuthentication?: 'client_secret_basic' | 'client_secret_post' | 'none';
  /** Whether address and name are in the ID token already. Default `false`: in the UserInfo answer. */
  readonly claimsInToken?: boolean;
}

/** What the provider tells of somebody, beside the subject. */
export interface OpenIdClaims {
  readonly email?: string;
  readonly email_verified?: boolean;
  readonly name?: string;
  /** How they signed in, which is told in the ID token. */
  readonly acr?: string;
  readonly amr?: readonly string[];
}

export type Answer = (request: IncomingMessage, response: ServerResponse) => void;

export interface OpenIdProvider {
  /** `http://127.0.0.1:<port>` */
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Whoever comes next, and after that, is this person. In `form` mode: what is told of whoever writes this name. */
  signInAs(subject: string, claims?: OpenIdClaims): void;
  /** Whoever comes next, and after that, says no. Until `signInAs`. */
  deny(): void;
  /**
   * Walks from an authorization URL through the provider's pages, as a fresh browser does, and gives the URL at the
   * client to which it is sent back. For `automatic` pages.
   */
  visit(authorizationUrl: string): Promise<string>;
  /** From now on tokens are signed with a new key, under a new `kid`; the old one is not published any more. */
  rotateKeys(): void;
  /** Lets a path, such as `/token`, answer something else; `null` ends that. */
  replace(path: string, answer: Answer | null): void;
  /** How many requests a path has had. */
  requests(path: string): number;
  stop(): Promise<void>;
}

const CLIENT_ID = 'countersign-tests';

/** Resolves when it listens. */
export async function startOpenIdProvider(options: OpenIdProviderOptions): Promise<OpenIdProvider> {
  const port = await freePort();
  const provider = new TestProvider(port, options);
  await provider.listen(port);
  return provider;
}

class TestProvider implements OpenIdProvider {
  readonly issuer: string;
  readonly clientId = CLIENT_ID;
  readonly clientSecret = randomBytes(24).toString('base64url');
  readonly #options: OpenIdProviderOptions;
  readonly #memory = openIdMemory();
  readonly #cookieKey = randomBytes(24).toString('base64url');
  readonly #people = new Map<string, OpenIdClaims>();
  readonly #replaced = new Map<string, Answer>();
  readonly #counts = new Map<string, number>();
  readonly #server = createServer((request, response) => this.#answer(request, response));
  #next: string | null = null;
  #provider: Provider;
  #callback: ReturnType<Provider['callback']>;

  constructor(port: number, options: OpenIdProviderOptions) {
    this.issuer = `http://127.0.0.1:${port}`;
    this.#options = options;
    this.#provider = this.#create();
    this.#callback = this.#provider.callback();
  }

  async listen(port: number): Promise<void> {
    // An idle connection that is closed while it is used again would be a failure of the test's own.
    this.#server.keepAliveTimeout = 0;
    this.#server.listen({ port, host: '127.0.0.1' });
    await once(this.#server, 'listening');
  }

  signInAs(subject: string, claims: OpenIdClaims = {}): void {
    this.#people.set(subject, claims);
    this.#next = subject;
  }

  deny(): void {
    this.#next = null;
  }

  async visit(authorizationUrl: string): Promise<string> {
    const jar = new CookieJar();
    let url = authorizationUrl;
    for (let steps = 0; steps < 10; steps += 1) {
      const cookie = await jar.getCookieString(url);
      const answer = await fetch(url, { redirect: 'manual', headers: { cookie } });
      for (const line of answer.headers.getSetCookie()) await jar.setCookie(line, url);
      const location = answer.headers.get('location');
      if (location === null)
        throw new Error(`${answer.status} and no way on: ${(await answer.text()).slice(0, 500)}`);
      url = new URL(location, url).href;
      if (!url.startsWith(`${this.issuer}/`)) return url;
    }
    throw new Error('the provider sends around in circles');
  }

  rotateKeys(): void {
    this.#provider = this.#create();
    this.#callback = this.#provider.callback();
  }

  replace(path: string, answer: Answer | null): void {
    if (answer === null) this.#replaced.delete(path);
    else this.#replaced.set(path, answer);
  }

  requests(path: string): number {
    return this.#counts.get(path) ?? 0;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    if (!this.#server.listening) return;
    this.#server.close();
    await once(this.#server, 'close');
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const { pathname } = new URL(request.url ?? '/', this.issuer);
    this.#counts.set(pathname, this.requests(pathname) + 1);
    const replaced = this.#replaced.get(pathname);
    if (replaced !== undefined) replaced(request, response);
    else if (pathname.startsWith('/interaction/')) void this.#interact(request, response);
    else void this.#callback(request, response);
  }

  /** A page of the provider's. It asks who somebody is; consent is given by the configuration below. */
  async #interact(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      if (this.#options.pages === 'form' && request.method !== 'POST')
        return void response.setHeader('content-type', 'text/html; charset=utf-8').end(PAGE);
      const chosen = this.#options.pages === 'form' ? await chosenIn(request) : this.#next;
      await this.#provider.interactionFinished(request, response, this.#resultFor(chosen), {
        mergeWithLastSubmission: false,
      });
    } catch (error) {
      response.statusCode = 500;
      response.end(String(error));
    }
  }

  #resultFor(subject: string | null): Parameters<Provider['interactionFinished']>[2] {
    if (subject === null)
      return { error: 'access_denied', error_description: 'The person said no.' };
    const { acr, amr } = this.#claimsOf(subject);
    return {
      login: {
        accountId: subject,
        remember: false,
        ...(acr === undefined ? {} : { acr }),
        ...(amr === undefined ? {} : { amr: [...amr] }),
      },
    };
  }

  #claimsOf(subject: string): OpenIdClaims {
    return (
      this.#people.get(subject) ?? {
        email: `${encodeURIComponent(subject)}@example.test`,
        email_verified: true,
        name: subject,
      }
    );
  }

  #create(): Provider {
    const { redirectUris, claimsInToken = false } = this.#options;
    const method = this.#options.clientAuthentication ?? 'client_secret_basic';
    const provider = new Provider(this.issuer, {
      adapter: this.#memory,
      clients: [
        {
          client_id: this.clientId,
          ...(method === 'none' ? {} : { client_secret: this.clientSecret }),
          token_endpoint_auth_method: method,
          redirect_uris: [...redirectUris],
          grant_types: ['authorization_code'],
          response_types: ['code'],
        },
      ],
      clientAuthMethods: [method],
      acrValues: ['phr', 'phrh'],
      claims: {
        openid: ['sub', 'acr', 'amr'],
        email: ['email', 'email_verified'],
        profile: ['name'],
        auth_time: null,
      },
      conformIdTokenClaims: !claimsInToken,
      cookies: { keys: [this.#cookieKey] },
      features: { devInteractions: { enabled: false } },
      findAccount: (_context, subject) => {
        const { acr: _acr, amr: _amr, ...claims } = this.#claimsOf(subject);
        return { accountId: subject, claims: () => ({ sub: subject, ...claims }) };
      },
      interactions: { url: (_context, interaction) => `/interaction/${interaction.uid}` },
      jwks: { keys: [signingKey()] },
      // Nobody is asked for consent: the client is the provider's own.
      loadExistingGrant: async ({ oidc }) => {
        const grant = new provider.Grant({
          clientId: oidc.client?.clientId ?? '',
          accountId: oidc.session?.accountId ?? '',
        });
        grant.addOIDCScope('openid email profile');
        await grant.save();
        return grant;
      },
      ttl: {
        AccessToken: 600,
        AuthorizationCode: 60,
        Grant: 600,
        IdToken: 600,
        Interaction: 600,
        Session: 600,
      },
    });
    return provider;
  }
}

function signingKey(): JWK {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
  const { kty, n, e, d, p, q, dp, dq, qi } = privateKey.export({ format: 'jwk' });
  const kid = randomBytes(8).toString('hex');
  return { kty, n, e, d, p, q, dp, dq, qi, kid, use: 'sig', alg: 'RS256' };
}

async function chosenIn(request: IncomingMessage): Promise<string | null> {
  const form = new URLSearchParams(await text(request));
  const userName = form.get('user') ?? '';
  return form.has('cancel') || userName === '' ? null : userName;
}

const PAGE = `<!doctype html>
<html lang="en">
<title>Sign in at the provider</title>
<h1>Sign in at the provider</h1>
<form method="post">
<p><label for="user">User name</label> <input id="user" name="user" autocomplete="username"></p>
<p><button>Sign in</button> <button name="cancel" value="yes">Cancel</button></p>
</form>
</html>
`;
