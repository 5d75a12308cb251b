// The scripts of the pages in a real Chromium, under the policy that the pages are sent with.

import { readFile } from 'node:fs/promises';

import {
  generateAuthenticationOptions,
  generateRegistrationOptions,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
  type AuthenticationResponseJSON,
  type RegistrationResponseJSON,
  type WebAuthnCredential,
} from '@simplewebauthn/server';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';

import { DeparturePage } from '../../src/views/departure-page.js';
import { NewRecoveryCodesPage } from '../../src/views/new-recovery-codes-page.js';
import { PasskeysPage } from '../../src/views/passkeys-page.js';
import { PasswordPage } from '../../src/views/password-page.js';
import { SecondStepPage } from '../../src/views/second-step-page.js';
import { SignInPage } from '../../src/views/sign-in-page.js';
import { addAuthenticator, type VirtualAuthenticator } from '../browser/authenticator.js';
import { launchChromium } from '../browser/chromium.js';
import { NOW } from './all-pages.js';
import { FRAME, JsonAnswer, servePages, type PageServer } from './page-server.js';

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(async () => browser.close());

/** A page whose complaints, of the policy above all, fail the test. */
async function open(options: Parameters<Browser['newContext']>[0] = {}): Promise<Page> {
  const context = await browser.newContext(options);
  const complaints: string[] = [];
  context.on('console', (message) => complaints.push(message.text()));
  context.on('weberror', (error) => complaints.push(error.error().message));
  onTestFinished(async () => {
    await context.close();
    expect(complaints.filter((text) => !text.startsWith('Failed to load resource'))).toEqual([]);
  });
  return context.newPage();
}

const SIGN_IN = (): ReturnType<typeof SignInPage> =>
  SignInPage({
    frame: { ...FRAME, userName: null },
    returnTo: '/devices',
    rememberFor: 1,
    offers: { passkey: true, providers: [{ name: 'example', label: 'Example' }] },
  });
const PASSWORD = (): ReturnType<typeof PasswordPage> =>
  PasswordPage({ frame: FRAME, guidance: 'Fifteen characters.', least: 15, endOthers: true });
const SECOND = (): ReturnType<typeof SecondStepPage> =>
  SecondStepPage({ frame: FRAME, factors: ['passkey', 'totp'], chosen: 'passkey' });

describe('a password', () => {
  it('is shown when asked for, and sent hidden again', async () => {
    const { url, posted } = await servePages({ pages: { '/password': PASSWORD } });
    const page = await open();
    await page.goto(`${url}/password`);
    await page.fill('#current', 'what was typed');
    await page.getByRole('button', { name: 'Show: Current password' }).click();
    expect(await page.getAttribute('#current', 'type')).toBe('text');
    await page.evaluate(
      `document.querySelector('#current').form.addEventListener('submit', (event) => {
        event.preventDefault();
        event.target.dataset.type = document.querySelector('#current').type;
      })`,
    );
    await page.getByRole('button', { name: 'Change password' }).click();
    expect(await page.getAttribute('.card-form', 'data-type')).toBe('password');
    expect(posted).toEqual([]);
  });

  it('is judged while it is typed, once it is long enough, and can be sent in any case (G30)', async () => {
    const { url, posted } = await servePages({ pages: { '/password': PASSWORD } });
    const page = await open();
    await page.goto(`${url}/password`);
    expect(await page.locator('.meter').count()).toBe(0);
    for (const [password, words] of [
      ['lantern', 'Too short: 8 more characters.'],
      ['password12345678', 'Easy to guess. This is close to one that many people use.'],
      ['ada@example.org', 'Very easy to guess. It has your own name in it.'],
      ['nine lanterns by the quay', 'Very hard to guess.'],
      ['fourteen 14 15', 'Too short: 1 more character.'],
    ] as const) {
      await page.fill('#password', password);
      await page.locator('.meter .hint', { hasText: words }).waitFor();
    }
    await page.getByRole('button', { name: 'Change password' }).click();
    await page.waitForURL(`${url}/password`);
    expect(posted[0]?.fields.get('password')).toBe('fourteen 14 15');
  });
});

