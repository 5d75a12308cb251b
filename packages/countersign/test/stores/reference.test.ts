// The pages of the reference about stores and testing have every export of their entries.

import { readFileSync } from 'node:fs';

import { describe, expect, test } from 'vitest';

function read(path: string): string {
  return readFileSync(new URL(path, import.meta.url), 'utf8');
}

/** The names that an entry exports, types included. */
function exportsOf(entry: string): readonly string[] {
  const lists = read(`../../src/${entry}/index.ts`).matchAll(/^export (?:type )?\{([^}]+)\}/gm);
  return [...lists]
    .flatMap(([, list = '']) => list.split(','))
    .map((name) => name.replace('type', '').trim())
    .filter((name) => name !== '');
}

describe.each([
  ['stores/memory', 'stores.md', 'memoryStore'],
  ['stores/sqlite', 'stores.md', 'sqliteStore'],
  ['stores/postgres', 'stores-postgres.md', 'postgresStore'],
  ['stores/redis', 'stores-redis.md', 'redisStore'],
  ['stores/moving', 'stores-moving.md', 'movingStore'],
  ['stores/near-cache', 'near-cache.md', 'nearCache'],
  ['testing', 'testing.md', 'describeSessionStore'],
])('the page of countersign/%s', (entry, file, chief) => {
  const page = read(`../../../../docs/reference/${file}`);
  const names = exportsOf(entry);

  test('is about exports that were found', () => {
    expect(names).toContain(chief);
  });

  test.each(names)('has %s', (name) => {
    expect(page).toMatch(new RegExp(`\`${name}[\`( ]`));
  });
});
