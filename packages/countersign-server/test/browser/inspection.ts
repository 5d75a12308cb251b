// What holds for every page as it is seen and used: axe-core's rules in both colour schemes, no
// scrolling sideways on the narrowest screen, every control within reach of the Tab key, and errors that
// are told first.

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import type { BrowserContext, Page } from 'playwright-core';
import { expect } from 'vitest';

const DESKTOP = { width: 1280, height: 800 };
/** WCAG 2.2 1.4.10: nothing has to be scrolled sideways at this width. */
const NARROWEST = { width: 320, height: 640 };

const AXE = readFileSync(fileURLToPath(import.meta.resolve('axe-core/axe.min.js')), 'utf8');
const REACHABLE = 'a[href], button, input:not([type="hidden"]), summary, [tabindex="0"]';

/** Leaves the page at the width of a desktop, in light. */
export async function inspect(page: Page): Promise<void> {
  await expectErrorsFirst(page);
  await expectReachable(page);
  await page.evaluate(AXE);
  await page.setViewportSize(NARROWEST);
  await page.emulateMedia({ colorScheme: 'dark' });
  await expectAccessible(page, 'dark, narrow', '{}');
  const width: unknown = await page.evaluate('document.documentElement.scrollWidth');
  expect.soft(width, page.url()).toBe(NARROWEST.width);
  await page.setViewportSize(DESKTOP);
  await page.emulateMedia({ colorScheme: 'light' });
  await expectAccessible(page, 'light, wide', LOOKS);
  const family: unknown = await page.evaluate('getComputedStyle(document.body).fontFamily');
  expect.soft(family, page.url()).toContain('system-ui');
}

/** The rules whose answers depend on colours and measures: no other needs a second look. */
const LOOKS = `{ runOnly: ['color-contrast', 'link-in-text-block', 'target-size'] }`;

async function expectAccessible(page: Page, how: string, options: string): Promise<void> {
  const violations: unknown = await page.evaluate(
    `axe.run(${options}).then(({ violations }) => violations.map(({ id, nodes }) => id + ' ' + nodes[0].html))`,
  );
  expect.soft(violations, `${how}: ${page.url()}`).toEqual([]);
}

/** Typing begins at the first field to put right, and the title says before all that there is one. */
async function expectErrorsFirst(page: Page): Promise<void> {
  const wrong = page.locator('[aria-invalid="true"]');
  if ((await wrong.count()) === 0) return;
  expect(await page.title()).toMatch(/^Error: /);
  const id = await wrong.first().getAttribute('id');
  // Chromium moves the focus a moment after the page is there, and a person types later still.
  await page.locator(`[id="${id}"]:focus`).waitFor();
}

/** Goes around once by the Tab key. */
async function expectReachable(page: Page): Promise<void> {
  const missing = `Array.from(document.querySelectorAll('${REACHABLE}')).filter((one) => one.checkVisibility() && !one.disabled)`;
  const count: unknown = await page.evaluate(`(globalThis.left = new Set(${missing})).size`);
  for (let steps = 0; steps <= Number(count) + 1; steps += 1) {
    await page.evaluate('left.delete(document.activeElement)');
    await page.keyboard.press('Tab');
  }
  expect
    .soft(await page.evaluate('Array.from(left, (one) => one.outerHTML)'), page.url())
    .toEqual([]);
}

/** What the browser complains of from now on, such as a style that the policy did not let in. */
export function listenForComplaints(context: BrowserContext): readonly string[] {
  const complaints: string[] = [];
  context.on('console', (message) => {
    // A refused form is told with its status, which the browser notes as a failed load.
    if (!message.text().startsWith('Failed to load resource')) complaints.push(message.text());
  });
  context.on('weberror', (error) => complaints.push(error.error().message));
  return complaints;
}
