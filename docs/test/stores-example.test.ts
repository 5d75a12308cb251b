// examples/stores: the same application, two processes of it, on each kind of store by one setting.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { Browser } from '../../examples/test/browser.js';
import { type Program, startProgram } from '../../examples/test/program.js';
import { ROOT } from './pages.js';
import { startServersFor, type Servers } from './servers.js';

const file = join(ROOT, 'examples', 'stores', 'app.js');
const folder = mkdtempSync(join(tmpdir(), 'countersign-example-'));
let servers: Servers;

beforeAll(async () => {
  servers = await startServersFor('DATABASE_URL REDIS_URL');
});
afterAll(async () => {
  await servers.stop();
  rmSync(folder, { recursive: true });
});

const STORES: Readonly<Record<string, () => string | undefined>> = {
  SQLite: () => 'file:./sessions.db',
  PostgreSQL: () => servers.env['DATABASE_URL'],
  Redis: () => servers.env['REDIS_URL'],
};

describe.each(Object.entries(STORES))('with STORE for %s', (_, settingOf) => {
  let programs: readonly [Program, Program];
  const browser = new Browser();
  const pageOf = async (which: 0 | 1): Promise<string> =>
    (await browser.get(programs[which].url)).text();

  beforeAll(async () => {
    const env = {
      SESSION_KEY: 'an-example-key-of-more-than-32-bytes-0123456789',
      STORE: settingOf() ?? '',
    };
    programs = [
      await startProgram(file, { env, cwd: folder }),
      await startProgram(file, { env, cwd: folder }),
    ];
  });
  afterAll(() => Promise.all(programs.map((program) => program.stop())));

  test('who signs in on one process is signed in on the other', async () => {
    expect(await pageOf(1)).toContain('You: nobody');
    await browser.post(`${programs[0].url}/in`);
    expect(await pageOf(0)).toContain('You: ada');
    expect(await pageOf(1)).toContain('You: ada');
  });

  test('who signs out on one is signed out on the other, with a copy of the cookie too', async () => {
    const cookie = await browser.jar.getCookieString(programs[0].url);
    await browser.post(`${programs[1].url}/out`);
    // By an announcement, so not at the very moment.
    await expect
      .poll(async () => (await fetch(programs[0].url, { headers: { cookie } })).text())
      .toContain('You: nobody');
  });

  test('and nobody complains', () => {
    expect(programs.map((program) => program.complaints())).toEqual(['', '']);
  });
});

test('a setting that names no store is refused with those that there are', async () => {
  const start = startProgram(file, { env: { STORE: 'mysql://localhost' }, cwd: folder });
  await expect(start).rejects.toThrow(/STORE begins with none of file:, postgres:, redis:/);
});
