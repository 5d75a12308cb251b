// Signing in at a real OpenID provider, over real HTTP, and what may go wrong on the way (ASVS 6.8, 9.1).

import type { ServerResponse } from 'node:http';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { MAX_ANSWER_BYTES } from '../../src/accounts/oidc-fetch.js';
import {
  createOidcProvider,
  OIDC_EXPECTATION_LIFETIME_MS,
  type OidcBeginInput,
  type OidcProvider,
  type OidcProviderOptions,
} from '../../src/accounts/oidc.js';
import type { ProviderIdentity } from '../../src/accounts/provider-identity.js';
import { createFakeClock, type FakeClock } from '../../src/testing/fake-clock.js';
import {
  startOpenIdProvider,
  type Answer,
  type OpenIdProvider,
  type OpenIdProviderOptions,
} from '../services/openid-provider.js';
import { begun, succeeded } from './oidc-fixture.js';

const REDIRECT_URI = 'http://localhost:3000/sign-in/example-id?tenant=1';

const stops: (() => Promise<void>)[] = [];
async function start(options: Partial<OpenIdProviderOptions> = {}): Promise<OpenIdProvider> {
  const provider = await startOpenIdProvider({ redirectUris: [REDIRECT_URI], ...options });
  stops.push(() => provider.stop());
  return provider;
}
afterAll(async () => {
  for (const stop of stops) await stop();
});

function optionsFor(provider: OpenIdProvider): OidcProviderOptions {
  return {
    name: 'example-id',
    label: 'Example ID',
    issuer: provider.issuer,
    clientId: provider.clientId,
    clientSecret: provider.clientSecret,
    redirectUri: REDIRECT_URI,
    allowInsecure: true,
  };
}

async function signIn(
  oidc: OidcProvider,
  input: OidcBeginInput = {},
  at: OpenIdProvider = provider,
): Promise<ProviderIdentity> {
  const { url, expectation } = await begun(oidc, input);
  return succeeded(await oidc.finish({ expectation, url: await at.visit(url) }));
}

let provider: OpenIdProvider;
beforeAll(async () => {
  provider = await start();
});

describe('a person who signs in at the provider', () => {
  test('is known by issuer and subject, with address and name (6.8.1, 6.8.2)', async () => {
    provider.signInAs('ada', {
      email: 'ada@example.test',
      email_verified: true,
      name: 'Ada Lovelace',
      acr: 'phr',
      amr: ['hwk', 'user'],
    });
    const oidc = createOidcProvider(optionsFor(provider));
    const { url, expectation } = await begun(oidc);
    const callback = await provider.visit(url);
    expect(succeeded(await oidc.finish({ expectation, url: callback }))).toEqual({
      issuer: provider.issuer,
      subject: 'ada',
      email: 'ada@example.test',
      emailVerified: true,
      name: 'Ada Lovelace',
      acr: 'phr',
      amr: ['hwk', 'user'],
      authTime: null,
    });
  });

  test('is known without address and name where the provider tells none', async () => {
    provider.signInAs('nobody');
    const oidc = createOidcProvider(optionsFor(provider));
    expect(await signIn(oidc)).toMatchObject({
      subject: 'nobody',
      email: null,
      emailVerified: false,
      name: null,
      acr: null,
      amr: [],
    });
  });

  test.each(['client_secret_basic', 'client_secret_post', 'none'] as const)(
    'comes in by a client that proves itself by %s',
    async (clientAuthentication) => {
      const provider = await start({ clientAuthentication, claimsInToken: true });
      provider.signInAs('grace', { email: 'grace@example.test', name: 'Grace' });
      const { clientSecret: _secret, ...open } = optionsFor(provider);
      const client = clientAuthentication === 'none' ? open : optionsFor(provider);
      const oidc = createOidcProvider(client);
      const { url, expectation } = await begun(oidc);
      const callback = await provider.visit(url);
      const identity = succeeded(await oidc.finish({ expectation, url: callback }));
      expect(identity).toMatchObject({ subject: 'grace', email: 'grace@example.test' });
      // All of it was in the ID token, so nothing else was asked.
      expect(provider.requests('/me')).toBe(0);
    },
  );

  test('tells when they signed in there, where an age was demanded (6.8.4)', async () => {
    provider.signInAs('ada');
    const oidc = createOidcProvider({ ...optionsFor(provider), maxAge: 3_600 });
    const before = Math.floor(Date.now() / 1_000) * 1_000;
    const { authTime } = await signIn(oidc, { prompt: 'login', loginHint: 'ada' });
    expect(authTime).toBeGreaterThanOrEqual(before);
    expect(authTime).toBeLessThanOrEqual(Date.now());
  });

  test('may come back through a proxy: the path with its query is enough', async () => {
    provider.signInAs('ada');
    const oidc = createOidcProvider(optionsFor(provider));
    const { url, expectation } = await begun(oidc);
    const { pathname, search } = new URL(await provider.visit(url));
    const stored: unknown = JSON.parse(JSON.stringify(expectation));
    const result = await oidc.finish({ expectation: stored, url: pathname + search });
    expect(succeeded(result).subject).toBe('ada');
  });

  test('comes in after the provider has changed its keys', async () => {
    const provider = await start();
    const oidc = createOidcProvider(optionsFor(provider));
    provider.signInAs('ada');
    await signIn(oidc, {}, provider);
    provider.rotateKeys();
    expect((await signIn(oidc, {}, provider)).subject).toBe('ada');
    expect((await signIn(oidc, {}, provider)).subject).toBe('ada');
    expect(provider.requests('/jwks')).toBe(2);
    expect(provider.requests('/.well-known/openid-configuration')).toBe(1);
  });
});

