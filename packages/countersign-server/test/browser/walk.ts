// A walk through every page there is, in every state that changes how it looks: on the way, an account
// is made and given all that it can have. Takes a stage with a provider, and JavaScript.

import type { Page } from 'playwright-core';

import { addAuthenticator } from './authenticator.js';
import { fill, placeOf, press, signIn, signUp, PASSWORD } from './chromium.js';
import { codeAt } from '../one-time-code.js';
import { LABEL, type ProviderStage } from './provider-stage.js';

const ADDRESS = 'ada@example.org';
const SECOND_ADDRESS = 'ada.lovelace@example.net';
const TOO_LONG = 'so long a name '.repeat(20);

export interface Walk {
  readonly stage: ProviderStage;
  readonly page: Page;
  /** Called at each page, in each of its states. */
  readonly stop: (name: string) => Promise<void>;
}

/** The pages for visitors, and an account at the end. */
export async function walkGate(walk: Walk): Promise<void> {
  await seeSignIn(walk);
  await seeSignUp(walk);
  await seeForgotten(walk);
  await seeProvider(walk);
  await seeOutbox(walk);
}

/** The pages of somebody who has an account, that `walkGate` has made. */
export async function walkHall(walk: Walk): Promise<void> {
  await seeBareHall(walk);
  await seeProfile(walk);
  await seeSignInLink(walk);
  await seeAuthenticator(walk);
  await seePasskeys(walk);
  await seeSecondStep(walk);
  await seeEnd(walk);
}

/** Goes there, and stops. */
async function see({ stage, page, stop }: Walk, path: string): Promise<void> {
  await page.goto(`${stage.url}${path}`);
  await stop(path);
}

async function seeSignIn(walk: Walk): Promise<void> {
  const { page, stop } = walk;
  for (const path of ['/nothing', '/sign-in?notice=copied', '/sign-in']) await see(walk, path);
  await press(page, 'Sign in');
  await stop('/sign-in empty');
  await fill(page, { name: ADDRESS, password: 'not the right one' });
  await press(page, 'Sign in');
  await stop('/sign-in refused');
}

async function seeSignUp(walk: Walk): Promise<void> {
  const { page, stage, stop } = walk;
  await see(walk, '/sign-up');
  await fill(page, { address: 'ada at example' });
  await press(page, 'Send the mail');
  await stop('/sign-up wrong');
  await fill(page, { address: ADDRESS });
  await press(page, 'Send the mail');
  await stop('/sign-up/sent');
  await see(walk, '/sign-up/finish');
  await page.goto(await stage.linkTo('/sign-up/finish', ADDRESS));
  await stop('/sign-up/finish open');
  await fill(page, { password: 'short', repeated: 'short' });
  await press(page, 'Create account');
  await stop('/sign-up/finish short');
  await fill(page, { password: PASSWORD, repeated: 'else' });
  await press(page, 'Create account');
  await stop('/sign-up/finish repeated');
  await fill(page, { password: PASSWORD, repeated: PASSWORD });
  await press(page, 'Create account');
  await stop('/ new');
  await press(page, 'Sign out');
  await stop('/sign-in signed out');
}

async function seeForgotten(walk: Walk): Promise<void> {
  const { page, stage, stop } = walk;
  await see(walk, '/forgot');
  await press(page, 'Send the link');
  await stop('/forgot wrong');
  await fill(page, { address: ADDRESS });
  await press(page, 'Send the link');
  await stop('/forgot/sent');
  await see(walk, '/forgot/finish');
  await page.goto(await stage.linkTo('/forgot/finish', ADDRESS));
  await stop('/forgot/finish open');
  await fill(page, { password: 'short', repeated: 'else' });
  await press(page, 'Change password');
  await stop('/forgot/finish wrong');
}

/** The page that leaves for the provider by itself is held, and then somebody says no there. */
async function seeProvider(walk: Walk): Promise<void> {
  const { page, stage, stop } = walk;
  await page.route(`${stage.issuer}/**`, (route) => route.fulfill({ status: 204 }));
  await page.goto(`${stage.url}/sign-in`);
  await press(page, `Continue with ${LABEL}`);
  await stop('/sign-in/provider');
  await page.unroute(`${stage.issuer}/**`);
  await page.goto(`${stage.url}/sign-in`);
  await press(page, `Continue with ${LABEL}`);
  await page.getByRole('button', { name: 'Cancel' }).click();
  await page.waitForURL(`${stage.url}/**`);
  await stop('/sign-in/provider/callback/:provider');
}

async function seeOutbox(walk: Walk): Promise<void> {
  const { page, stop } = walk;
  await see(walk, '/outbox');
  const next = page.waitForEvent('domcontentloaded');
  await page.locator('.happenings a').first().click();
  await next;
  await stop('/outbox/:name');
}

async function seeBareHall(walk: Walk): Promise<void> {
  const { page, stage, stop } = walk;
  await signIn(page, stage.url, { name: ADDRESS });
  for (const path of ['/', '/security', '/activity', '/security/passkeys', '/security/providers'])
    await see(walk, path);
  await see(walk, '/password');
  await fill(page, { password: 'short', repeated: 'else' });
  await press(page, 'Change password');
  await stop('/password wrong');
  await fill(page, { current: 'a wrong one', password: PASSWORD, repeated: PASSWORD });
  await press(page, 'Change password');
  await stop('/password refused');
  await see(walk, '/profile/delete');
  await fill(page, { confirmation: 'no' });
  await press(page, 'Delete my account');
  await stop('/profile/delete wrong');
  await see(walk, '/devices');
}

