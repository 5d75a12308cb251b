// Where somebody is signed in, and ending it; and what other sites and certificates have to do with it.

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import { describe, expect, it, onTestFinished } from 'vitest';

import { startDoorkeeper } from '../process/doorkeeper-process.js';
import { makeFolder } from '../setup/folder.js';
import { fill, placeOf, press, says, sessionCookie, signIn, signUp } from './chromium.js';
import { setStage } from './stage.js';

const IPHONE =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1';

const stage = setStage();

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
  it('sees two devices, ends the other, which is signed out at its next click', async () => {
    const name = `ada.${javaScriptEnabled}@example.org`;
    const laptop = await stage.open({ javaScriptEnabled });
    const phone = await stage.open({ javaScriptEnabled, userAgent: IPHONE });
    await signUp(laptop, stage, name);
    await signIn(phone, stage.url, { name });
    await phone.goto(`${stage.url}/devices`);
    await press(laptop, 'Devices');
    await says(laptop, 'This device');
    await press(laptop, 'Sign out Safari on iPhone');
    await says(laptop, 'Safari on iPhone is signed out.');
    await says(laptop, 'You are signed in nowhere else.');
    await press(phone, 'Profile');
    expect(placeOf(phone)).toBe('/sign-in');
    await says(phone, 'You were signed out here.');

    await signIn(phone, stage.url, { name });
    await press(laptop, 'Devices');
    await press(laptop, 'Sign out all others');
    await says(laptop, 'All other devices are signed out.');
    await phone.goto(`${stage.url}/`);
    expect(placeOf(phone)).toBe('/sign-in');

    await press(laptop, 'Activity');
    await says(laptop, 'Other devices signed out');
    await says(laptop, 'Safari on iPhone');
    expect(placeOf(laptop)).toBe('/activity');
  });
});

it('refuses a form of another site, and leaves the session alive (csrf.md case 35)', async () => {
  const page = await stage.open();
  await signUp(page, stage, 'joan@example.org');
  const before = await sessionCookie(page.context(), stage.url);
  const refused = page.waitForResponse(`${stage.url}/sign-out`);
  await page.goto(await startForeignSite(`${stage.url}/sign-out`)).catch(() => undefined);
  expect((await refused).status()).toBe(403);
  expect(await sessionCookie(page.context(), stage.url)).toEqual(before);
  await page.goto(`${stage.url}/devices`);
  expect(placeOf(page)).toBe('/devices');
});

it('works over HTTPS with a certificate of its own', async () => {
  const { url, mailTo } = await startDoorkeeper(makeFolder(), ['--tls-self-signed']);
  expect(url).toMatch(/^https:/);
  const page = await stage.open({ ignoreHTTPSErrors: true });
  await page.goto(`${url}/sign-up`);
  await fill(page, { address: 'mary@example.org' });
  await press(page, 'Send the mail');
  const [link = ''] = /https:\S+/.exec(await mailTo('mary@example.org')) ?? [];
  expect(link).toContain(`${url}/sign-up/finish?token=`);
  await page.goto(link);
  await fill(page, {
    password: 'nine lanterns by the quay',
    repeated: 'nine lanterns by the quay',
  });
  await press(page, 'Create account');
  expect(await sessionCookie(page.context(), url)).toMatchObject({ secure: true });
});
