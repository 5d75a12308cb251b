// docs/reference/accounts.md: it has every export and default, its example runs, and each item that it
// says is checked is cited by a test.

import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { describe, expect, test, vi } from 'vitest';

import { NAME_REFUSALS } from '../../src/accounts/account-name.js';
import { createPasswordPolicy, PASSWORD_REFUSALS } from '../../src/accounts/password-policy.js';
import { register, signIn } from './reference-example.js';

vi.hoisted(() => {
  process.env['SESSION_KEY'] = 'a key for the example of the reference page';
});

function read(path: string): string {
  return readFileSync(new URL(path, import.meta.url), 'utf8');
}

const page = read('../../../../docs/reference/accounts.md');

/** What the first group of the pattern caught, at each place, split at commas. */
function listsIn(text: string, pattern: RegExp): readonly string[] {
  return [...text.matchAll(pattern)]
    .flatMap(([, list = '']) => list.split(','))
    .map((entry) => entry.replace(/\btype /, '').trim())
    .filter((entry) => entry !== '');
}

const entries = ['index.ts', 'argon2.ts'].map((file) => read(`../../src/accounts/${file}`));
const exported = listsIn(entries.join('\n'), /^export (?:type )?\{([^}]+)\}/gm);
const items = listsIn(page, /^\| ((?:G\d+(?:, )?)+) +\|/gm);

const folder = fileURLToPath(new URL('.', import.meta.url));
const tests = readdirSync(folder)
  .filter((file) => file.endsWith('.test.ts') && file !== 'reference.test.ts')
  .map((file) => read(`./${file}`))
  .join('\n');
/** The numbers in brackets, as the titles of tests have them; `G42-G45` is its two ends. */
const cited = listsIn(tests, /\(((?:G\d+|ASVS [\d.]+)(?:(?:, |-)[^)]+)?)\)/g).flatMap(
  (entry) => entry.match(/G\d+/g) ?? [],
);

describe('the page of countersign/accounts', () => {
  test.each(exported)('has %s', (name) => {
    expect(page).toMatch(new RegExp(`\`${name}[\`( ]`));
  });

  test.each(items)('says that %s is checked, and a test cites it', (item) => {
    expect(cited).toContain(item);
  });

  test.each([...Object.keys(PASSWORD_REFUSALS), ...Object.keys(NAME_REFUSALS)])(
    'has the refusal %s',
    (reason) => expect(page).toContain(`\`${reason}\``),
  );

  test('has exports and items to look for', () => {
    expect(exported).toContain('createAccounts');
    expect(exported).toContain('Argon2HasherOptions');
    expect(items.length).toBeGreaterThan(20);
  });

  test('shows predictable passwords that are refused as such', () => {
    const [, examples = ''] = /^\| `predictable` +\|([^\n]+)/m.exec(page) ?? [];
    const passwords = [...examples.matchAll(/`([^`]+)`/g)].map(([, password = '']) => password);
    expect(passwords).toHaveLength(3);
    for (const password of passwords) {
      expect(createPasswordPolicy().check(password)).toMatchObject({ reason: 'predictable' });
    }
  });
});

describe('its example', () => {
  test('is the one that runs here', () => {
    const [, shown = ''] = /```ts\n([\s\S]*?)```/.exec(page) ?? [];
    const [, runs = ''] = read('./reference-example.ts').split(/^import [^;]+;\n\n/m);
    expect(runs.length).toBeGreaterThan(500);
    expect(shown).toContain(runs);
  });

  test('registers and signs in', async () => {
    const password = 'a quiet otter and seven lamps';
    expect(await register('ada', 'short', '192.0.2.1')).toContain('at least 15');
    expect(await register('ada', 'Ada example shop', '192.0.2.1')).toContain('made of your name');
    expect(await register('ada', password, '192.0.2.1')).toBe('Welcome, ada');
    expect(await register('Ada', password, '192.0.2.1')).toContain('already');
    expect(await signIn('ada', password, '192.0.2.1')).toBe('Hello again, ada');
    expect(await signIn('nobody', password, '192.0.2.1')).toBe('Name or password is wrong.');
  });
});
