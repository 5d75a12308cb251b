// Passkeys of the running doorkeeper, on a device that Chromium pretends to have. They need JavaScript.

import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';

import { addAuthenticator, type VirtualAuthenticator } from './authenticator.js';
import { fill, placeOf, press, says, signIn, signUp } from './chromium.js';
import { setStage } from './stage.js';

const stage = setStage();

/** A new account with one passkey on the device of its browser, which waits for a touch afterwards. */
async function openWithPasskey(
  name: string,
): Promise<VirtualAuthenticator & { readonly page: Page }> {
  const page = await stage.open();
  const authenticator = await addAuthenticator(page);
  await signUp(page, stage, name);
  await page.goto(`${stage.url}/security/passkeys`);
  await press(page, 'Add a passkey');
  await says(page, 'They are shown this once.');
  expect(await page.locator('.codes code').count()).toBe(10);
  await press(page, 'I have kept them');
  // So that the offer in the autofill waits, as it does for a person.
  await authenticator.setPresence(false);
  return { page, ...authenticator };
}

it('is added with recovery codes, renamed, and removed, and the activity says so', async () => {
  const { page } = await openWithPasskey('ada@example.org');
  await says(page, 'Chrome on Linux');
  await page.locator('summary').click();
  await page.locator('#name-0').fill('The grey laptop');
  await press(page, 'Save');
  await says(page, 'The new name is kept.');
  await press(page, 'Remove The grey laptop');
  await says(page, 'It is your only second step');
  await press(page, 'Remove it');
  await says(page, 'The passkey is removed.');
  await says(page, 'You have none yet.');
  await press(page, 'Activity');
  const text = await page.textContent('main');
  // A name is nothing that others could use.
  for (const words of ['Passkey added', 'Passkey removed']) expect(text).toContain(words);
  expect(text).not.toContain('renamed');
  await press(page, 'Sign out');
  await signIn(page, stage.url, { name: 'ada@example.org' });
  expect(placeOf(page)).toBe('/');
});

it('signs in by the button, and is both steps at once', async () => {
  const { page, setPresence } = await openWithPasskey('grace@example.org');
  await press(page, 'Sign out');
  await page.goto(`${stage.url}/sign-in?return_to=/devices`);
  await page.check('#remember');
  await setPresence(true);
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
  await page.waitForURL(`${stage.url}/devices`);
  await says(page, 'Kept signed in');
  await press(page, 'Overview');
  expect(await page.textContent('main')).toMatch(/just now, with your passkey/);
});

it('signs in by the autofill of the name field, without a click', async () => {
  const { page, setPresence } = await openWithPasskey('joan@example.org');
  await setPresence(true);
  await press(page, 'Sign out');
  await page.waitForURL(`${stage.url}/`);
  expect(await page.textContent('main')).toMatch(/just now, with your passkey/);
});

it('is the second step after a password', async () => {
  const { page, setPresence } = await openWithPasskey('hedy@example.org');
  await press(page, 'Sign out');
  await signIn(page, stage.url, { name: 'hedy@example.org' });
  expect(placeOf(page)).toBe('/sign-in/second');
  await setPresence(true);
  await page.getByRole('button', { name: 'Use your passkey' }).click();
  await page.waitForURL(`${stage.url}/`);
  expect(await page.textContent('main')).toMatch(/with your password and your passkey/);
});

it('proves nothing when its device cannot tell whose finger it is; a recovery code helps then', async () => {
  const { page, setPresence, setVerified } = await openWithPasskey('mary@example.org');
  await press(page, 'Sign out');
  await signIn(page, stage.url, { name: 'mary@example.org' });
  await setVerified(false);
  await setPresence(true);
  await page.getByRole('button', { name: 'Use your passkey' }).click();
  await says(page, 'No passkey was used.');
  await press(page, 'Use a recovery code');
  await fill(page, { code: 'AAAA-AAAA-AAAA-AAAA-AAAA-AAAA' });
  await press(page, 'Sign in');
  await says(page, 'This is none of your recovery codes');
  expect(placeOf(page)).toBe('/sign-in/second');
});
