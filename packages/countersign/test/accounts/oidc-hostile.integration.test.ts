// Providers, and whoever sits between, that forge and lie: each of it is a value, none of it a sign-in
// (ASVS 6.8.1, 6.8.2, 9.1.1 to 9.2.3; RFC 9207; RFC 9700, 4.4).

import { createPublicKey, generateKeyPairSync } from 'node:crypto';

import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import {
  createOidcProvider,
  type OidcFinishResult,
  type OidcProvider,
  type OidcProviderOptions,
} from '../../src/accounts/oidc.js';
import { createFakeClock } from '../../src/testing/fake-clock.js';
import { begun, succeeded } from './oidc-fixture.js';
import {
  secretToken,
  selfSignedToken,
  signedToken,
  startHostileProvider,
  unsignedToken,
  type HostileProvider,
  type Json,
} from './oidc-hostile-provider.js';

const CLIENT = 'client';
const SECRET = 'a shared secret of the client';

let hostile: HostileProvider;
beforeAll(async () => {
  hostile = await startHostileProvider();
});
afterAll(() => hostile.stop());
beforeEach(() => {
  hostile.discovery = {};
  hostile.userInfo = { sub: 'ada' };
});

function client(options: Partial<OidcProviderOptions> = {}): OidcProvider {
  return createOidcProvider({
    name: 'hostile',
    label: 'Hostile',
    issuer: hostile.issuer,
    clientId: CLIENT,
    clientSecret: SECRET,
    redirectUri: 'http://localhost:3000/sign-in/hostile',
    // Without more, so that the UserInfo answer is not asked for and hides nothing.
    scope: 'openid',
    allowInsecure: true,
    ...options,
  });
}

/** A whole sign-in, with the token that is made of good claims. */
async function signIn(
  token: (good: Json) => unknown,
  { oidc = client(), more = {} }: { readonly oidc?: OidcProvider; readonly more?: Json } = {},
): Promise<OidcFinishResult> {
  const { expectation } = await begun(oidc);
  hostile.tokens = () => ({
    access_token: 'access',
    token_type: 'Bearer',
    id_token: token(hostile.claims(CLIENT, expectation.nonce)),
    ...more,
  });
  return oidc.finish({ expectation, url: `/?code=code&state=${expectation.state}` });
}

/** Its signature is good. */
function withClaims(changes: Json): (good: Json) => string {
  return (good) => signedToken(hostile.key, { ...good, ...changes });
}

const now = (): number => Math.floor(Date.now() / 1_000);
const otherKey = generateKeyPairSync('rsa', { modulusLength: 2_048 }).privateKey;

test('a token that is in order is taken, and the code comes with its verifier', async () => {
  expect(succeeded(await signIn(withClaims({}))).subject).toBe('ada');
  const form = hostile.lastForm();
  expect(form.get('code')).toBe('code');
  expect(form.get('code_verifier')).toMatch(/^[\w-]{43}$/);
  expect(form.get('redirect_uri')).toBe('http://localhost:3000/sign-in/hostile');
});

