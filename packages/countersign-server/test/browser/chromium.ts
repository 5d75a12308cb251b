// Debian's Chromium, driven over its own protocol, and what people do with the pages in it.

import {
  chromium,
  type Browser,
  type BrowserContext,
  type Cookie,
  type Page,
} from 'playwright-core';

import type { Stage } from './stage.js';

export const PASSWORD = 'nine lanterns by the quay';

// Reports of violated policies are sent at once and not after a minute.
const ARGUMENTS = `--short-reporting-delay --no-sandbox --disable-gpu --disable-quic --no-first-run
  --disable-background-networking --disable-component-update --disable-sync`.split(/\s+/);

export async function launchChromium(): Promise<Browser> {
  return chromium.launch({ executablePath: '/usr/bin/chromium', args: ARGUMENTS });
}

export async function fill(page: Page, fields: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, value] of Object.entries(fields)) {
    await page.fill(`form:not([hidden]) input[name="${name}"]:not([type="hidden"])`, value);
  }
}

/** Presses a button, or follows a link, by what it says; waits for the page that follows. */
export async function press(page: Page, words: string | RegExp): Promise<void> {
  const named = { name: words, exact: true };
  const next = page.waitForEvent('domcontentloaded');
  await page.getByRole('button', named).or(page.getByRole('link', named)).first().click();
  await next;
}

/** Waits until the page says this, as it does in a notice. */
export function says(page: Page, words: string | RegExp): Promise<void> {
  return page.locator('main').getByText(words).first().waitFor();
}

/** By the link of a mail, as everybody does. */
export async function signUp(page: Page, stage: Stage, address: string): Promise<void> {
  await page.goto(`${stage.url}/sign-up`);
  await fill(page, { address });
  await press(page, 'Send the mail');
  await page.goto(await stage.linkTo('/sign-up/finish', address));
  await fill(page, { password: PASSWORD, repeated: PASSWORD });
  await press(page, 'Create account');
}

export async function signIn(
  page: Page,
  url: string,
  { name, password = PASSWORD }: { readonly name: string; readonly password?: string },
): Promise<void> {
  await page.goto(`${url}/sign-in`);
  await fill(page, { name, password });
  await press(page, 'Sign in');
}

/** The session cookie as the browser reports it. */
export async function sessionCookie(
  context: BrowserContext,
  url: string,
): Promise<Cookie | undefined> {
  const cookies = await context.cookies(url);
  return cookies.find((cookie) => cookie.name === '__Host-id');
}

/** Where the page is, without its query. */
export function placeOf(page: Page): string {
  return new URL(page.url()).pathname;
}
