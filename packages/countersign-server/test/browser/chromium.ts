// Debian's Chromium, driven over its own protocol, and what the tests of pages ask of it.

import { fileURLToPath } from 'node:url';

import {
  chromium,
  type Browser,
  type BrowserContext,
  type Cookie,
  type Page,
} from 'playwright-core';
import { expect } from 'vitest';

export const PASSWORD = 'nine lanterns by the quay';

const ARGUMENTS = `--no-sandbox --disable-gpu --disable-quic --no-first-run
  --disable-background-networking --disable-component-update --disable-sync`.split(/\s+/);
const AXE = fileURLToPath(import.meta.resolve('axe-core/axe.min.js'));

export async function launchChromium(): Promise<Browser> {
  return chromium.launch({ executablePath: '/usr/bin/chromium', args: ARGUMENTS });
}

export async function fill(page: Page, fields: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, value] of Object.entries(fields)) {
    await page.fill(`input[name="${name}"]:not([type="hidden"])`, value);
  }
}

/** Presses a button by what it says, and waits for the page that follows. */
export async function press(page: Page, words: string): Promise<void> {
  await page.getByRole('button', { name: words, exact: true }).first().click();
  await page.waitForLoadState();
}

export async function signUp(page: Page, url: string, name: string): Promise<void> {
  await page.goto(`${url}/sign-up`);
  await fill(page, { name, password: PASSWORD, repeated: PASSWORD });
  await press(page, 'Create account');
}

export async function signIn(page: Page, url: string, name: string): Promise<void> {
  await page.goto(`${url}/sign-in`);
  await fill(page, { name, password: PASSWORD });
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

/** Holds the page that is open to axe-core's rules. Its context has to bypass the page's own policy. */
export async function expectAccessible(page: Page): Promise<void> {
  await page.addScriptTag({ path: AXE });
  const violations: unknown = await page.evaluate(
    `axe.run().then(({ violations }) => violations.map(({ id, nodes }) => id + ' ' + nodes[0].html))`,
  );
  expect(violations, page.url()).toEqual([]);
}
