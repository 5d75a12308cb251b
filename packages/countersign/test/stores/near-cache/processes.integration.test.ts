// Near-caches of several processes on one SQLite file.

import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { nearCache, type NearCache } from '../../../src/stores/near-cache/near-cache.js';
import { sqliteStore } from '../../../src/stores/sqlite/session-store.js';
import { recordOf } from '../postgres/database.js';

const execute = promisify(execFile);
const HOME = fileURLToPath(new URL('../../..', import.meta.url));
const MAX_STALENESS_MS = 400;

let folder = '';
let path = '';
let cache: NearCache;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'countersign-'));
  path = join(folder, 'sessions.db');
  cache = nearCache(sqliteStore({ path }), { maxStaleness: `${MAX_STALENESS_MS}ms` });
});

afterEach(() => {
  void cache.close();
  rmSync(folder, { recursive: true });
});

/** Runs a statement with a `store` on the file in a process of its own; when it was done there. */
async function elsewhere(statement: string): Promise<number> {
  const program = `
    import { sqliteStore } from 'countersign/stores/sqlite';
    const store = sqliteStore({ path: ${JSON.stringify(path)} });
    ${statement}
    console.log(Date.now());
    store.close();`;
  const { stdout } = await execute(process.execPath, ['--input-type=module', '-e', program], {
    cwd: HOME,
  });
  return Number(stdout);
}

describe('a change by another process', () => {
  test.each([
    ['an ending', (id: string) => `await store.end(['${id}']);`, false],
    ['the end of everyone', () => 'await store.endEveryone();', false],
    [
      'a patch',
      (id: string) =>
        `await store.patch('${id}', { set: new Map([['a', '1']]), remove: new Set() }, {});`,
      true,
    ],
  ])('(%s) is seen within the bound', async (_, statement, isLeft) => {
    const record = recordOf();
    await cache.insert(record, {});
    await cache.read(record.id);
    expect(cache.peek(record.id)).toEqual(record);
    let lastYes = 0;
    const timer = setInterval(() => {
      const asked = Date.now();
      if (cache.peek(record.id) !== null) lastYes = asked;
    }, 2);
    const done = await elsewhere(statement(record.id));
    await sleep(2 * MAX_STALENESS_MS);
    clearInterval(timer);
    expect(lastYes).toBeGreaterThan(0);
    expect(lastYes - done).toBeLessThanOrEqual(MAX_STALENESS_MS);
    expect((await cache.read(record.id))?.revision).toBe(isLeft ? 1 : undefined);
  });

  test('costs the cache nothing else that it holds', async () => {
    const [one, two] = [recordOf(), recordOf()];
    for (const record of [one, two]) {
      await cache.insert(record, {});
      await cache.read(record.id);
    }
    await elsewhere(`await store.end(['${one.id}']);`);
    await expect.poll(() => [cache.peek(one.id), cache.peek(two.id)]).toEqual([null, two]);
  });
});
