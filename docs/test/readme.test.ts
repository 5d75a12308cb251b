// The README's quick start, run as it is printed: its one block of code, in a project of its own.

import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { Browser } from '../../examples/test/browser.js';
import { type Program, startProgram } from '../../examples/test/program.js';
import { blocksIn } from './markdown.js';
import { ROOT } from './pages.js';

const blocks = blocksIn(readFileSync(join(ROOT, 'README.md'), 'utf8'), ['js', 'ts']);
const code = blocks[0]?.code ?? '';
const folder = mkdtempSync(join(tmpdir(), 'countersign-readme-'));
const file = join(folder, 'app.js');
const env = { SESSION_KEY: 'an-example-key-of-more-than-32-bytes-0123456789' };

beforeAll(() => {
  mkdirSync(join(folder, 'node_modules'));
  for (const name of ['countersign', 'express']) {
    symlinkSync(join(ROOT, 'node_modules', name), join(folder, 'node_modules', name));
  }
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  writeFileSync(file, code);
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

test('the README has one program, of 15 lines', () => {
  expect(blocks).toHaveLength(1);
  expect(code.split('\n').filter((line) => line.trim() !== '')).toHaveLength(15);
});

test('it is the example of the same name', () => {
  const example = join(ROOT, 'examples', 'quick-start-express', 'app.js');
  expect(code).toBe(readFileSync(example, 'utf8'));
});

describe('the quick start', () => {
  let program: Program;
  const browser = new Browser();
  const page = async (): Promise<string> => (await browser.get(program.url)).text();

  beforeAll(async () => {
    program = await startProgram(file, { env, cwd: folder });
  });
  afterAll(async () => {
    await program.stop();
  });

  test('greets nobody at first, and sets no cookie', async () => {
    expect(await page()).toContain('You: nobody');
    expect(await browser.cookies(program.url)).toEqual([]);
  });

  test('signs in with the cookie that the README describes', async () => {
    const response = await browser.post(`${program.url}/in`);
    expect(await response.text()).toContain('You: ada');
    expect(await browser.cookies(program.url)).toMatchObject([
      { key: '__Host-id', secure: true, httpOnly: true, sameSite: 'lax', maxAge: null },
    ]);
    expect(await page()).toContain('You: ada');
  });

  test('refuses the form of a foreign site', async () => {
    const cookie = await browser.jar.getCookieString(program.url);
    const headers = { cookie, origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' };
    const response = await fetch(`${program.url}/out`, { method: 'POST', headers });
    expect(response.status).toBe(403);
    expect(await page()).toContain('You: ada');
  });

  test('signs out for good', async () => {
    const cookie = await browser.jar.getCookieString(program.url);
    const response = await browser.post(`${program.url}/out`);
    expect(await response.text()).toContain('You: nobody');
    expect(await browser.cookies(program.url)).toEqual([]);
    const copy = await fetch(program.url, { headers: { cookie } });
    expect(await copy.text()).toContain('You: nobody');
  });

  test('says nothing on standard error but that a foreign form was refused', () => {
    const [first, ...others] = program.complaints().trim().split('\n');
    expect(first).toContain('CountersignWarning: A request was refused as forged');
    expect(others.filter((line) => !line.includes('--trace-warnings'))).toEqual([]);
  });
});

test('without a key it does not start, and says how to make one', async () => {
  const start = startProgram(file, { env: { SESSION_KEY: '' }, cwd: folder });
  await expect(start).rejects.toThrow(/keys\[0\].*openssl rand -base64 32/s);
});
