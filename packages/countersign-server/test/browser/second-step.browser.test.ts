// The authenticator app from its set-up to signing in with it, and the recovery codes that stand in for
// it.

import { readFile } from 'node:fs/promises';

import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';

import { fill, placeOf, press, says, sessionCookie, signIn, signUp } from './chromium.js';
import { codeAt } from '../one-time-code.js';
import { setStage } from './stage.js';

const STEP_MS = 30_000;

const stage = setStage();

/** What somebody without a camera types into their app. */
async function secretOn(page: Page): Promise<string> {
  const text = await page.locator('.key code').textContent();
  return (text ?? '').replaceAll(' ', '');
}

/** Each code opens one thing. That of the next half minute is good already. */
function codes(secret: string): { readonly now: string; readonly next: string } {
  const at = Date.now();
  return { now: codeAt(secret, at), next: codeAt(secret, at + STEP_MS) };
}

/** None of those that are good around now. */
function wrongCode(secret: string): string {
  const around = [-2, -1, 0, 1, 2].map((steps) => codeAt(secret, Date.now() + steps * STEP_MS));
  const isWrong = (code: string): boolean => !around.includes(code);
  return ['000000', '111111', '222222', '333333', '444444', '555555'].find(isWrong) ?? '';
}

describe.each([true, false])('with JavaScript: %s', (javaScriptEnabled) => {
  it('sets up an app, keeps the codes, signs in with either, and removes the app', async () => {
    const name = `ada.${javaScriptEnabled}@example.org`;
    const page = await stage.open({ javaScriptEnabled });
    await signUp(page, stage, name);
    await press(page, 'Security');
    await press(page, 'Set up an authenticator app');
    expect(await page.getByRole('img', { name: 'QR code' }).boundingBox()).toMatchObject({
      width: expect.toSatisfy((width: number) => width > 100) as number,
    });
    const secret = await secretOn(page);
    await fill(page, { code: wrongCode(secret) });
    await press(page, 'Turn it on');
    await says(page, 'This code is not right');
    expect(await page.title()).toMatch(/^Error: /);
    // The same secret: nobody has to scan again.
    expect(await secretOn(page)).toBe(secret);
    await fill(page, { code: codes(secret).now });
    await press(page, 'Turn it on');

    await says(page, 'They are shown this once.');
    const kept = await page.locator('.codes code').allTextContents();
    expect(kept).toHaveLength(10);
    const download = page.waitForEvent('download');
    await page.getByRole('link', { name: 'Download' }).click();
    const file = await readFile(await (await download).path(), 'utf8');
    for (const code of kept) expect(file).toContain(`${code}\r\n`);
    await page.emulateMedia({ media: 'print' });
    expect(await page.locator('.codes').isVisible()).toBe(true);
    for (const unwanted of ['.places', '.leave', '.codes-keep', '.codes-done'])
      expect(await page.locator(unwanted).isVisible(), unwanted).toBe(false);
    await page.emulateMedia({ media: 'screen' });
    await press(page, 'I have kept them');
    await says(page, '10 left');
    await page.goto(`${stage.url}/security/recovery-codes`);
    expect(await page.textContent('main')).not.toContain(kept[0]);

    // With the app.
    const other = await stage.open({ javaScriptEnabled });
    await signIn(other, stage.url, { name });
    expect(placeOf(other)).toBe('/sign-in/second');
    expect(await sessionCookie(other.context(), stage.url)).toBeUndefined();
    await other.goto(`${stage.url}/security`);
    expect(placeOf(other)).toBe('/sign-in');
    await other.goto(`${stage.url}/sign-in/second`);
    await fill(other, { code: wrongCode(secret) });
    await press(other, 'Sign in');
    await says(other, 'This code is not right');
    await fill(other, { code: codes(secret).next });
    await press(other, 'Sign in');
    expect(placeOf(other)).toBe('/');
    await says(other, 'with your password and a code from your app');

    // With a recovery code, and never twice.
    const third = await stage.open({ javaScriptEnabled });
    for (const isGood of [true, false]) {
      await third.context().clearCookies();
      await signIn(third, stage.url, { name });
      await press(third, 'Use a recovery code');
      await fill(third, { code: kept[0]?.toUpperCase() ?? '' });
      await press(third, 'Sign in');
      if (isGood) expect(placeOf(third)).toBe('/');
      else await says(third, 'This is none of your recovery codes');
    }
    await stage.mailTo(name, 'recovery code');

    await page.goto(`${stage.url}/security`);
    await says(page, '9 left');
    await press(page, 'Renew recovery codes');
    await press(page, 'Make new codes');
    const renewed = await page.locator('.codes code').allTextContents();
    expect(renewed).toHaveLength(10);
    expect(renewed).not.toContain(kept[1]);
    await press(page, 'I have kept them');
    await press(page, 'Remove your authenticator app');
    await says(page, 'Then your password alone opens your account');
    await press(page, 'Remove it');
    await says(page, 'Your authenticator app is removed.');
    await press(page, 'Sign out');
    await signIn(page, stage.url, { name });
    expect(placeOf(page)).toBe('/');
  });

  it('lets who has lost the app and the codes go back, and begin anew', async () => {
    const name = `grace.${javaScriptEnabled}@example.org`;
    const page = await stage.open({ javaScriptEnabled });
    await signUp(page, stage, name);
    await page.goto(`${stage.url}/security/authenticator`);
    await fill(page, { code: codes(await secretOn(page)).now });
    await press(page, 'Turn it on');
    await press(page, 'Sign out');
    await signIn(page, stage.url, { name });
    await press(page, 'Sign in');
    await says(page, 'Enter the code that your app shows.');
    await press(page, 'Cancel');
    expect(placeOf(page)).toBe('/sign-in');
    await page.goto(`${stage.url}/sign-in/second`);
    expect(placeOf(page)).toBe('/sign-in');
  });
});
