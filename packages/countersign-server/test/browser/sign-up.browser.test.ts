// Accounts from nothing to the first sign-out, new passwords, and links that sign in: the built program
// on plain http://localhost, with the mails that it writes.

import { describe, expect, it } from 'vitest';

import { fill, PASSWORD, placeOf, press, says, sessionCookie, signIn, signUp } from './chromium.js';
import { setStage } from './stage.js';

const NEXT = 'seven kettles under a bridge';

const stage = setStage();

describe.each([true, false])('with JavaScript: %s', (javaScriptEnabled) => {
  const options = { javaScriptEnabled };
  const name = (who: string): string => `${who}.${javaScriptEnabled}@example.org`;

  it('creates an account by the link of a mail that a scanner has opened before (G66)', async () => {
    const address = name('ada');
    const page = await stage.open(options);
    await page.goto(`${stage.url}/devices`);
    await press(page, 'Create an account');
    await fill(page, { address });
    await press(page, 'Send the mail');
    await says(page, address);

    const link = await stage.linkTo('/sign-up/finish', address);
    const scanner = await stage.open(options);
    for (const _ of [1, 2]) await scanner.goto(link);
    await page.goto(link);
    expect(page.url()).toBe(`${stage.url}/sign-up/finish`);
    expect(await page.textContent('main')).toContain(address);
    await fill(page, { password: PASSWORD, repeated: PASSWORD });
    await press(page, 'Create account');

    // Back to what was asked for at first.
    expect(placeOf(page)).toBe('/devices');
    await says(page, 'Your account is ready, and you are signed in.');
    expect(await sessionCookie(page.context(), stage.url)).toMatchObject({
      secure: true,
      httpOnly: true,
      sameSite: 'Lax',
      path: '/',
      domain: 'localhost',
      expires: -1,
    });
    await scanner.goto(link);
    await says(scanner, 'This link does not work any more');

    await press(page, 'Sign out');
    await says(page, 'You are signed out.');
    expect(await sessionCookie(page.context(), stage.url)).toBeUndefined();
    await signIn(page, stage.url, { name: address.toUpperCase() });
    expect(placeOf(page)).toBe('/');
  });

  it('tells who signs up twice by mail alone', async () => {
    const address = name('grace');
    await signUp(await stage.open(options), stage, address);
    const page = await stage.open(options);
    await page.goto(`${stage.url}/sign-up`);
    await fill(page, { address });
    await press(page, 'Send the mail');
    expect(await page.title()).toContain('Look into your mail');
    expect(await stage.mailTo(address, '/forgot')).not.toContain('token=');
  });

  it('resets a forgotten password: every session ends, and nobody is signed in by it (G73)', async () => {
    const address = name('joan');
    const laptop = await stage.open(options);
    await signUp(laptop, stage, address);
    const page = await stage.open(options);
    await page.goto(`${stage.url}/sign-in`);
    await press(page, 'Forgot your password?');
    await press(page, 'Send the link');
    await says(page, 'Enter the e-mail address of your account.');
    await fill(page, { address });
    await press(page, 'Send the link');
    await page.goto(await stage.linkTo('/forgot/finish', address));
    await fill(page, { password: NEXT, repeated: 'something else' });
    await press(page, 'Change password');
    await says(page, 'This is not the same password.');
    await fill(page, { password: NEXT, repeated: NEXT });
    await press(page, 'Change password');
    expect(placeOf(page)).toBe('/sign-in');
    await says(page, 'Your password is changed. Sign in with the new one.');
    expect(await sessionCookie(page.context(), stage.url)).toBeUndefined();

    await laptop.goto(`${stage.url}/devices`);
    expect(placeOf(laptop)).toBe('/sign-in');
    await signIn(laptop, stage.url, { name: address });
    await says(laptop, 'Name and password do not go together.');
    await signIn(page, stage.url, { name: address, password: NEXT });
    expect(placeOf(page)).toBe('/');
  });

  it('signs in by a link, in the browser that asked for it alone (ASVS 6.6.2)', async () => {
    const address = name('hedy');
    await signUp(await stage.open(options), stage, address);
    const page = await stage.open(options);
    await page.goto(`${stage.url}/sign-in?return_to=/activity`);
    await press(page, 'Get a link by mail');
    await fill(page, { address });
    await press(page, 'Send the link');
    const link = await stage.linkTo('/sign-in/link/open', address);

    const stranger = await stage.open(options);
    await stranger.goto(link);
    await says(stranger, 'This link is for another browser');
    expect(await sessionCookie(stranger.context(), stage.url)).toBeUndefined();

    await page.goto(link);
    expect(await sessionCookie(page.context(), stage.url)).toBeUndefined();
    await press(page, 'Sign in');
    expect(placeOf(page)).toBe('/activity');
    await says(page, 'Signed in with a link in a mail');
    await page.goto(link);
    await page.context().clearCookies();
    await page.goto(link);
    await says(page, 'This link');
    expect(await sessionCookie(page.context(), stage.url)).toBeUndefined();
  });
});

it('has the mails of development at a page, with their links (no --smtp)', async () => {
  const page = await stage.open({ javaScriptEnabled: false });
  await page.goto(`${stage.url}/sign-up`);
  await fill(page, { address: 'mary@example.org' });
  await press(page, 'Send the mail');
  await stage.linkTo('/sign-up/finish', 'mary@example.org');
  await page.goto(`${stage.url}/outbox`);
  await page.locator('main li', { hasText: 'mary@example.org' }).locator('a').click();
  await page.locator('main a[href*="/sign-up/finish?token="]').click();
  await page.waitForURL(`${stage.url}/sign-up/finish`);
  expect(await page.title()).toContain('Choose a password');
});
