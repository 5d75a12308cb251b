import { expect, test } from 'vitest';

import {
  createOidcProvider,
  type OidcProvider,
  type OidcProviderOptions,
} from '../../src/accounts/oidc.js';
import { sha256 } from '../../src/crypto/digest.js';
import { createFakeClock } from '../../src/testing/fake-clock.js';
import { begun } from './oidc-fixture.js';

const ISSUER = 'https://id.example.com';
const DOCUMENT = {
  issuer: ISSUER,
  authorization_endpoint: `${ISSUER}/authorize?tenant=7`,
  token_endpoint: `${ISSUER}/token`,
  jwks_uri: `${ISSUER}/keys`,
};

function provider(options: Partial<OidcProviderOptions> = {}): OidcProvider {
  return createOidcProvider({
    name: 'example-id',
    label: 'Example ID',
    issuer: ISSUER,
    clientId: 'client',
    clientSecret: 'secret-marker',
    redirectUri: 'https://app.example.com/back',
    clock: createFakeClock(1_000),
    fetch: () => Promise.resolve(Response.json(DOCUMENT)),
    ...options,
  });
}

test('a person is sent to the provider with everything that the return is checked by', async () => {
  const { url, expectation } = await begun(provider());
  const { origin, pathname, searchParams } = new URL(url);
  expect(origin + pathname).toBe(`${ISSUER}/authorize`);
  expect(Object.fromEntries(searchParams)).toEqual({
    tenant: '7',
    client_id: 'client',
    response_type: 'code',
    redirect_uri: 'https://app.example.com/back',
    scope: 'openid email profile',
    state: expectation.state,
    nonce: expectation.nonce,
    code_challenge: sha256(expectation.codeVerifier),
    code_challenge_method: 'S256',
  });
  expect(expectation).toMatchObject({ provider: 'example-id', maxAge: null, startedAt: 1_000 });
  expect(url).not.toContain(expectation.codeVerifier);
  expect(url).not.toContain('marker');
});

test('what is demanded of the provider is asked for', async () => {
  const demanding = provider({ requiredAcr: ['phr', 'phrh'], maxAge: 3_600, scope: 'openid' });
  const input = { prompt: 'select_account', loginHint: 'ada@example.test' } as const;
  const { searchParams } = new URL((await begun(demanding, input)).url);
  expect(Object.fromEntries(searchParams)).toMatchObject({
    acr_values: 'phr phrh',
    max_age: '3600',
    scope: 'openid',
    prompt: 'select_account',
    login_hint: 'ada@example.test',
  });
  const now = await begun(demanding, { maxAge: 0, loginHint: 'a'.repeat(255) });
  expect(new URL(now.url).searchParams.get('max_age')).toBe('0');
  expect(now.expectation.maxAge).toBe(0);
  expect(new URL(now.url).searchParams.has('login_hint')).toBe(false);
});

test('no two sign-ins share a secret, and an expectation survives JSON', async () => {
  const client = provider();
  const expectations = [await begun(client), await begun(client)].map((one) => one.expectation);
  const secrets = expectations.flatMap((one) => [one.state, one.nonce, one.codeVerifier]);
  expect(new Set(secrets).size).toBe(6);
  // 256 bits each.
  for (const secret of secrets) expect(secret).toMatch(/^[\w-]{43}$/);
  expect(JSON.parse(JSON.stringify(expectations))).toEqual(expectations);
});
