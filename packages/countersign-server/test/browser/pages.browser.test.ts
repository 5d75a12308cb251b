// Every page as it is seen and used: by axe-core, in both colour schemes, by keyboard, on narrow
// screens, and under the page's own security policy.

import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';

import { startDoorkeeper } from '../process/doorkeeper-process.js';
import { makeFolder } from '../setup/folder.js';
import {
  expectAccessible,
  fill,
  launchChromium,
  PASSWORD,
  press,
  signIn,
  signUp,
} from './chromium.js';

const NAME = 'ada@example.org';
const PHONE = { width: 390, height: 844 };
const DESKTOP = { width: 1280, height: 800 };
/** WCAG 2.2 1.4.10: nothing has to be scrolled sideways at this width. */
const NARROWEST = { width: 320, height: 640 };

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(async () => browser.close());

async function open(options: Parameters<Browser['newContext']>[0] = {}): Promise<Page> {
  const context = await browser.newContext(options);
  onTestFinished(async () => context.close());
  return context.newPage();
}

/** Goes through every page there is, and stops at each. */
async function visitAll(url: string, page: Page, stop: () => Promise<void>): Promise<void> {
  for (const path of ['/sign-in', '/sign-in?notice=copied', '/sign-up', '/nothing']) {
    await page.goto(`${url}${path}`);
    await stop();
  }
  await page.goto(`${url}/sign-in`);
  await fill(page, { name: NAME, password: 'not the right one' });
  await press(page, 'Sign in');
  await stop();
  await page.goto(`${url}/sign-up`);
  await fill(page, { name: 'a b', password: 'short', repeated: 'else' });
  await press(page, 'Create account');
  await stop();
  await signUp(page, url, NAME);
  await stop();
  await page.goto(`${url}/devices`);
  await stop();
  const other = await open();
  await signIn(other, url, NAME);
  for (const path of ['/', '/devices', '/confirm?action=end-others', '/password']) {
    await page.goto(`${url}${path}`);
    await stop();
  }
  await fill(page, { current: 'a wrong one', password: 'short', repeated: 'else' });
  await press(page, 'Change password');
  await stop();
  await page.goto(`${url}/confirm?action=end-others`);
  await fill(page, { password: 'a wrong one' });
  await press(page, 'Confirm');
  await stop();
  await fill(page, { password: PASSWORD });
  await press(page, 'Confirm');
  expect(await page.textContent('main')).toContain('All other devices are signed out.');
  await stop();
}

/** What the browser complained of, such as a style that the policy did not let in. */
function listenForComplaints(context: BrowserContext): readonly string[] {
  const complaints: string[] = [];
  context.on('console', (message) => {
    // A refused form is told with its status, which the browser notes as a failed load.
    if (!message.text().startsWith('Failed to load resource')) complaints.push(message.text());
  });
  context.on('weberror', (error) => complaints.push(error.error().message));
  return complaints;
}

describe.each([
  ['light', DESKTOP],
  ['dark', PHONE],
] as const)('in %s', (colorScheme, viewport) => {
  it('axe-core finds nothing on any page, in any state', async () => {
    const { url } = await startDoorkeeper(makeFolder());
    const page = await open({ colorScheme, viewport, bypassCSP: true });
    const titles = new Set<string>();
    await visitAll(url, page, async () => {
      titles.add(await page.title());
      await expectAccessible(page);
    });
    expect(titles.size).toBe(11);
  });
});

it('no page breaks its own security policy, or needs to be scrolled sideways', async () => {
  const { url } = await startDoorkeeper(makeFolder());
  const page = await open({ viewport: NARROWEST });
  const complaints = listenForComplaints(page.context());
  await visitAll(url, page, async () => {
    const width: unknown = await page.evaluate('document.documentElement.scrollWidth');
    expect(width, page.url()).toBe(NARROWEST.width);
    const family: unknown = await page.evaluate('getComputedStyle(document.body).fontFamily');
    expect(family).toContain('system-ui');
  });
  expect(complaints).toEqual([]);
});

it('has styles and scripts refused that somebody smuggled into a page', async () => {
  const { url } = await startDoorkeeper(makeFolder());
  const page = await open();
  const complaints = listenForComplaints(page.context());
  await page.goto(`${url}/sign-in`);
  await page.evaluate(`
    document.body.insertAdjacentHTML('beforeend', '<p id="x" style="color: red" onclick="y()">x</p>');
    document.body.append(Object.assign(document.createElement('script'), { text: 'window.z = 1' }));
  `);
  expect(await page.evaluate('window.z')).toBeUndefined();
  expect(complaints.join('\n')).toMatch(/style-src/);
  expect(complaints.join('\n')).toMatch(/script-src|default-src/);
});

describe('by keyboard alone, without JavaScript', () => {
  it('typing begins where it is needed, and an account is made with Tab and Enter', async () => {
    const { url } = await startDoorkeeper(makeFolder());
    const page = await open({ javaScriptEnabled: false });
    await page.goto(`${url}/sign-up`);
    // Chromium moves the focus a moment after the page is there, and a person types later still.
    await page.locator('#name:focus').waitFor();
    for (const text of ['ada', PASSWORD, 'something else']) {
      await page.keyboard.type(text);
      await page.keyboard.press('Tab');
    }
    await page.keyboard.press('Enter');
    await page.waitForURL(`${url}/sign-up`);
    await page.getByText('This is not the same password.').waitFor();

    // The name is kept and in order, so the first field to put right is the last one.
    expect(await page.inputValue('#name')).toBe('ada');
    expect(await page.locator('#repeated:focus').count()).toBe(1);
    expect(await page.inputValue('#password')).toBe('');
    await page.fill('#password', PASSWORD);
    await page.fill('#repeated', PASSWORD);
    await page.keyboard.press('Enter');
    await page.waitForURL(`${url}/`);
  });

  it('the first stop leads past the navigation', async () => {
    const { url } = await startDoorkeeper(makeFolder());
    const page = await open({ javaScriptEnabled: false });
    await signUp(page, url, 'ada');
    await page.goto(`${url}/devices`);
    await page.keyboard.press('Tab');
    const skip = page.locator('.skip:focus');
    expect((await skip.boundingBox())?.width).toBeGreaterThan(100);
    await page.keyboard.press('Enter');
    expect(page.url()).toBe(`${url}/devices#content`);
  });
});