describe('a return is refused', () => {
  test('as denied, when the person said no', async () => {
    const provider = await start();
    provider.deny();
    const oidc = createOidcProvider(optionsFor(provider));
    const { url, expectation } = await begun(oidc);
    const callback = await provider.visit(url);
    expect(callback).toContain('error=access_denied');
    const result = await oidc.finish({ expectation, url: callback });
    expect(result).toMatchObject({ ok: false, reason: 'denied' });
    expect(provider.requests('/token')).toBe(0);
  });

  test('as denied, when nobody is signed in there and nobody was to be asked', async () => {
    const oidc = createOidcProvider(optionsFor(provider));
    const { url, expectation } = await begun(oidc, { prompt: 'none' });
    const result = await oidc.finish({ expectation, url: await provider.visit(url) });
    expect(result).toMatchObject({ ok: false, reason: 'denied' });
  });

  test('with the state of another browser, before anything is asked of the provider', async () => {
    const provider = await start();
    provider.signInAs('mallory');
    const oidc = createOidcProvider(optionsFor(provider));
    const mine = await begun(oidc);
    const other = await begun(oidc);
    const url = await provider.visit(other.url);
    const result = await oidc.finish({ expectation: mine.expectation, url });
    expect(result).toMatchObject({ ok: false, reason: 'refused' });
    expect(provider.requests('/token')).toBe(0);
    // Not even by a process that has asked it nothing yet.
    const before = provider.requests('/.well-known/openid-configuration');
    await createOidcProvider(optionsFor(provider)).finish({ expectation: mine.expectation, url });
    expect(provider.requests('/.well-known/openid-configuration')).toBe(before);
  });

  test('the second time', async () => {
    provider.signInAs('ada');
    const oidc = createOidcProvider(optionsFor(provider));
    const { url, expectation } = await begun(oidc);
    const callback = await provider.visit(url);
    succeeded(await oidc.finish({ expectation, url: callback }));
    expect(await oidc.finish({ expectation, url: callback })).toEqual({
      ok: false,
      reason: 'refused',
      detail: 'the token endpoint answered invalid_grant',
    });
  });

  test('with a code that another browser was given (PKCE)', async () => {
    provider.signInAs('mallory');
    const oidc = createOidcProvider(optionsFor(provider));
    const mine = await begun(oidc);
    const theirs = new URL(await provider.visit((await begun(oidc)).url));
    theirs.searchParams.set('state', mine.expectation.state);
    const result = await oidc.finish({ expectation: mine.expectation, url: theirs.href });
    expect(result).toMatchObject({ ok: false, reason: 'refused' });
  });

  test('with the nonce of another sign-in', async () => {
    provider.signInAs('ada');
    const oidc = createOidcProvider(optionsFor(provider));
    const { url, expectation } = await begun(oidc);
    const { nonce } = (await begun(oidc)).expectation;
    const callback = await provider.visit(url);
    expect(await oidc.finish({ expectation: { ...expectation, nonce }, url: callback })).toEqual({
      ok: false,
      reason: 'refused',
      detail: 'unexpected ID Token "nonce" claim value',
    });
  });

  test('from another issuer, or from none (RFC 9207)', async () => {
    provider.signInAs('ada');
    const oidc = createOidcProvider(optionsFor(provider));
    const { url, expectation } = await begun(oidc);
    const callback = new URL(await provider.visit(url));
    const before = provider.requests('/token');
    expect(callback.searchParams.get('iss')).toBe(provider.issuer);
    callback.searchParams.set('iss', 'https://attacker.example');
    const mixed = await oidc.finish({ expectation, url: callback.href });
    expect(mixed).toMatchObject({ ok: false, reason: 'refused' });
    callback.searchParams.delete('iss');
    const bare = await oidc.finish({ expectation, url: callback.href });
    expect(bare).toMatchObject({ ok: false, reason: 'refused' });
    expect(provider.requests('/token')).toBe(before);
  });

  test('at the URL of another provider', async () => {
    provider.signInAs('ada');
    const oidc = createOidcProvider(optionsFor(provider));
    const other = createOidcProvider({ ...optionsFor(provider), name: 'other-id' });
    const { url, expectation } = await begun(oidc);
    const result = await other.finish({ expectation, url: await provider.visit(url) });
    expect(result).toMatchObject({ ok: false, reason: 'refused' });
  });

  test('when it took longer than a quarter of an hour', async () => {
    provider.signInAs('ada');
    const clock = createFakeClock(Date.now());
    const oidc = createOidcProvider({ ...optionsFor(provider), clock });
    const { url, expectation } = await begun(oidc);
    const callback = await provider.visit(url);
    clock.advance(OIDC_EXPECTATION_LIFETIME_MS);
    expect(await oidc.finish({ expectation, url: callback })).toMatchObject({ reason: 'refused' });
  });

  test('when the sign-in there was weaker than demanded, or of unknown strength (6.8.4)', async () => {
    const oidc = createOidcProvider({ ...optionsFor(provider), requiredAcr: ['phrh'] });
    for (const claims of [{ acr: 'phr' }, {}]) {
      provider.signInAs('ada', claims);
      const { url, expectation } = await begun(oidc);
      expect(new URL(url).searchParams.get('acr_values')).toBe('phrh');
      const result = await oidc.finish({ expectation, url: await provider.visit(url) });
      expect(result).toMatchObject({ ok: false, reason: 'refused' });
    }
    provider.signInAs('ada', { acr: 'phrh' });
    expect((await signIn(oidc)).acr).toBe('phrh');
  });
});

