// Both ceremonies as a real Chromium does them, with its virtual authenticators: that the options are
// what browsers take, and their answers what is judged.

import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';

import {
  createPasskeyCeremonies,
  type FinishAuthenticationResult,
  type PasskeyRecord,
} from '../../src/accounts/passkeys.js';
import { NOW, USER_ID } from './passkey-fixture.js';

const HOME = 'http://localhost:3000';
const ceremonies = createPasskeyCeremonies({
  rpId: 'localhost',
  rpName: 'Example Shop',
  origins: [HOME],
});

let browser: Browser;

beforeAll(async () => {
  browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
  });
});
afterAll(() => browser.close());

/** A browser of its own with one authenticator. Its page comes from nowhere: there is no server. */
async function openDevice(kind: 'laptop' | 'security key'): Promise<Page> {
  const context = await browser.newContext();
  onTestFinished(() => context.close());
  const page = await context.newPage();
  await page.route(`${HOME}/`, (route) =>
    route.fulfill({ contentType: 'text/html', body: '<!doctype html><title>Shop</title>' }),
  );
  await page.goto(HOME);
  const tools = await context.newCDPSession(page);
  await tools.send('WebAuthn.enable');
  const isLaptop = kind === 'laptop';
  await tools.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: isLaptop ? 'internal' : 'usb',
      hasResidentKey: true,
      hasUserVerification: isLaptop,
      isUserVerified: isLaptop,
      automaticPresenceSimulation: true,
    },
  });
  return page;
}

/** What a page's script does with the options. The answer's JSON, or the name of the browser's error. */
function answer(page: Page, kind: 'create' | 'get', options: unknown): Promise<unknown> {
  const script = `(async (options) => {
    try {
      const credential = ${
        kind === 'create'
          ? 'await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) })'
          : 'await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) })'
      };
      return credential.toJSON();
    } catch (error) {
      return error.name;
    }
  })(${JSON.stringify(options)})`;
  return page.evaluate(script);
}

async function enrol(
  page: Page,
  existing: readonly PasskeyRecord[] = [],
): Promise<{ readonly passkey: PasskeyRecord; readonly userVerified: boolean }> {
  const user = { userId: USER_ID, userName: 'ada', displayName: 'Ada King' };
  const begun = ceremonies.beginRegistration({ ...user, existing });
  if (!begun.ok) throw new Error(begun.reason);
  const { options, expectation } = begun;
  const response = await answer(page, 'create', options);
  if (typeof response === 'string') throw new Error(response);
  const input = { expectation, response, name: 'Laptop', now: NOW };
  const finished = await ceremonies.finishRegistration(input);
  expect(finished).toMatchObject({ ok: true, userId: USER_ID });
  if (!finished.ok) throw new Error(finished.reason);
  return finished;
}

async function signIn(
  page: Page,
  passkey: PasskeyRecord,
  asked: Parameters<typeof ceremonies.beginAuthentication>[0],
): Promise<FinishAuthenticationResult> {
  const { options, expectation } = ceremonies.beginAuthentication(asked);
  const response = await answer(page, 'get', options);
  expect(ceremonies.readCredentialId(response)).toMatchObject({ id: passkey.id });
  const input = { expectation, response, passkey, userId: USER_ID, now: NOW };
  return ceremonies.finishAuthentication(input);
}

describe('a passkey in a real browser', () => {
  test('is made, and signs in without a name, verified', async () => {
    const laptop = await openDevice('laptop');
    const { passkey, userVerified } = await enrol(laptop);
    expect(userVerified).toBe(true);
    expect(passkey.transports).toEqual(['internal']);
    const first = await signIn(laptop, passkey, { userVerification: 'required' });
    expect(first).toMatchObject({ ok: true, userVerified: true, clonedWarning: false });
    if (!first.ok) throw new Error(first.reason);
    expect(first.passkey.counter).toBeGreaterThan(passkey.counter);
    expect(await signIn(laptop, first.passkey, { userVerification: 'required' })).toMatchObject({
      ok: true,
    });
  });

  test('is not made twice on one authenticator', async () => {
    const laptop = await openDevice('laptop');
    const { passkey } = await enrol(laptop);
    await expect(enrol(laptop, [passkey])).rejects.toThrow('InvalidStateError');
  });

  test('is not made by a security key that verifies nobody, since it is discoverable', async () => {
    const key = await openDevice('security key');
    await expect(enrol(key)).rejects.toThrow('NotAllowedError');
  });

  test('that was copied is told by its counter', async () => {
    const laptop = await openDevice('laptop');
    const { passkey } = await enrol(laptop);
    const ahead = { ...passkey, counter: 1_000 };
    expect(await signIn(laptop, ahead, { userVerification: 'required' })).toEqual({
      ok: false,
      reason: 'counter-went-back',
      passkey: { ...ahead, counterWentBackAt: NOW },
    });
  });
});
