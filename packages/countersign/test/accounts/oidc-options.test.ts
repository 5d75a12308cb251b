import { expect, test } from 'vitest';

import { createOidcProvider, type OidcProviderOptions } from '../../src/accounts/oidc.js';

const GOOD: OidcProviderOptions = {
  name: 'example-id',
  label: 'Example ID',
  issuer: 'https://id.example.com/tenant',
  clientId: 'client',
  redirectUri: 'https://app.example.com/sign-in/example-id',
};

test('a provider has its name, label and issuer, and asks nothing when it is made', () => {
  const fetch = (): Promise<Response> => Promise.reject(new Error('asked'));
  expect(createOidcProvider({ ...GOOD, fetch })).toMatchObject({
    name: 'example-id',
    label: 'Example ID',
    issuer: 'https://id.example.com/tenant',
  });
});

test.each([
  ['http on this machine, if allowed', { issuer: 'http://localhost:9000', allowInsecure: true }],
  ['its other names', { issuer: 'http://[::1]:9000/a', allowInsecure: true }],
  ['a way back to this machine', { redirectUri: 'http://127.0.0.1:3000/back' }],
  ['a way back with a query', { redirectUri: 'https://app.example.com/back?id=1' }],
  ['a public client’s lack of a secret', { clientId: 'public' }],
  ['an age of zero', { maxAge: 0 }],
])('%s is taken', (_what, options) => {
  expect(() => createOidcProvider({ ...GOOD, ...options })).not.toThrow();
});

const WRONG: readonly (readonly [keyof OidcProviderOptions, unknown])[] = [
  ['name', 'Example ID'],
  ['name', ''],
  ['name', 'a/b'],
  ['name', 'a'.repeat(33)],
  ['label', ' '],
  ['issuer', undefined],
  ['issuer', 'id.example.com'],
  ['issuer', 'http://id.example.com'],
  ['issuer', 'https://id.example.com/?a=b'],
  ['issuer', 'https://id.example.com/#a'],
  ['issuer', 'https://user:secret@id.example.com'],
  ['issuer', 'https://id.example.com/a b'],
  ['issuer', ' https://id.example.com'],
  ['issuer', `https://id.example.com/${'a'.repeat(255)}`],
  ['clientId', ''],
  ['clientSecret', ''],
  ['clientSecret', 7],
  ['redirectUri', '/sign-in'],
  ['redirectUri', 'http://app.example.com/back'],
  ['redirectUri', 'https://app.example.com/back#top'],
  ['redirectUri', 'javascript:alert(1)'],
  ['scope', 'email'],
  ['scope', 'openid  email'],
  ['scope', 'openid "email"'],
  ['requiredAcr', 'phr'],
  ['requiredAcr', ['two words']],
  ['maxAge', -1],
  ['maxAge', 1.5],
  ['maxAge', '1h'],
  ['allowInsecure', 'yes'],
  ['timeoutMs', 0],
  ['timeoutMs', 60_001],
  ['timeoutMs', Number.NaN],
];

test.each(WRONG)('a wrong %s (%j) is told when the provider is made', (option, value) => {
  const options = { ...GOOD, [option]: value };
  expect(() => createOidcProvider(options)).toThrow(
    expect.objectContaining({
      code: 'configuration',
      message: expect.stringMatching(new RegExp(`^${option}: .+\\. \\w`)) as string,
    }),
  );
});

test('http for another machine is refused whatever is allowed', () => {
  for (const host of [
    'id.example.com',
    'localhost.example.com',
    '127.0.0.1.example.com',
    '10.0.0.1',
  ])
    expect(() =>
      createOidcProvider({ ...GOOD, issuer: `http://${host}`, allowInsecure: true }),
    ).toThrow(/^issuer: is not an https URL/);
});

test('a misspelt option is told', () => {
  const options = { ...GOOD, max_age: 60 };
  expect(() => createOidcProvider(options)).toThrow(/max_age: is not an option here/);
});

test('no message repeats a secret', () => {
  const options = { ...GOOD, clientSecret: 'secret-marker'.repeat(100) };
  expect(() => createOidcProvider(options)).toThrow(/^clientSecret: is not a secret/);
  expect(() => createOidcProvider(options)).not.toThrow(/marker/);
});

test('a wrong age for one sign-in is told as well', async () => {
  const provider = createOidcProvider(GOOD);
  await expect(provider.begin({ maxAge: -1 })).rejects.toMatchObject({ code: 'configuration' });
});
