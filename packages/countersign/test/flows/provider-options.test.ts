// The options `passkeys` and `providers` of `createFlows`: a mistake is found at start-up.

import { expect, test } from 'vitest';

import type { OidcProvider } from '../../src/accounts/oidc.js';
import { readProviders } from '../../src/flows/provider-options.js';
import { createWorld } from './fixture.js';
import { createPasskeyWorld } from './passkey-world.js';

function providerOf(name: string, issuer = `https://${name}.example`): OidcProvider {
  const never = (): Promise<never> => Promise.reject(new Error('not asked'));
  return { name, label: name, issuer, begin: never, finish: never };
}

const one = providerOf('one');

test('a provider is trusted with nothing by default', () => {
  const two = providerOf('two');
  const nothing = { createsAccounts: false, trustsTwoFactors: { acr: [], amr: [] } };
  expect(readProviders([one, { provider: two, createsAccounts: true }])).toEqual([
    { provider: one, ...nothing },
    { ...nothing, provider: two, createsAccounts: true },
  ]);
});

test.each<[string, unknown]>([
  ['no list', one],
  ['no provider', [{}]],
  ['nothing', [null]],
  ['a misspelt option', [{ provider: one, createAccounts: true }]],
  ['text for yes', [{ provider: one, createsAccounts: 'yes' }]],
  ['text for a list', [{ provider: one, trustsTwoFactors: { amr: 'mfa' } }]],
  ['an empty value', [{ provider: one, trustsTwoFactors: { acr: [''] } }]],
  ['a name twice', [one, providerOf('one', 'https://other.example')]],
  ['an issuer twice', [one, providerOf('other', one.issuer)]],
])('%s is refused', (_, providers) => {
  expect(() => readProviders(providers as never)).toThrow(
    expect.objectContaining({ code: 'configuration' }),
  );
});

test('something else than ceremonies is refused', () => {
  expect(() => createPasskeyWorld({ flows: { passkeys: {} as never } })).toThrow(
    expect.objectContaining({ code: 'configuration' }),
  );
});

test('without the option nobody is sent anywhere', async () => {
  const { flows, visitor } = createWorld();
  expect(flows.providers.list()).toEqual([]);
  const begun = await visitor().visit((visit) =>
    flows.providers.begin(visit, { provider: 'one', purpose: 'sign-in' }),
  );
  expect(begun).toEqual({ ok: false, reason: 'unknown-provider' });
});
