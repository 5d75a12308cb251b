import fc from 'fast-check';
import { expect, test } from 'vitest';

import { readIdentity } from '../../src/accounts/oidc-claims.js';
import { providerKey } from '../../src/accounts/provider-identity.js';

const ISSUER = 'https://id.example.com';

const read = (token: object, extra: object = {}): ReturnType<typeof readIdentity> =>
  readIdentity(ISSUER, { sub: 'ada', ...token }, { ...extra });

test('an identity has what the token tells, in the units of this library', () => {
  const claims = {
    email: 'ada@example.test',
    email_verified: true,
    name: ' Ada ',
    acr: 'phr',
    amr: ['pwd', 'otp'],
    auth_time: 1_767_225_600,
  };
  expect(read(claims)).toEqual({
    issuer: ISSUER,
    subject: 'ada',
    email: 'ada@example.test',
    emailVerified: true,
    name: 'Ada',
    acr: 'phr',
    amr: ['pwd', 'otp'],
    authTime: 1_767_225_600_000,
  });
});

test('what has another form, or no bound, is as if it were not told', () => {
  const nothing = read({});
  for (const claims of [
    { email: 7 },
    { email: 'ada' },
    { email: 'ada@example.test\r\nBcc: eve@example.test' },
    { email: 'ada@exa mple.test' },
    { email: 'a@b@c' },
    { email: `${'a'.repeat(250)}@b.cd` },
    { name: {} },
    { name: '  ' },
    { name: 'a'.repeat(257) },
    { name: 'a\u0000b' },
    { acr: ['phr'] },
    { acr: 'a'.repeat(256) },
    { amr: 'pwd' },
    { amr: [7, null, 'a'.repeat(65)] },
    { auth_time: '1767225600' },
    { auth_time: -1 },
    { auth_time: 1e300 },
  ])
    expect(read(claims)).toEqual(nothing);
  expect(read({ amr: Array.from({ length: 1_000 }, () => 'pwd') }).amr).toHaveLength(16);
});

test('an address is verified only when the provider says so of this address', () => {
  const email = 'ada@example.test';
  expect(read({ email, email_verified: 'true' }).emailVerified).toBe(true);
  for (const email_verified of [undefined, false, 'false', 'yes', 1, {}])
    expect(read({ email, email_verified }).emailVerified).toBe(false);
  expect(read({ email_verified: true }).emailVerified).toBe(false);
  expect(read({ email }, { email, email_verified: true }).emailVerified).toBe(false);
  expect(read({ email_verified: true }, { email }).emailVerified).toBe(false);
  expect(read({}, { email, email_verified: true }).emailVerified).toBe(true);
});

test('strength and time are taken from the signed token alone (6.8.4)', () => {
  const extra = { acr: 'phr', amr: ['hwk'], auth_time: 1, sub: 'eve' };
  expect(read({}, extra)).toMatchObject({ subject: 'ada', acr: null, amr: [], authTime: null });
});

test('a subject that cannot be one is refused', () => {
  for (const sub of [undefined, null, '', 7, 'a'.repeat(256), 'a\nb', 'a\u2028b', '\ud800'])
    expect(() => read({ sub })).toThrow(expect.objectContaining({ reason: 'refused' }));
  expect(read({ sub: 'a'.repeat(255) }).subject).toHaveLength(255);
});

test('an account is found by issuer and subject together (6.8.1)', () => {
  expect(providerKey({ issuer: ISSUER, subject: 'ada' })).toBe(`provider:${ISSUER} ada`);
});

test('two identities never share a key, whatever the subjects are (6.8.1)', () => {
  const issuers = fc.constantFrom('https://a.example', 'https://a.example/b', 'https://b.example');
  const subjects = fc.oneof(fc.string(), fc.constantFrom('/b c', ' c', 'c', 'https://a.example c'));
  const identities = fc.record({ issuer: issuers, subject: subjects });
  fc.assert(
    fc.property(identities, identities, (a, b) => {
      const same = a.issuer === b.issuer && a.subject === b.subject;
      expect(providerKey(a) === providerKey(b)).toBe(same);
    }),
  );
});
