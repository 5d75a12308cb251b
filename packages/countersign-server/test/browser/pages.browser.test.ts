// Every page as it is seen and used, under its own security policy (inspection.ts), and that none is
// left out.

import { describe, expect, it } from 'vitest';

import { createPages } from '../../src/web/pages.js';
import { renderProblems } from '../../src/web/problems.js';
import { openTestDoor } from '../web/door.js';
import { PASSWORD, placeOf, press, signUp } from './chromium.js';
import { inspect, listenForComplaints } from './inspection.js';
import { setProviderStage } from './provider-stage.js';
import { walkGate, walkHall } from './walk.js';

const stage = setProviderStage();

/** How long the walk may take: it stops at more than fifty pages. */
const LIMIT_MS = 600_000;

it(
  'every page, in every state, is sound; and every path is one of these or leads to one',
  { timeout: LIMIT_MS },
  async () => {
    // Nothing is looked at while it changes its colour.
    const page = await stage.open({ reducedMotion: 'reduce' });
    const complaints = listenForComplaints(page.context());
    const visited = new Set<string>();
    const stop = async (): Promise<void> => {
      visited.add(placeOf(page));
      await inspect(page);
    };
    await walkGate({ stage, page, stop });
    await walkHall({ stage, page, stop });
    expect(complaints).toEqual([]);
    for (const path of await pathsOfPages()) {
      const pattern = new RegExp(`^${path.replace(/:\w+/, '[^/]+')}$`);
      if ([...visited].some((place) => pattern.test(place))) continue;
      const answer = await page.request.get(`${stage.url}${path}`, { maxRedirects: 0 });
      expect([path, answer.status()]).toEqual([path, 303]);
    }
  },
);

/** All that is answered to a GET, as it is registered. */
async function pathsOfPages(): Promise<readonly string[]> {
  const door = await openTestDoor();
  const problems = await renderProblems(door.assets.paths);
  const { routes } = createPages({ door, problems, headers: {} });
  const paths = routes.filter(({ method }) => method === 'GET').map(({ path }) => path);
  expect(paths).toContain('/security/passkeys');
  return paths;
}

it('has styles and scripts refused that somebody smuggled into a page', async () => {
  const page = await stage.open();
  const complaints = listenForComplaints(page.context());
  await page.goto(`${stage.url}/sign-in`);
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
    const page = await stage.open({ javaScriptEnabled: false });
    await page.goto(`${stage.url}/sign-up`);
    // Chromium moves the focus a moment after the page is there, and a person types later still.
    await page.locator('#address:focus').waitFor();
    await page.keyboard.type('hedy@example.org');
    await page.keyboard.press('Enter');
    await page.waitForURL(`${stage.url}/sign-up/sent`);
    await page.goto(await stage.linkTo('/sign-up/finish', 'hedy@example.org'));
    await page.locator('#password:focus').waitFor();
    await page.keyboard.type(PASSWORD);
    await page.keyboard.press('Tab');
    await page.keyboard.type('something else');
    await page.keyboard.press('Enter');
    await page.locator('#repeated:focus').waitFor();
    await page.getByText('This is not the same password.').waitFor();
    expect(await page.inputValue('#password')).toBe('');
    await page.keyboard.type(PASSWORD);
    await page.keyboard.press('Shift+Tab');
    await page.keyboard.type(PASSWORD);
    await page.keyboard.press('Enter');
    await page.waitForURL(`${stage.url}/`);
    await page.getByText('Your account is ready').waitFor();
  });

  it('the first stop leads past the navigation', async () => {
    const page = await stage.open({ javaScriptEnabled: false });
    await signUp(page, stage, 'joan@example.org');
    await press(page, 'Devices');
    // A page that is still being read takes no key.
    await page.waitForLoadState();
    await page.keyboard.press('Tab');
    const skip = page.locator('.skip:focus');
    await skip.waitFor();
    expect((await skip.boundingBox())?.width).toBeGreaterThan(100);
    await page.keyboard.press('Enter');
    await page.waitForURL(`${stage.url}/devices#content`);
  });
});