describe('a provider that fails is unavailable, which is nobody’s fault', () => {
  const BREAKDOWNS: readonly (readonly [string, Answer])[] = [
    ['answers 500', (_request, response) => response.writeHead(500).end()],
    ['answers nonsense', json('<html>Bad gateway</html>')],
    ['answers a list', json('[]')],
    ['answers without end', (_request, response) => flood(response)],
    ['hangs up', (_request, response) => response.destroy()],
    ['says nothing', () => undefined],
    ['says half', (_request, response) => response.writeHead(200).write('{"access_token":')],
    ['sends elsewhere', (_request, response) => response.writeHead(307, { location: '/' }).end()],
  ];

  /** What comes of it though the provider says nothing: time passes for those who wait for an answer. */
  async function outlasting<T>(clock: FakeClock, asked: Promise<T>): Promise<T> {
    const passing = setInterval(() => clock.advance(300), 300);
    return asked.finally(() => clearInterval(passing));
  }

  test.each(BREAKDOWNS)('a token endpoint that %s', async (_what, answer) => {
    const provider = await start();
    provider.signInAs('ada');
    const clock = createFakeClock(Date.now());
    const oidc = createOidcProvider({ ...optionsFor(provider), timeoutMs: 300, clock });
    const { url, expectation } = await begun(oidc);
    const callback = await provider.visit(url);
    provider.replace('/token', answer);
    const result = await outlasting(clock, oidc.finish({ expectation, url: callback }));
    expect(result).toMatchObject({ ok: false, reason: 'unavailable' });
    expect(provider.requests('/')).toBe(0);
  });

  test.each(['/jwks', '/me'])('nonsense at %s', async (path) => {
    const provider = await start();
    provider.signInAs('ada');
    const oidc = createOidcProvider(optionsFor(provider));
    for (const [, answer] of BREAKDOWNS.slice(0, 3)) {
      provider.replace(path, answer);
      const { url, expectation } = await begun(oidc);
      const result = await oidc.finish({ expectation, url: await provider.visit(url) });
      expect(result).toMatchObject({ ok: false, reason: 'unavailable' });
    }
    provider.replace(path, null);
    expect((await signIn(oidc, {}, provider)).subject).toBe('ada');
  });

  test.each(BREAKDOWNS)(
    'a discovery document that %s, until it is there again',
    async (_w, answer) => {
      const provider = await start();
      const clock = createFakeClock(Date.now());
      const oidc = createOidcProvider({ ...optionsFor(provider), timeoutMs: 300, clock });
      provider.replace('/.well-known/openid-configuration', answer);
      const begin = outlasting(clock, oidc.begin());
      expect(await begin).toMatchObject({ ok: false, reason: 'unavailable' });
      provider.replace('/.well-known/openid-configuration', null);
      expect(await oidc.begin()).toMatchObject({ ok: true });
    },
  );

  test('a client that the provider does not know', async () => {
    provider.signInAs('ada');
    const oidc = createOidcProvider({ ...optionsFor(provider), clientSecret: 'another' });
    const { url, expectation } = await begun(oidc);
    const result = await oidc.finish({ expectation, url: await provider.visit(url) });
    expect(result).toMatchObject({ ok: false, reason: 'unavailable' });
  });

  test('nobody listens', async () => {
    const provider = await start();
    const oidc = createOidcProvider(optionsFor(provider));
    await provider.stop();
    expect(await oidc.begin()).toEqual({
      ok: false,
      reason: 'unavailable',
      detail: 'the provider cannot be reached',
    });
  });
});

test('what the provider says of itself is asked once an hour, however many come at once', async () => {
  const provider = await start();
  const clock = createFakeClock(Date.now());
  const oidc = createOidcProvider({ ...optionsFor(provider), clock });
  const document = '/.well-known/openid-configuration';
  await Promise.all(Array.from({ length: 20 }, () => begun(oidc)));
  expect(provider.requests(document)).toBe(1);
  clock.advance(3_600_000 - 1);
  await begun(oidc);
  expect(provider.requests(document)).toBe(1);
  clock.advance(1);
  await begun(oidc);
  expect(provider.requests(document)).toBe(2);
});

function json(body: string): Answer {
  return (_request, response) =>
    response.writeHead(200, { 'content-type': 'application/json' }).end(body);
}

/** Some MiB of white space, which is JSON so far, and no end. */
function flood(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.write(' '.repeat(MAX_ANSWER_BYTES + 1));
}
