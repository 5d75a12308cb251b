// docs/reference/accounts-passkeys.md: it has every export, fault and bound, and its example runs.

import { readFileSync } from 'node:fs';

import { describe, expect, test } from 'vitest';

import type { PasskeyCreationOptions, PasskeyRequestOptions } from '../../src/accounts/passkeys.js';
import {
  add,
  beginAdding,
  beginSignIn,
  signIn,
  waiting,
  type Customer,
} from './passkeys-reference-example.js';
import { SoftwareAuthenticator } from './software-authenticator.js';

function read(path: string): string {
  return readFileSync(new URL(path, import.meta.url), 'utf8');
}

const page = read('../../../../docs/reference/accounts-passkeys.md');
const source = read('../../src/accounts/passkeys.ts');
const exported = [
  ...[...source.matchAll(/^export (?:type )?\{([^}]+)\}/gm)].flatMap(([, list = '']) =>
    list.split(','),
  ),
  ...[...source.matchAll(/^export (?:function|interface) (\w+)/gm)].map(([, name = '']) => name),
]
  .map((entry) => entry.replace(/\btype /, '').trim())
  .filter((entry) => entry !== '');
const faults = [
  ...(
    /type PasskeyFault =([^;]+);/.exec(read('../../src/accounts/passkey-expectation.ts'))?.[1] ?? ''
  ).matchAll(/'([\w-]+)'/g),
].map(([, fault = '']) => fault);

describe('the page of countersign/accounts/passkeys', () => {
  test.each([...new Set(exported)])('has %s', (name) => {
    expect(page).toMatch(new RegExp(`\`${name}[\`( ]`));
  });

  test.each(faults)('has the fault %s', (fault) => {
    expect(page).toContain(`\`${fault}\``);
  });

  test('has exports and faults to look for', () => {
    expect(exported).toContain('createPasskeyCeremonies');
    expect(exported).toContain('PasskeyRecord');
    expect(faults).toContain('other-origin');
  });
});

describe('its example', () => {
  test('is the one that runs here', () => {
    const [, shown = ''] = /```ts\n([\s\S]*?)```/.exec(page) ?? [];
    const [, runs = ''] = read('./passkeys-reference-example.ts').split(/^import [^;]+;\n\n/m);
    expect(runs.length).toBeGreaterThan(500);
    expect(shown).toContain(runs);
  });

  test('adds a passkey and signs in by it, once', async () => {
    const authenticator = new SoftwareAuthenticator({ origin: 'https://login.example.org' });
    const ada: Customer = { userId: 'AAECAwQFBgcICQoLDA0ODw', name: 'ada', passkeys: [] };
    const customers = new Map([[ada.userId, ada]]);
    const created = authenticator.create(beginAdding('firefox', ada) as PasskeyCreationOptions);
    expect(await add('firefox', ada, created)).toBe('Added My laptop');
    expect(await add('firefox', ada, created)).toContain('did not work');
    const got = authenticator.get(beginSignIn('firefox') as PasskeyRequestOptions);
    expect(await signIn('safari', customers, got)).toContain('did not work');
    expect(await signIn('firefox', customers, got)).toBe('Hello again, ada');
    expect(await signIn('firefox', customers, got)).toContain('did not work');
    expect(ada.passkeys).toMatchObject([{ counter: 1 }]);
    expect(waiting.size).toBe(0);
  });
});
