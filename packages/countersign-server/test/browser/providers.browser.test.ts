// Signing in at a real OpenID provider, and linking it with an account that there is.

import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';

import { placeOf, press, says, sessionCookie, signUp } from './chromium.js';
import { LABEL, setProviderStage } from './provider-stage.js';

const stage = setProviderStage();

/** At the provider, with the buttons of its page. */
async function beSomebody(page: Page, who: string | null): Promise<void> {
  await page.waitForURL(`${stage.issuer}/**`);
  if (who !== null) await page.getByLabel('User name').fill(who);
  await page.getByRole('button', { name: who === null ? 'Cancel' : 'Sign in' }).click();
  await page.waitForURL(`${stage.url}/**`);
}

describe.each([true, false])('with JavaScript: %s', (javaScriptEnabled) => {
  const options = { javaScriptEnabled };

  it('gives an account to who comes with its word, and signs them in again, for longer if asked to', async () => {
    const who = `ada.${javaScriptEnabled}`;
    for (const isKept of [false, true]) {
      const page = await stage.open(options);
      await page.goto(`${stage.url}/sign-in?return_to=/profile`);
      if (isKept) await page.check('#remember');
      await press(page, `Continue with ${LABEL}`);
      await beSomebody(page, who);
      expect(placeOf(page)).toBe('/profile');
      await says(page, `${who}@example.test`);
      await press(page, 'Overview');
      await says(page, 'with a sign-in service');
      // -1 is a cookie that goes with the browser.
      const cookie = await sessionCookie(page.context(), stage.url);
      expect(cookie?.expires === -1).toBe(!isKept);
    }
  });

  it('is told of on a page when somebody says no there', async () => {
    const page = await stage.open(options);
    await page.goto(`${stage.url}/sign-in`);
    await press(page, `Continue with ${LABEL}`);
    await beSomebody(page, null);
    expect(await page.title()).toMatch(/^Error: /);
    expect(await sessionCookie(page.context(), stage.url)).toBeUndefined();
  });

  it('is linked with an account, opens it, and does not any more when it is unlinked', async () => {
    const who = `grace.${javaScriptEnabled}`;
    const address = `${who}@example.org`;
    const page = await stage.open(options);
    await signUp(page, stage, address);
    await page.goto(`${stage.url}/security`);
    await press(page, 'Manage sign-in services');
    await press(page, `Link ${LABEL}`);
    await beSomebody(page, who);
    await says(page, `${LABEL} is linked.`);
    await says(page, `${LABEL} (${who}@example.test)`);

    const other = await stage.open(options);
    await other.goto(`${stage.url}/sign-in`);
    await press(other, `Continue with ${LABEL}`);
    await beSomebody(other, who);
    await press(other, 'Profile');
    expect(await other.textContent('main')).toContain(address);
    await page.goto(`${stage.url}/security/providers`);
    await page.getByRole('button', { name: /^Unlink/ }).click();
    await says(page, `${LABEL} (${who}@example.test) is not linked any more.`);
  });
});
