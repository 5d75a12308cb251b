// The provider's page, walked through by a real Chromium, with an application of a few lines that the
// person comes from and goes back to.

import { once } from 'node:events';
import { createServer, type Server } from 'node:http';

import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';

import {
  createOidcProvider,
  type OidcExpectation,
  type OidcProvider,
} from '../../src/accounts/oidc.js';
import { freePort } from './free-port.js';
import { startOpenIdProvider, type OpenIdProvider } from './openid-provider.js';

let browser: Browser;
let provider: OpenIdProvider;
let application: Server;
let home: string;

beforeAll(async () => {
  browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
  });
  const port = await freePort();
  home = `http://127.0.0.1:${port}`;
  provider = await startOpenIdProvider({ redirectUris: [`${home}/back`], pages: 'form' });
  const oidc = createOidcProvider({
    name: 'example-id',
    label: 'Example ID',
    issuer: provider.issuer,
    clientId: provider.clientId,
    clientSecret: provider.clientSecret,
    redirectUri: `${home}/back`,
    allowInsecure: true,
  });
  application = serve(oidc);
  application.listen({ port, host: '127.0.0.1' });
  await once(application, 'listening');
});
afterAll(async () => {
  await browser.close();
  await provider.stop();
  application.closeAllConnections();
  application.close();
  await once(application, 'close');
});

/** `/` sends to the provider, `/back` says who came back. For one browser at a time. */
function serve(oidc: OidcProvider): Server {
  let expectation: OidcExpectation | undefined;
  return createServer((request, response) => {
    void (async () => {
      response.setHeader('content-type', 'text/plain');
      if (request.url === '/') {
        const begun = await oidc.begin();
        if (!begun.ok) throw new Error(begun.detail);
        ({ expectation } = begun);
        response.writeHead(303, { location: begun.url }).end();
        return;
      }
      const result = await oidc.finish({ expectation, url: request.url ?? '' });
      const { subject, email } = result.ok ? result.identity : {};
      response.end(result.ok ? `${subject} <${email}>` : result.reason);
    })().catch((error: unknown) => response.writeHead(500).end(String(error)));
  });
}

async function open(): Promise<Page> {
  const context = await browser.newContext();
  onTestFinished(() => context.close());
  const page = await context.newPage();
  await page.goto(home);
  return page;
}

test('whoever writes a user name comes back as that person', async () => {
  const page = await open();
  expect(new URL(page.url()).origin).toBe(provider.issuer);
  await page.getByLabel('User name').fill('ada');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL(`${home}/back?**`);
  expect(await page.textContent('body')).toBe('ada <ada@example.test>');
});

test('a person of whom the test told has those claims', async () => {
  provider.signInAs('grace', { email: 'grace@navy.example' });
  const page = await open();
  await page.getByLabel('User name').fill('grace');
  await page.keyboard.press('Enter');
  await page.waitForURL(`${home}/back?**`);
  expect(await page.textContent('body')).toBe('grace <grace@navy.example>');
});

test('whoever cancels comes back with a no', async () => {
  const page = await open();
  await page.getByRole('button', { name: 'Cancel' }).click();
  await page.waitForURL(`${home}/back?**`);
  expect(await page.textContent('body')).toBe('denied');
});
