// Options that are of another kind than is wanted: found where they are given, not at the first sign-in,
// and never left out of force without a word.

import { describe, expect, it, test } from 'vitest';

import { breachCheck } from '../../src/accounts/breach-check.js';
import { createAccounts } from '../../src/accounts/accounts.js';
import { createOidcProvider } from '../../src/accounts/oidc.js';
import { createArgon2Hasher } from '../../src/accounts/password-hasher.js';
import { createPasswordPolicy } from '../../src/accounts/password-policy.js';
import { createThrottle } from '../../src/accounts/throttle.js';
import { memoryAccountStore } from '../../src/stores/memory/account-store.js';
import { KEYS, TransparentHasher } from './fixture.js';

const DERIVE = async (): Promise<Uint8Array> => new Uint8Array(32);

/** As plain JavaScript calls it. */
function make(factory: (...given: never[]) => unknown, ...given: unknown[]): () => unknown {
  return () => {
    const made: unknown = Reflect.apply(factory, undefined, given);
    return made;
  };
}

const accounts = (wrong: object): (() => unknown) =>
  make(createAccounts, {
    store: memoryAccountStore(),
    hasher: new TransparentHasher(),
    keys: KEYS,
    ...wrong,
  });

const provider = (wrong: object): (() => unknown) =>
  make(createOidcProvider, {
    name: 'example',
    label: 'Example',
    issuer: 'https://id.example',
    clientId: 'c',
    redirectUri: 'https://app.example/return',
    ...wrong,
  });

const WRONG: readonly (readonly [string, () => unknown])[] = [
  ['screen', accounts({ screen: true })],
  ['screen', accounts({ screen: { url: 'https://breaches.example/' } })],
  ['on', accounts({ on: console })],
  ['clock', accounts({ clock: Date })],
  ['storeTimeout', accounts({ storeTimeout: 2_000 })],
  ['blocklist', make(createPasswordPolicy, { blocklist: ['a list', 'of words'] })],
  ['memoryCost', make(createArgon2Hasher, DERIVE, { memoryCost: 65_536 })],
  ['options', make(createArgon2Hasher, DERIVE, 65_536)],
  ['fetch', make(breachCheck, { fetch: 'https://proxy.example' })],
  ['clock', make(breachCheck, { clock: {} })],
  ['url', make(breachCheck, { url: 'https://:secret@breaches.example/range/' })],
  ['fetch', provider({ fetch: {} })],
  ['clock', provider({ clock: {} })],
  ['clock', make(createThrottle, { clock: {} })],
  ['storeTimeout', make(createThrottle, { storeTimeout: '0s' })],
  ['addressWindowMs', make(createThrottle, { addressWindowMs: Number.MAX_SAFE_INTEGER })],
  [
    'requests.mail.windowMs',
    make(createThrottle, { requests: { mail: { windowMs: Number.MAX_SAFE_INTEGER } } }),
  ],
];

describe.each(WRONG)('%s', (option, construct) => {
  it('is refused at construction, with what to write', () => {
    expect(construct).toThrow(
      expect.objectContaining({
        code: 'configuration',
        message: expect.stringMatching(
          new RegExp(`^${option.replaceAll('.', '\\.')}: .+\\. .+`),
        ) as string,
      }),
    );
  });
});

test('right ones are taken', () => {
  const clock = { now: () => 0, after: () => () => undefined };
  const on = (): void => undefined;
  expect(accounts({ screen: breachCheck({ fetch, clock }), on, clock })).not.toThrow();
  expect(provider({ fetch, clock })).not.toThrow();
  expect(make(createThrottle, { clock, addressWindowMs: 86_400_000 })).not.toThrow();
});