describe('an ID token is refused', () => {
  const publicPem = (): Buffer =>
    Buffer.from(createPublicKey(hostile.key).export({ type: 'spki', format: 'pem' }));

  const FORGERIES: readonly (readonly [string, (good: Json) => unknown])[] = [
    ['that says alg none (6.8.2, 9.1.2)', (good) => unsignedToken(good)],
    ['that says alg none and has a signature', (good) => unsignedToken(good, 'AAAA')],
    ['by HS256 with the client secret (9.1.2)', (good) => secretToken(SECRET, good)],
    ['by HS256 with the public key (9.1.2)', (good) => secretToken(publicPem(), good)],
    ['by another key under the same id (9.1.1)', (good) => signedToken(otherKey, good)],
    ['by a key that it brings itself (9.1.3)', selfSignedToken],
    [
      'by a key from elsewhere (9.1.3)',
      (good) => signedToken(otherKey, good, { kid: 'k9', jku: 'http://127.0.0.1:1/keys' }),
    ],
    ['with a cut signature', (good) => signedToken(hostile.key, good).slice(0, -8)],
    ['whose claims were changed after', (good) => forged(good, { sub: 'eve' })],
    ['with a critical header', (good) => signedToken(hostile.key, good, { crit: ['b64'] })],
    ['that is no token', () => 'a.b.c'],
    ['that is encrypted', () => 'a.b.c.d.e'],
    ['that is not there', () => undefined],
    ['that is a number', () => 7],
    ['for another audience (9.2.3)', withClaims({ aud: 'another' })],
    ['for several audiences', withClaims({ aud: [CLIENT, 'another'] })],
    ['for us by way of another', withClaims({ aud: [CLIENT, 'another'], azp: 'another' })],
    ['without audience', withClaims({ aud: undefined })],
    ['of another issuer', withClaims({ iss: 'https://attacker.example' })],
    ['of our issuer with a slash', (good) => withClaims({ iss: `${hostile.issuer}/` })(good)],
    ['that has expired (9.2.1)', withClaims({ exp: now() - 31 })],
    ['that never expires', withClaims({ exp: undefined })],
    ['that expires in words', withClaims({ exp: 'tomorrow' })],
    ['that is not good yet (9.2.1)', withClaims({ nbf: now() + 120 })],
    ['with another nonce', withClaims({ nonce: 'another' })],
    ['without nonce', withClaims({ nonce: undefined })],
    ['without subject', withClaims({ sub: undefined })],
    ['with an empty subject', withClaims({ sub: '' })],
    ['with a number for subject', withClaims({ sub: 7 })],
    ['with a very long subject', withClaims({ sub: 'a'.repeat(256) })],
    ['with a control character in the subject', withClaims({ sub: 'ada\n' })],
  ];

  test.each(FORGERIES)('%s', async (_what, token) => {
    expect(await signIn(token)).toMatchObject({ ok: false, reason: 'refused' });
  });

  function forged(good: Json, changes: Json): string {
    const [header, , signature] = signedToken(hostile.key, good).split('.');
    const [, payload] = signedToken(hostile.key, { ...good, ...changes }).split('.');
    return [header, payload, signature].join('.');
  }

  test('that tells of a sign-in too long ago, or of none, where an age is demanded', async () => {
    const oidc = client({ maxAge: 60 });
    const times = [now() - 100, undefined, 'yesterday', -1];
    for (const auth_time of times)
      expect(await signIn(withClaims({ auth_time }), { oidc })).toMatchObject({
        reason: 'refused',
      });
    const identity = succeeded(await signIn(withClaims({ auth_time: now() }), { oidc }));
    expect(identity.authTime).toBeGreaterThan(0);
  });

  test('by the clock that the provider was given', async () => {
    const clock = createFakeClock(Date.now() + 3_600_000);
    const result = await signIn(withClaims({}), { oidc: client({ clock }) });
    expect(result).toMatchObject({ ok: false, reason: 'refused' });
  });
});

describe('an answer that does not fit', () => {
  test.each([
    ['an access token that would split a header', { access_token: 'a\r\nb: c' }],
    ['no access token', { access_token: undefined }],
    ['an unknown type of token', { token_type: 'mac' }],
    ['a lifetime in words', { expires_in: 'long' }],
  ])('with %s is refused', async (_what, more) => {
    const oidc = client({ scope: 'openid email' });
    const result = await signIn(withClaims({}), { oidc, more });
    expect(result).toMatchObject({ ok: false, reason: 'refused' });
  });

  test('of another person at the UserInfo endpoint is refused', async () => {
    hostile.userInfo = { sub: 'eve', email: 'eve@example.test', email_verified: true };
    const result = await signIn(withClaims({}), { oidc: client({ scope: 'openid email' }) });
    expect(result).toMatchObject({ ok: false, reason: 'refused' });
  });

  test('cannot vouch for the address of the ID token', async () => {
    hostile.userInfo = { sub: 'ada', email: 'ada@example.test', email_verified: true, name: 'Ada' };
    const oidc = client({ scope: 'openid email profile' });
    const token = withClaims({ email: 'root@example.test' });
    const identity = succeeded(await signIn(token, { oidc }));
    expect(identity).toMatchObject({
      email: 'root@example.test',
      emailVerified: false,
      name: 'Ada',
    });
  });
});

describe('a discovery document is not believed', () => {
  test.each([
    ['of another issuer', { issuer: 'https://attacker.example' }],
    ['that spells the issuer differently', { issuer: 'http://127.0.0.1:1/' }],
    ['without issuer', { issuer: undefined }],
    ['with a script for an address', { authorization_endpoint: 'javascript:alert(1)' }],
    ['that sends people elsewhere by http', { authorization_endpoint: 'http://attacker.example' }],
    ['that sends codes elsewhere by http', { token_endpoint: 'http://attacker.example/token' }],
    ['whose keys come by http from elsewhere', { jwks_uri: 'http://attacker.example/keys' }],
    ['without token endpoint', { token_endpoint: undefined }],
    ['with a list for an address', { jwks_uri: [] }],
  ])('%s', async (_what, changes) => {
    hostile.discovery = changes;
    expect(await client().begin()).toMatchObject({ ok: false, reason: 'unavailable' });
  });

  test('that takes no secret of ours is found when the code would be exchanged', async () => {
    hostile.discovery = { token_endpoint_auth_methods_supported: ['private_key_jwt'] };
    expect(await signIn(withClaims({}))).toMatchObject({ ok: false, reason: 'unavailable' });
  });

  test('that offers no signature but none and HMAC leaves no token that is taken (9.1.2)', async () => {
    hostile.discovery = { id_token_signing_alg_values_supported: ['none', 'HS256'] };
    for (const token of [unsignedToken, (good: Json) => secretToken(SECRET, good), withClaims({})])
      expect(await signIn((good) => token(good))).toEqual({
        ok: false,
        reason: 'refused',
        detail: 'unexpected JWT "alg" header parameter',
      });
  });

  test('with nonsense where lists belong is read by the defaults', async () => {
    hostile.discovery = {
      id_token_signing_alg_values_supported: 'RS256',
      token_endpoint_auth_methods_supported: 7,
    };
    expect(succeeded(await signIn(withClaims({}))).subject).toBe('ada');
  });
});

