// docs/guide/stores.md has every option of every store with its default, as the pages of the reference
// and the code have them, and says of every store what each kind of failure does.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { tableIn } from './markdown.js';
import { ROOT } from './pages.js';

interface Documented {
  /** As the guide calls it. */
  readonly name: string;
  readonly page: string;
  readonly source: string;
  readonly options: string;
}

const STORES: readonly Documented[] = [
  {
    name: 'memoryStore',
    page: 'stores.md',
    source: 'memory/session-store.ts',
    options: 'MemoryStoreOptions',
  },
  {
    name: 'sqliteStore',
    page: 'stores.md',
    source: 'sqlite/connection.ts',
    options: 'SqliteOptions',
  },
  {
    name: 'postgresStore',
    page: 'stores-postgres.md',
    source: 'postgres/options.ts',
    options: 'PostgresStoreOptions',
  },
  {
    name: 'redisStore',
    page: 'stores-redis.md',
    source: 'redis/session-store.ts',
    options: 'RedisStoreOptions',
  },
  {
    name: 'nearCache',
    page: 'near-cache.md',
    source: 'near-cache/options.ts',
    options: 'NearCacheOptions',
  },
  {
    name: 'movingStore',
    page: 'stores-moving.md',
    source: 'moving/moving-store.ts',
    options: 'MovingStoreOptions',
  },
];

const guide = readFileSync(join(ROOT, 'docs', 'guide', 'stores.md'), 'utf8');

function reference(page: string): string {
  return readFileSync(join(ROOT, 'docs', 'reference', page), 'utf8');
}

/** The members of an options type with their docstrings. */
function optionsOf({ source, options }: Documented): ReadonlyMap<string, string> {
  const text = readFileSync(join(ROOT, 'packages', 'countersign', 'src', 'stores', source), 'utf8');
  const [, body = ''] =
    new RegExp(`interface ${options}\\b[^{]*\\{\\n([\\s\\S]*?)\\n\\}`).exec(text) ?? [];
  const members = body.matchAll(/\/\*\*([\s\S]*?)\*\/\n {2}readonly (\w+)\??:/g);
  return new Map([...members].map(([, comment = '', name = '']) => [name, comment]));
}

/** The options that the guide lists for a store, with their defaults as it writes them. */
function guideOf(name: string): ReadonlyMap<string, string> {
  let store = '';
  const found = new Map<string, string>();
  for (const row of tableIn(guide, ['store', 'option', 'default', 'what it is'])) {
    store = /`(\w+)`/.exec(row['store'] ?? '')?.[1] ?? store;
    if (store !== name) continue;
    for (const [, option = ''] of (row['option'] ?? '').matchAll(/`(\w+)`/g)) {
      found.set(option, row['default'] ?? '');
    }
  }
  return found;
}

describe.each(STORES)('$name', (store) => {
  const options = optionsOf(store);

  test('has its options in the guide, in the order of the code', () => {
    expect(options.size).toBeGreaterThan(0);
    const names = [...options.keys()].filter((option) => option !== 'clock');
    expect([...guideOf(store.name).keys()]).toEqual(names);
  });

  test('has its options on its page of the reference', () => {
    const page = reference(store.page);
    for (const option of options.keys())
      expect(page).toMatch(new RegExp(`^\\| \`${option}\` +\\|`, 'm'));
  });

  test('has in the guide the defaults that the code names', () => {
    for (const [option, fallback] of guideOf(store.name)) {
      const [, named] =
        /Default:? +\*? *(`?'[^']+'`?|`[^`]+`|\d[\d,]*\d)/.exec(
          (options.get(option) ?? '').replaceAll(/\n +\*/g, ''),
        ) ?? [];
      if (named === undefined) expect(fallback).toMatch(/^(none|from `\w+`)$/);
      else
        expect(fallback.replaceAll(/[`']/g, '')).toBe(
          named.replaceAll(/[`']/g, '').replace(/\.$/, ''),
        );
    }
  });
});

const FAILURES: Readonly<Record<string, readonly string[]>> = {
  'a process of yours crashes': ['memory', 'SQLite', 'PostgreSQL', 'Redis'],
  'the machine loses power': ['SQLite', 'PostgreSQL'],
  'the server is down or restarts': ['PostgreSQL', 'Redis'],
  'the server hangs, or the network swallows packets': ['PostgreSQL', 'Redis'],
  'the connection is cut or refused': ['PostgreSQL', 'Redis'],
  '`FLUSHALL`, `FLUSHDB`': ['Redis'],
  'memory is full': ['memory', 'Redis'],
  'failover to a replica that lags': ['Redis'],
  'failover to an asynchronous standby': ['PostgreSQL'],
  'a backup is restored': ['SQLite', 'PostgreSQL', 'Redis'],
  'clocks of two nodes differ': ['PostgreSQL', 'Redis'],
  'the disk is full': ['SQLite', 'PostgreSQL', 'Redis'],
};

describe('the table of failures', () => {
  const rows = tableIn(guide, ['event', 'store', 'what users see']);
  const told = new Map<string, string>();
  let event = '';
  for (const row of rows) {
    event = row['event'] === '' ? event : (row['event'] ?? '');
    told.set(event, `${told.get(event) ?? ''} ${row['store'] ?? ''}`);
  }

  test('has every event', () => {
    expect([...told.keys()]).toEqual(Object.keys(FAILURES));
  });

  test.each(Object.entries(FAILURES))('%s: of every store that can meet it', (event, stores) => {
    const names = told.get(event) ?? '';
    expect(stores.filter((store) => !names.includes(store) && !/\ball\b/.test(names))).toEqual([]);
  });

  test('leaves no cell empty', () => {
    for (const row of rows) expect(Object.values(row).slice(1)).not.toContain('');
  });
});
