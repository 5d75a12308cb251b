// Confirming who one is, more than ten minutes after signing in. The web side of the doorkeeper as it
// is, but in this process and over HTTP: only here its clock can be moved by hand.

import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';

import { freePort } from '../../../countersign/test/services/free-port.js';
import { startHttpServer } from '../../src/http-server.js';
import { addAuthenticatorApp } from '../web/authenticator-app.js';
import { openTestDoor, PASSWORD as password, type Door } from '../web/door.js';
import { addAuthenticator } from './authenticator.js';
import { fill, launchChromium, placeOf, press, says, signIn } from './chromium.js';
import { inspect } from './inspection.js';
import { openPage } from './stage.js';

const MINUTE = 60_000;
const NAME = 'ada';

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(async () => browser.close());

interface Served {
  readonly url: string;
  readonly door: Door;
  open(options: BrowserContextOptions): Promise<Page>;
}

/** With one account, of somebody who was here before there was mail. */
async function serveDoor(): Promise<Served> {
  const port = await freePort();
  const url = `http://localhost:${port}`;
  const door = await openTestDoor({ origin: url });
  const server = await startHttpServer({ host: '127.0.0.1', port, open: () => door });
  onTestFinished(async () => void (await server.stop(0)));
  await door.accounts.register({ name: NAME, password });
  return { url, door, open: (options) => openPage(browser, options) };
}

describe.each([true, false])('with JavaScript: %s', (javaScriptEnabled) => {
  it('asks for the password before another device is signed out, and does it then (ASVS 7.5.2)', async () => {
    const { url, door, open } = await serveDoor();
    const page = await open({ javaScriptEnabled });
    const other = await open({ javaScriptEnabled });
    for (const one of [other, page]) await signIn(one, url, { name: NAME, password });
    door.clock.advance(11 * MINUTE);
    await press(page, 'Devices');
    await press(page, /^Sign out Chrome/);
    expect(placeOf(page)).toBe('/confirm');
    await says(page, 'Your password is needed to sign out Chrome on Linux.');
    await fill(page, { password: 'a wrong one' });
    await press(page, 'Confirm');
    await says(page, 'This is not your password.');
    expect(await page.title()).toMatch(/^Error: /);
    await fill(page, { password });
    await press(page, 'Confirm');
    await says(page, 'Chrome on Linux is signed out.');
    await other.goto(`${url}/`);
    expect(placeOf(other)).toBe('/sign-in');
  });

  it('asks for both steps before a second factor goes (ASVS 7.5.1)', async () => {
    const { url, door, open } = await serveDoor();
    const app = await addAuthenticatorApp(door, NAME);
    const page = await open({ javaScriptEnabled });
    await signIn(page, url, { name: NAME, password });
    await fill(page, { code: app.nextCode() });
    await press(page, 'Sign in');
    door.clock.advance(11 * MINUTE);
    await page.goto(`${url}/security`);
    await press(page, 'Remove your authenticator app');
    await press(page, 'Remove it');
    await fill(page, { password });
    await press(page, 'Confirm');
    await says(page, 'A code from your authenticator app is needed');
    await fill(page, { code: app.code() });
    await press(page, 'Confirm');
    await says(page, 'Your authenticator app is removed.');
    // Nothing is asked for again while the proof is fresh.
    await page.goto(`${url}/security/authenticator`);
    expect(placeOf(page)).toBe('/security/authenticator');
  });

  it('says after half an hour why nobody is signed in any more', async () => {
    const { url, door, open } = await serveDoor();
    const page = await open({ javaScriptEnabled });
    await signIn(page, url, { name: NAME, password });
    door.clock.advance(31 * MINUTE);
    await press(page, 'Security');
    await says(page, 'You were away for long');
    await fill(page, { name: NAME, password });
    await press(page, 'Sign in');
    expect(placeOf(page)).toBe('/security');
  });
});

it('takes a passkey alone, which is two steps at once; and its page is sound', async () => {
  const { url, door, open } = await serveDoor();
  const page = await open({ reducedMotion: 'reduce' });
  const { setPresence } = await addAuthenticator(page);
  await signIn(page, url, { name: NAME, password });
  await page.goto(`${url}/security/passkeys`);
  await press(page, 'Add a passkey');
  await setPresence(false);
  door.clock.advance(11 * MINUTE);
  await page.goto(`${url}/security/passkeys`);
  await press(page, /^Remove/);
  await press(page, 'Remove it');
  await inspect(page);
  await press(page, 'Use a passkey');
  await inspect(page);
  await setPresence(true);
  await page.getByRole('button', { name: 'Use your passkey' }).click();
  await says(page, 'The passkey is removed.');
  expect(placeOf(page)).toBe('/security/passkeys');
});

it('lets a passkey be added after it was confirmed, though a script had asked', async () => {
  const { url, door, open } = await serveDoor();
  const page = await open({});
  await addAuthenticator(page);
  await signIn(page, url, { name: NAME, password });
  await page.goto(`${url}/security/passkeys`);
  door.clock.advance(11 * MINUTE);
  await page.getByRole('button', { name: 'Add a passkey' }).click();
  await page.waitForURL(`${url}/confirm?*`);
  await fill(page, { password });
  await press(page, 'Confirm');
  await says(page, 'Thank you, it is you. Now go on.');
  await press(page, 'Add a passkey');
  expect(await page.locator('.codes code').count()).toBe(10);
});