describe('a passkey', () => {
  interface Ceremonies {
    readonly server: PageServer;
    readonly begun: readonly string[];
    readonly results: readonly string[];
  }

  /** Both ceremonies against a server that checks what comes back. */
  async function serveCeremonies(): Promise<Ceremonies> {
    const [begun, results]: [string[], string[]] = [[], []];
    let challenge = '';
    let credential: WebAuthnCredential | undefined;
    const allowed = (): { id: string }[] => (credential === undefined ? [] : [credential]);
    const begin = (name: string, make: () => Promise<{ challenge: string }>) => async () => {
      begun.push(name);
      const options = await make();
      challenge = options.challenge;
      return new JsonAnswer(options);
    };
    const expectations = () => ({
      expectedChallenge: challenge,
      expectedOrigin: server.url,
      expectedRPID: 'localhost',
    });
    const get = async (fields: URLSearchParams): Promise<JsonAnswer> => {
      const response = JSON.parse(fields.get('credential') ?? '') as AuthenticationResponseJSON;
      if (credential === undefined) throw new Error('no credential');
      const { verified } = await verifyAuthenticationResponse({
        ...expectations(),
        response,
        credential,
      });
      results.push(`${verified} ${fields.get('return_to')} ${fields.get('remember')}`);
      return new JsonAnswer({});
    };
    const server = await servePages({
      pages: {
        '/passkeys': () =>
          PasskeysPage({ frame: FRAME, now: NOW, passkeys: [], suggestedName: 'Chrome on Linux' }),
        '/sign-in': SIGN_IN,
        '/second': SECOND,
      },
      answers: {
        '/security/passkeys/begin': begin('create', () =>
          generateRegistrationOptions({
            rpName: 'Countersign',
            rpID: 'localhost',
            userName: 'ada',
            excludeCredentials: allowed(),
            authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
          }),
        ),
        '/security/passkeys/add': async (fields) => {
          const response = JSON.parse(fields.get('credential') ?? '') as RegistrationResponseJSON;
          const made = await verifyRegistrationResponse({ ...expectations(), response });
          credential = made.registrationInfo?.credential;
          results.push(`${made.verified} ${fields.get('name')}`);
          return new JsonAnswer({});
        },
        '/sign-in/passkey/begin': begin('get', () =>
          generateAuthenticationOptions({ rpID: 'localhost', userVerification: 'required' }),
        ),
        '/sign-in/passkey': get,
        '/sign-in/second/begin': begin('get', () =>
          generateAuthenticationOptions({ rpID: 'localhost', allowCredentials: allowed() }),
        ),
        '/sign-in/second': get,
      },
    });
    return { server, begun, results };
  }

  async function openWithAuthenticator(): Promise<VirtualAuthenticator & { readonly page: Page }> {
    const page = await open();
    return { page, ...(await addAuthenticator(page)) };
  }

  async function add(page: Page, url: string): Promise<void> {
    await page.goto(`${url}/passkeys`);
    await page.getByRole('button', { name: 'Add a passkey' }).click();
  }

  it('is made, and signs in by the button, with what the page has to say besides', async () => {
    const { server, results } = await serveCeremonies();
    const { page, setPresence } = await openWithAuthenticator();
    await add(page, server.url);
    await page.waitForURL('**/security/passkeys/add');
    // So that the offer in the autofill waits, as it does for a person.
    await setPresence(false);
    await page.goto(`${server.url}/sign-in`);
    await page.check('#remember');
    await setPresence(true);
    await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
    await page.waitForURL('**/sign-in/passkey');
    expect(results).toEqual(['true Chrome on Linux', 'true /devices yes']);
  });

  it('signs in by the autofill of the name', async () => {
    const { server, results } = await serveCeremonies();
    const { page } = await openWithAuthenticator();
    await add(page, server.url);
    await page.waitForURL('**/security/passkeys/add');
    await page.goto(`${server.url}/sign-in`);
    await page.waitForURL('**/sign-in/passkey');
    expect(results[1]).toBe('true /devices ');
  });

  it('is not made twice on one device, which the page says', async () => {
    const { server } = await serveCeremonies();
    const { page } = await openWithAuthenticator();
    await add(page, server.url);
    await page.waitForURL('**/security/passkeys/add');
    await add(page, server.url);
    await page.getByText('This device has a passkey for your account already.').waitFor();
    expect(await page.getByRole('button', { name: 'Add a passkey' }).isEnabled()).toBe(true);
  });

  it('that is not used, or not asked for by the server, is told on the page, and can be tried again', async () => {
    const { server, results } = await serveCeremonies();
    const { page, setVerified } = await openWithAuthenticator();
    await add(page, server.url);
    await page.waitForURL('**/security/passkeys/add');
    await setVerified(false);
    await page.goto(`${server.url}/sign-in`);
    const button = page.getByRole('button', { name: 'Sign in with a passkey' });
    await button.click();
    await page.getByText('No passkey was used.').waitFor();
    await page.route('**/begin', (route) =>
      route.fulfill({ status: 429, json: { message: 'Wait a minute, then try again.' } }),
    );
    await button.click();
    await page.getByText('Wait a minute, then try again.').waitFor();
    await page.unroute('**/begin');
    await setVerified(true);
    await button.click();
    await page.waitForURL('**/sign-in/passkey');
    expect(results[1]).toBe('true /devices ');
  });

  it('is a second step', async () => {
    const { server, results } = await serveCeremonies();
    const { page } = await openWithAuthenticator();
    await add(page, server.url);
    await page.waitForURL('**/security/passkeys/add');
    await page.goto(`${server.url}/second`);
    await page.getByRole('button', { name: 'Use your passkey' }).click();
    await page.waitForURL('**/sign-in/second');
    expect(results[1]).toMatch(/^true/);
  });

  it('is not offered without JavaScript, where the page says what is needed', async () => {
    const { server, begun } = await serveCeremonies();
    const page = await open({ javaScriptEnabled: false });
    await page.goto(`${server.url}/second`);
    expect(await page.getByRole('button', { name: 'Use your passkey' }).count()).toBe(0);
    await page.getByText('A passkey needs JavaScript').waitFor();
    await page.goto(`${server.url}/sign-in`);
    expect(await page.getByRole('button', { name: 'passkey' }).count()).toBe(0);
    expect(begun).toEqual([]);
  });
});

