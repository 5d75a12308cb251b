// docs/reference/accounts-oidc.md: it has every export and option, and its example runs.

import { readFileSync } from 'node:fs';

import { expect, test } from 'vitest';

import { startOpenIdProvider } from '../services/openid-provider.js';
import { arrive, exampleId, leave, waiting } from './oidc-reference-example.js';

function read(path: string): string {
  return readFileSync(new URL(path, import.meta.url), 'utf8');
}

const page = read('../../../../docs/reference/accounts-oidc.md');

function namesIn(path: string, pattern: RegExp): readonly string[] {
  return [...read(path).matchAll(pattern)]
    .flatMap(([, list = '']) => list.split(','))
    .map((name) => name.replace(/\btype /, '').trim())
    .filter((name) => name !== '');
}

const exports = [
  ...namesIn('../../src/accounts/oidc.ts', /^export (?:type )?\{([^}]+)\}/gm),
  ...namesIn('../../src/accounts/oidc.ts', /^export (?:function|type|interface) (\w+)/gm),
];
const options = namesIn('../../src/accounts/oidc-options.ts', /^ {2}'(\w+)',$/gm);

test('the page has every export', () => {
  expect(exports).toContain('createOidcProvider');
  expect(exports).toContain('ProviderIdentity');
  expect(exports.filter((name) => !new RegExp(`\`${name}[\`(]`).test(page))).toEqual([]);
});

test('the page has every option', () => {
  expect(options).toContain('redirectUri');
  expect(options.filter((name) => !new RegExp(`^\\| \`${name}\` `, 'm').test(page))).toEqual([]);
});

test('its example is the one that runs here, and signs in', async () => {
  const [, runs = ''] = read('./oidc-reference-example.ts').split(/^import [^;]+;\n\n/m);
  expect(runs.length).toBeGreaterThan(500);
  expect(page).toContain(runs);

  const redirectUris = ['http://localhost:3000/sign-in/example-id'];
  const provider = await startOpenIdProvider({ redirectUris });
  try {
    provider.signInAs('ada');
    const client = exampleId(provider.issuer, provider.clientId, provider.clientSecret);
    const url = await provider.visit(await leave(client, 'browser'));
    expect(await arrive(client, 'browser', url)).toBe(`This is provider:${provider.issuer} ada`);
    expect(waiting.size).toBe(0);
    expect(await arrive(client, 'browser', url)).toBe('No: refused');
  } finally {
    await provider.stop();
  }
  expect(await leave(exampleId(provider.issuer, 'a', 'b'), 'browser')).toBe('/sign-in?later');
});