async function seeProfile(walk: Walk): Promise<void> {
  const { page, stage, stop } = walk;
  await see(walk, '/profile');
  await fill(page, { display_name: TOO_LONG });
  await page.locator('form[action="/profile/name"] button').click();
  await page.locator('#display_name-error').waitFor();
  await stop('/profile wrong name');
  await fill(page, { address: 'ada at example' });
  await press(page, 'Send the link');
  await stop('/profile wrong address');
  await fill(page, { address: SECOND_ADDRESS });
  await press(page, 'Send the link');
  await stop('/profile pending');
  await see(walk, '/profile/addresses/verify');
  await page.goto(await stage.linkTo('/profile/addresses/verify', SECOND_ADDRESS));
  await stop('/profile/addresses/verify open');
  await press(page, 'Confirm the address');
  await stop('/profile confirmed');
}

/** Signs in by a mail, which is no proof for what is sensitive. */
async function seeSignInLink(walk: Walk): Promise<void> {
  const { page, stage, stop } = walk;
  await press(page, 'Sign out');
  await see(walk, '/sign-in/link');
  await press(page, 'Send the link');
  await stop('/sign-in/link wrong');
  await fill(page, { address: ADDRESS });
  await press(page, 'Send the link');
  await stop('/sign-in/link/sent');
  const link = await stage.linkTo('/sign-in/link/open', ADDRESS);
  const cookies = await page.context().cookies();
  await page.context().clearCookies();
  await page.goto(link);
  await stop('/sign-in/link/open other browser');
  await page.context().addCookies(cookies);
  await page.goto(link);
  await stop('/sign-in/link/open');
  await press(page, 'Sign in');
}

/** Sets up an app in another session than that of the link. */
async function seeAuthenticator(walk: Walk): Promise<void> {
  const { page, stage, stop } = walk;
  const before = await page.context().cookies();
  await page.context().clearCookies();
  await signIn(page, stage.url, { name: ADDRESS });
  await see(walk, '/security/authenticator');
  await press(page, 'Turn it on');
  await stop('/security/authenticator wrong');
  const secret = (await page.locator('.key code').textContent()) ?? '';
  await fill(page, { code: codeAt(secret.replaceAll(' ', ''), Date.now()) });
  await press(page, 'Turn it on');
  await stop('/security/authenticator codes');
  for (const path of [
    '/security',
    '/security/recovery-codes',
    '/security/authenticator/remove',
    '/devices',
    '/activity',
  ])
    await see(walk, path);
  const after = await page.context().cookies();
  await page.context().addCookies(before);
  await seeConfirm(walk);
  await page.context().addCookies(after);
}

/** In a session that has proved neither the password nor the app. */
async function seeConfirm(walk: Walk): Promise<void> {
  const { page, stage, stop } = walk;
  await page.goto(`${stage.url}/security/authenticator/remove`);
  await press(page, 'Remove it');
  await stop('/confirm password');
  await fill(page, { password: 'a wrong one' });
  await press(page, 'Confirm');
  await stop('/confirm wrong');
  await fill(page, { password: PASSWORD });
  await press(page, 'Confirm');
  await stop('/confirm code');
  await press(page, 'Confirm');
  await stop('/confirm code wrong');
  await press(page, 'Use a recovery code');
  await stop('/confirm recovery code');
}

async function seePasskeys(walk: Walk): Promise<void> {
  const { page, stop } = walk;
  const authenticator = await addAuthenticator(page);
  await see(walk, '/security/passkeys');
  await press(page, 'Add a passkey');
  await stop('/security/passkeys added');
  await authenticator.setPresence(false);
  await page.locator('summary').first().click();
  await stop('/security/passkeys rename');
  await page.locator('form[action="/security/passkeys/rename"] input[name="name"]').fill('');
  await press(page, 'Save');
  await stop('/security/passkeys wrong');
  await press(page, /^Remove/);
  await stop('/security/passkeys/remove');
}

async function seeSecondStep(walk: Walk): Promise<void> {
  const { page, stage, stop } = walk;
  await press(page, 'Sign out');
  await signIn(page, stage.url, { name: ADDRESS });
  for (const proof of ['passkey', 'totp', 'recovery-code'])
    await see(walk, `/sign-in/second?proof=${proof}`);
  await press(page, 'Sign in');
  await stop('/sign-in/second wrong');
}

/** Linking goes by the provider too, and back. */
async function seeEnd(walk: Walk): Promise<void> {
  const { page, stage } = walk;
  const other = 'grace@example.org';
  await page.context().clearCookies();
  await signUp(page, stage, other);
  await page.goto(`${stage.url}/security/providers`);
  await press(page, `Link ${LABEL}`);
  await page.getByLabel('User name').fill('grace');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL(`${stage.url}/**`);
  await walk.stop(`${placeOf(page)} linked`);
}