describe('a callback', () => {
  test('mixed up with another provider is refused, though that one tells no issuer (RFC 9207)', async () => {
    const oidc = client();
    const { expectation } = await begun(oidc);
    const url = `/?code=code&state=${expectation.state}&iss=https%3A%2F%2Fhonest.example`;
    expect(await oidc.finish({ expectation, url })).toMatchObject({ reason: 'refused' });
  });

  test('with an error is read only with its state', async () => {
    const oidc = client();
    const { expectation } = await begun(oidc);
    const { state } = expectation;
    const reasonOf = async (query: string): Promise<unknown> => {
      const result = await oidc.finish({ expectation, url: `/?${query}` });
      return result.ok ? 'ok' : result.reason;
    };
    expect(await reasonOf('error=access_denied')).toBe('refused');
    expect(await reasonOf(`error=access_denied&state=${state}`)).toBe('denied');
    expect(await reasonOf(`error=server_error&state=${state}`)).toBe('unavailable');
    expect(await reasonOf(`error=%3Cscript%3E&state=${state}`)).toBe('refused');
    expect(await reasonOf(`error=access_denied&state=${state}&state=${state}`)).toBe('refused');
    expect(await reasonOf(`code=a&code=b&state=${state}`)).toBe('refused');
    expect(await reasonOf(`code=&state=${state}`)).toBe('refused');
    expect(await reasonOf(`state=${state}`)).toBe('refused');
    expect(await reasonOf(`code=a&response=b&state=${state}`)).toBe('refused');
    expect(await reasonOf(`id_token=a&state=${state}`)).toBe('refused');
  });

  test('of any text is an answer and no error', async () => {
    const oidc = client();
    const { expectation } = await begun(oidc);
    hostile.tokens = () => ({});
    const part = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('code', 'state', 'iss', 'error', '&', '=', '?', '#', '//', '\\', '%', '%ff'),
      fc.constant(`state=${expectation.state}`),
    );
    const urls = fc.array(part, { maxLength: 12 }).map((parts) => parts.join(''));
    await fc.assert(
      fc.asyncProperty(urls, fc.boolean(), async (text, query) => {
        const url = query ? `/?${text}` : text;
        expect((await oidc.finish({ expectation, url })).ok).toBe(false);
      }),
      { numRuns: 300 },
    );
    const long = `/?state=${expectation.state}&code=${'a'.repeat(20_000)}`;
    expect(await oidc.finish({ expectation, url: long })).toMatchObject({ reason: 'refused' });
  });

  test('without an expectation, or with something else for one, is refused', async () => {
    const oidc = client();
    const { expectation } = await begun(oidc);
    const url = `/?code=code&state=${expectation.state}`;
    const others: readonly unknown[] = [
      undefined,
      null,
      'text',
      [],
      {},
      { ...expectation, state: '' },
      { ...expectation, codeVerifier: undefined },
      { ...expectation, maxAge: '60' },
      { ...expectation, startedAt: 'now' },
      { ...expectation, startedAt: Number.NaN },
    ];
    for (const other of others)
      expect(await oidc.finish({ expectation: other, url })).toMatchObject({ reason: 'refused' });
  });
});

test('no detail repeats a token, a code or a claim', async () => {
  const details: string[] = [];
  for (const token of [
    withClaims({ sub: 'secret-marker\n' }),
    withClaims({ aud: 'secret-marker' }),
    withClaims({ nonce: 'secret-marker' }),
    () => 'secret-marker',
    () => 'secret-marker.secret-marker.secret-marker',
    (good: Json) => unsignedToken(good, 'secret-marker'),
  ]) {
    const result = await signIn(token, { more: { access_token: 'secret-marker' } });
    if (!result.ok) details.push(result.detail);
  }
  expect(details).toHaveLength(6);
  expect(details.join('\n')).not.toContain('marker');
});
