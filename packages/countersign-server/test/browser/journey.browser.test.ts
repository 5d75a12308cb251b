// The doorkeeper as a person meets it: a real Chromium, the built program, plain http://localhost.

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';

import { startDoorkeeper } from '../process/doorkeeper-process.js';
import { makeFolder } from '../setup/folder.js';
import {
  expectAccessible,
  fill,
  launchChromium,
  PASSWORD,
  press,
  sessionCookie,
  signIn,
  signUp,
} from './chromium.js';

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(async () => browser.close());

async function open(options: Parameters<Browser['newContext']>[0] = {}) {
  const context = await browser.newContext(options);
  onTestFinished(async () => context.close());
  return { context, page: await context.newPage() };
}

/** A page of somebody else, on another site, whose form posts to the doorkeeper when it is opened. */
async function startForeignSite(target: string): Promise<string> {
  const server = createServer((_, response) => {
    response.setHeader('Content-Type', 'text/html');
    response.end(
      `<form id="f" method="post" action="${target}"></form><script>f.submit()</script>`,
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

describe.each([true, false])('with JavaScript: %s', (javaScriptEnabled) => {
  it('signs up, sees two devices, ends the other, which is signed out at its next click', async () => {
    const { url } = await startDoorkeeper(makeFolder());
    const laptop = await open({ javaScriptEnabled });
    const phone = await open({
      javaScriptEnabled,
      userAgent:
        'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1',
    });
    await signUp(laptop.page, url, 'ada');
    expect(await sessionCookie(laptop.context, url)).toMatchObject({
      name: '__Host-id',
      secure: true,
      httpOnly: true,
      sameSite: 'Lax',
      path: '/',
      domain: 'localhost',
      expires: -1,
    });
    await signIn(phone.page, url, 'ada');
    await phone.page.goto(`${url}/devices`);
    await laptop.page.goto(`${url}/devices`);
    const text = await laptop.page.textContent('main');
    expect(text).toContain('Safari on iPhone');
    expect(text).toMatch(/This device/i);
    await laptop.page.locator('form[action="/devices/end"] button').first().click();
    await laptop.page.waitForLoadState();
    const afterwards = await laptop.page.textContent('main');
    expect(afterwards).toContain('Safari on iPhone is signed out.');
    expect(afterwards).toContain('You are signed in nowhere else.');
    await phone.page.locator('a[href="/password"]').first().click();
    await phone.page.waitForLoadState();
    expect(new URL(phone.page.url()).pathname).toBe('/sign-in');
    await laptop.page.goto(`${url}/`);
    expect(new URL(laptop.page.url()).pathname).toBe('/');
  });

  it('changes the password, ends the other devices, and signs out', async () => {
    const { url } = await startDoorkeeper(makeFolder());
    const laptop = await open({ javaScriptEnabled });
    const other = await open({ javaScriptEnabled });
    await signUp(laptop.page, url, 'grace');
    await signIn(other.page, url, 'grace');
    const before = await sessionCookie(laptop.context, url);
    await laptop.page.goto(`${url}/password`);
    const next = 'seven kettles under a bridge';
    await fill(laptop.page, { current: PASSWORD, password: next, repeated: next });
    await laptop.page.locator('form[action="/password"] button[type="submit"]').click();
    await laptop.page.waitForLoadState();
    const after = await sessionCookie(laptop.context, url);
    expect(after?.value.slice(0, 24)).not.toBe(before?.value.slice(0, 24));
    await other.page.goto(`${url}/devices`);
    expect(new URL(other.page.url()).pathname).toBe('/sign-in');
    await laptop.page.goto(`${url}/`);
    await press(laptop.page, 'Sign out');
    expect(await sessionCookie(laptop.context, url)).toBeUndefined();
    await signIn(laptop.page, url, 'grace');
    expect(new URL(laptop.page.url()).pathname).toBe('/sign-in');
    await fill(laptop.page, { name: 'grace', password: next });
    await press(laptop.page, 'Sign in');
    expect(new URL(laptop.page.url()).pathname).toBe('/');
  });
});

it('refuses a form of another site, and leaves the session alive (csrf.md case 35)', async () => {
  const { url } = await startDoorkeeper(makeFolder());
  const { context, page } = await open();
  await signUp(page, url, 'joan');
  const before = await sessionCookie(context, url);
  const refused = page.waitForResponse(`${url}/sign-out`);
  await page.goto(await startForeignSite(`${url}/sign-out`)).catch(() => undefined);
  expect((await refused).status()).toBe(403);
  expect(await sessionCookie(context, url)).toEqual(before);
  await page.goto(`${url}/devices`);
  expect(new URL(page.url()).pathname).toBe('/devices');
});

it('works over HTTPS with a certificate of its own', async () => {
  const { url } = await startDoorkeeper(makeFolder(), ['--tls-self-signed']);
  expect(url).toMatch(/^https:/);
  const { context, page } = await open({ ignoreHTTPSErrors: true });
  await signUp(page, url, 'mary');
  expect(await sessionCookie(context, url)).toMatchObject({ secure: true });
});

it.each(['light', 'dark'] as const)(
  'axe-core finds nothing on any page: %s',
  async (colorScheme) => {
    const { url } = await startDoorkeeper(makeFolder());
    const { page } = await open({ colorScheme, bypassCSP: true });
    for (const path of ['/sign-in', '/sign-up', '/nowhere']) {
      await page.goto(`${url}${path}`);
      await expectAccessible(page);
    }
    await page.goto(`${url}/sign-up`);
    await fill(page, { name: 'x', password: 'short', repeated: 'other' });
    await press(page, 'Create account');
    await expectAccessible(page);
    await signUp(page, url, 'hedy');
    for (const path of ['/', '/devices', '/password']) {
      await page.goto(`${url}${path}`);
      await expectAccessible(page);
    }
  },
);
