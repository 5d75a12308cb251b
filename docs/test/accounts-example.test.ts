// docs/guide/accounts.md: its program is examples/accounts-express, under 80 lines, and does what the page
// says: passwords and a second step on Express, without the doorkeeper.

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { Browser } from '../../examples/test/browser.js';
import { type Program, startProgram } from '../../examples/test/program.js';
import { blocksIn } from './markdown.js';
import { codeAt } from '../../packages/countersign-server/test/one-time-code.js';
import { ROOT } from './pages.js';

const example = join(ROOT, 'examples', 'accounts-express', 'app.js');
const page = readFileSync(join(ROOT, 'docs', 'guide', 'accounts.md'), 'utf8');
const folder = mkdtempSync(join(tmpdir(), 'countersign-accounts-'));
const env = { SESSION_KEY: 'an-example-key-of-more-than-32-bytes-0123456789' };
const ADA = { name: 'ada', password: 'velvet otter paints slowly' };

test('the guide has one program, the example of that name, under 80 lines', () => {
  const code = readFileSync(example, 'utf8');
  expect(blocksIn(page, ['js', 'ts']).map((block) => block.code)).toEqual([code]);
  expect(code.trimEnd().split('\n').length).toBeLessThan(80);
});

describe('the application of the guide', () => {
  let program: Program;
  let secret = '';
  const ada = new Browser();
  const post = async (
    browser: Browser,
    path: string,
    form: Readonly<Record<string, string>> = {},
  ): Promise<string> => (await browser.post(`${program.url}${path}`, form)).text();

  beforeAll(async () => {
    program = await startProgram(example, { env, cwd: folder });
  });
  afterAll(async () => {
    await program.stop();
    rmSync(folder, { recursive: true });
  });

  test('makes an account and signs in, at level 1', async () => {
    expect(await post(ada, '/register', ADA)).toContain('Signed in at level 1');
    expect(await post(new Browser(), '/register', ADA)).toContain('name-taken');
    const short = { name: 'grace', password: 'short' };
    expect(await post(new Browser(), '/register', short)).toContain('at least 15 characters');
  });

  test('refuses a wrong password and an unknown name alike, and bodies that are no form', async () => {
    const refusals = [
      { ...ADA, password: 'wrong' },
      { ...ADA, name: 'nobody' },
    ].map((form) => post(new Browser(), '/sign-in', form));
    const [wrong, unknown] = await Promise.all(refusals);
    expect(wrong).toContain('refused');
    expect(unknown).toBe(wrong);
    const empty = await new Browser().post(`${program.url}/sign-in`);
    expect(empty.status).toBeLessThan(500);
  });

  test('sets up a second step with a code of the app, and shows recovery codes once', async () => {
    const setup = await post(ada, '/totp/begin');
    secret = /Into your app: (\w+)/.exec(setup)?.[1] ?? '';
    const token = /name="setup" value="([\w-]+)"/.exec(setup)?.[1] ?? '';
    const form = { setup: token, code: codeAt(secret, Date.now() - 30_000) };
    expect(await post(ada, '/totp/confirm', form)).toMatch(/Keep these: (?:[\dA-Z-]{29} ?){10}/);
    expect(await (await ada.get(program.url)).text()).toContain('Signed in at level 2');
  });

  test('asks for it at the next sign-in, and takes each code once', async () => {
    const [first, second] = [new Browser(), new Browser()];
    const code = codeAt(secret, Date.now());
    for (const browser of [first, second]) {
      expect(await post(browser, '/sign-in', ADA)).toContain('formaction="/second-step"');
      expect(await (await browser.get(program.url)).text()).not.toContain('Signed in');
    }
    expect(await post(first, '/second-step', { code })).toContain('Signed in at level 2');
    expect(await post(second, '/second-step', { code })).toContain('refused');
  });

  test('removes it for somebody who has just proved both, and signs out', async () => {
    expect(await post(ada, '/totp/remove')).toContain('Set up the second step');
    expect(await post(ada, '/sign-out')).toContain('Create an account');
  });

  test('says nothing on standard error', () => {
    expect(program.complaints()).toBe('');
  });
});
