// The article's programs, each as a process with a real client and a cookie jar before it; and its
// point, read off the wire.

import { spawnSync } from 'node:child_process';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { createFakeClock } from 'countersign/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { createListener, USER } from '../article/side-by-side.js';
import { Browser } from './browser.js';
import { type Program, startProgram } from './program.js';
import { listen, listenIn, type Wire } from './wire.js';

const HOME = fileURLToPath(new URL('..', import.meta.url));

beforeAll(() => {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['run.mjs'], {
    cwd: HOME,
    encoding: 'utf8',
  });
  expect(status, `${stdout}${stderr}`).toBe(0);
});

async function start(name: string): Promise<Program> {
  return startProgram(join(HOME, 'dist', 'article', `${name}.js`));
}

describe.each(['node', 'express'])('the two programs on %s', (server) => {
  let first: Program;
  let second: Program;
  const browser = new Browser();

  beforeAll(async () => {
    first = await start(`set-cookie-${server}`);
    second = await start(`read-cookie-${server}`);
  });
  afterAll(async () => {
    await first.stop();
    await second.stop();
  });

  test('before the first, the second knows no token', async () => {
    expect(await (await browser.get(second.url)).text()).toBe('Session Token: undefined');
  });

  test('the first sets the cookie for an hour, hidden from scripts', async () => {
    const response = await browser.get(first.url);
    expect(await response.text()).toBe('Cookies set successfully!');
    expect(response.headers.getSetCookie()).toEqual([
      'session_token=123456789; Max-Age=3600; Path=/; Secure; HttpOnly; SameSite=Lax',
    ]);
    expect(await browser.cookies(first.url)).toMatchObject([
      { key: 'session_token', maxAge: 3600, httpOnly: true, path: '/' },
    ]);
  });

  test('the second reads it', async () => {
    expect(await (await browser.get(second.url)).text()).toBe('Session Token: 123456789');
  });

  test('another browser has not got it', async () => {
    expect(await (await new Browser().get(second.url)).text()).toBe('Session Token: undefined');
  });
});

describe('side by side', () => {
  const clock = createFakeClock();
  const key = 'an-example-key-of-more-than-32-bytes-0123456789';
  const server = createServer();
  const basic = Buffer.from(`${USER.name}:${USER.password}`).toString('base64');
  let wire: Wire;

  beforeAll(async () => {
    wire = await listenIn(await listen(server));
    server.on('request', createListener({ key, clock, origin: wire.url }));
  });
  afterAll(() => {
    wire.close();
    server.closeAllConnections();
    server.close();
  });

  /** A browser that has signed in, with the wire's record beginning after that. */
  async function signedIn(): Promise<Browser> {
    const browser = new Browser();
    expect((await browser.post(`${wire.url}/sign-in`, { ...USER })).status).toBe(200);
    return browser;
  }

  test('with Basic authentication the password is in every request', async () => {
    wire.reset();
    const headers = { authorization: `Basic ${basic}` };
    for (let visit = 0; visit < 3; visit += 1) {
      expect(await (await fetch(`${wire.url}/basic`, { headers })).text()).toBe('Hello ada');
    }
    expect(wire.sent().split(basic)).toHaveLength(3 + 1);
    expect(Buffer.from(basic, 'base64').toString()).toContain(USER.password);
  });

  test('with a session it is in the first request and never again', async () => {
    wire.reset();
    const browser = await signedIn();
    expect(wire.sent().split(USER.password)).toHaveLength(1 + 1);
    wire.reset();
    for (let visit = 0; visit < 3; visit += 1) {
      expect(await (await browser.get(`${wire.url}/session`)).text()).toBe('Hello ada');
    }
    expect(wire.sent()).not.toContain(USER.password);
    expect(wire.sent()).not.toContain(basic);
    expect(wire.sent().match(/^cookie: __Host-id=[\w-]{80}\r$/gim)).toHaveLength(3);
  });

  test('the cookie has an expiry, a path and HttpOnly, and says nothing of the user', async () => {
    wire.reset();
    await signedIn();
    expect(wire.answered()).toMatch(
      /^set-cookie: __Host-id=[\w-]{80}; Max-Age=2592000; Path=\/; Secure; HttpOnly; SameSite=Lax\r$/im,
    );
    expect(wire.answered().split('\r\n\r\n', 1)[0]).not.toContain(USER.name);
  });

  test('the server holds to the expiry, whatever the client keeps', async () => {
    const browser = await signedIn();
    const [cookie] = await browser.cookies(wire.url);
    const headers = { cookie: `${cookie?.key}=${cookie?.value}` };
    clock.advance(7 * 86_400_000);
    expect((await fetch(`${wire.url}/session`, { headers })).status).toBe(401);
  });

  test('signing out ends it for a copy of the cookie, too', async () => {
    const browser = await signedIn();
    const [cookie] = await browser.cookies(wire.url);
    const headers = { cookie: `${cookie?.key}=${cookie?.value}` };
    expect((await fetch(`${wire.url}/session`, { headers })).status).toBe(200);
    await browser.post(`${wire.url}/sign-out`);
    expect(await browser.cookies(wire.url)).toEqual([]);
    expect((await fetch(`${wire.url}/session`, { headers })).status).toBe(401);
  });

  test('Basic authentication has no signing out: the same header opens for good', async () => {
    const browser = await signedIn();
    await browser.post(`${wire.url}/sign-out`);
    clock.advance(400 * 86_400_000);
    const headers = { authorization: `Basic ${basic}` };
    expect((await fetch(`${wire.url}/basic`, { headers })).status).toBe(200);
  });

  test('a wrong password opens neither', async () => {
    const headers = { authorization: `Basic ${btoa('ada:guess')}` };
    expect((await fetch(`${wire.url}/basic`, { headers })).status).toBe(401);
    const form = { name: USER.name, password: 'guess' };
    expect((await new Browser().post(`${wire.url}/sign-in`, form)).status).toBe(401);
  });
});