describe.each([true, false])('with JavaScript: %s', (javaScriptEnabled) => {
  it('recovery codes are kept as a file that no server has sent', async () => {
    const codes = ['aaaa-bbbb', 'cccc-dddd'];
    const { url } = await servePages({
      pages: { '/codes': () => NewRecoveryCodesPage({ frame: FRAME, codes, madeAt: NOW }) },
    });
    const page = await open({ javaScriptEnabled });
    await page.goto(`${url}/codes`);
    const download = page.waitForEvent('download');
    await page.getByRole('link', { name: 'Download' }).click();
    const file = await download;
    expect(file.suggestedFilename()).toBe('countersign-recovery-codes.txt');
    expect(await readFile(await file.path(), 'utf8')).toContain('aaaa-bbbb\r\ncccc-dddd\r\n');
    expect(await page.getByRole('button', { name: 'Print' }).count()).toBe(
      javaScriptEnabled ? 1 : 0,
    );
  });

  it('the form of a provider leads to it, though forms may go to this server only', async () => {
    const provider = await servePages({ pages: {} });
    const away = `${provider.url.replace('localhost', '127.0.0.1')}/authorize?a=1&state=x;y`;
    const { url, posted } = await servePages({
      pages: { '/sign-in': SIGN_IN },
      answers: {
        '/sign-in/provider': () => DeparturePage({ frame: FRAME, label: 'Example', url: away }),
        '/sign-in/passkey/begin': () => Promise.resolve(new JsonAnswer({}, 404)),
      },
    });
    const page = await open({ javaScriptEnabled });
    await page.goto(`${url}/sign-in`);
    await page.check('#remember');
    await page.getByRole('button', { name: 'Continue with Example' }).click();
    await page.waitForURL(away);
    const form = posted.find(({ path }) => path === '/sign-in/provider');
    expect(Object.fromEntries(form?.fields ?? [])).toEqual({
      return_to: '/devices',
      name: '',
      password: '',
      remember: 'yes',
      provider: 'example',
    });
  });
});
