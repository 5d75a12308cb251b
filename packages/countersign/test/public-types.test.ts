// Whoever uses a published entry can name every type that it leads to: of a parameter that they keep, of an
// outcome that they hand on. Read from what was built last.

import { readFileSync } from 'node:fs';

import { describe, expect, test } from 'vitest';

import { readManifest } from './architecture/packages.js';
import { unnameableTypes } from './architecture/type-graph.js';

function read(path: string): string {
  return readFileSync(new URL(`../dist/${path}`, import.meta.url), 'utf8');
}

describe('the published entries', () => {
  const entries = Object.values(readManifest('countersign').exports)
    .map((target) => (typeof target === 'string' ? '' : (target['types'] ?? '')))
    .filter((path) => path !== '')
    .map((path) => path.replace('./dist/', ''));

  test('are read, each of them', () => {
    expect(entries).toContain('index.d.ts');
    expect(entries).toContain('accounts/oidc.d.ts');
    expect(entries.length).toBeGreaterThan(15);
  });

  test('export every type that one of them leads to', () => {
    const messages = unnameableTypes(entries, read).map(
      ({ path, name, from }) => `${name} of ${path}, which ${from} speaks of`,
    );
    expect(messages).toEqual([]);
  });

  test.each([
    ['FlowSessions', 'flows/index.d.ts'],
    ['MailPage', 'flows/index.d.ts'],
    ['TrustProxy', 'adapters/node.d.ts'],
    ['SubscribeOptions', 'index.d.ts'],
  ])('would be found out if %s were exported no more', (name, entry) => {
    const without = (path: string): string =>
      path === entry ? read(path).replace(new RegExp(`\\b${name}\\b,?`), '') : read(path);
    const lost = unnameableTypes(
      entries.filter((path) => path === entry || !path.startsWith('adapters/')),
      without,
    );
    expect(lost.map((each) => each.name)).toEqual([name]);
  });
});
