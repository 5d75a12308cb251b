import { describe, expect, it } from 'vitest';

import { addAuthenticatorApp } from './authenticator-app.js';
import { NAME, openTestDoor, PASSWORD, signUp, type Door } from './door.js';
import { Visitor, type Page } from './visitor.js';

const SESSION = '__Host-id';
const WAITING = '__Host-second-factor';
const CREDENTIALS = { name: NAME, password: PASSWORD };

async function openDoorWithApp() {
  const door = await openTestDoor();
  await signUp(door);
  return { door, app: await addAuthenticatorApp(door) };
}

/** Somebody who has given the password. */
async function beginSignIn(door: Door, fields: Readonly<Record<string, string>> = {}) {
  const visitor = new Visitor(door.app);
  const page = await visitor.post('/sign-in', { ...CREDENTIALS, ...fields });
  expect([page.status, page.location]).toEqual([303, '/sign-in/second']);
  return visitor;
}

function give(visitor: Visitor, proof: string, code: string): Promise<Page> {
  return visitor.post('/sign-in/second', { proof, code });
}

describe('the second step', () => {
  it('lets nobody in before it, by any page (6.3.4)', async () => {
    const { door } = await openDoorWithApp();
    const visitor = await beginSignIn(door);
    expect(visitor.jar.has(WAITING)).toBe(true);
    expect(visitor.jar.has(SESSION)).toBe(false);
    for (const path of ['/', '/devices', '/password', '/confirm?action=end-others'])
      expect((await visitor.get(path)).location).toMatch(/^\/sign-in/);
    visitor.jar.set(SESSION, visitor.jar.get(WAITING) ?? '');
    expect((await visitor.get('/')).location).toMatch(/^\/sign-in/);
  });

  it('leads to where the first one was to lead, with a session that two factors made', async () => {
    const { door, app } = await openDoorWithApp();
    const visitor = await beginSignIn(door, { return_to: '/devices?a=b' });
    const page = await visitor.get('/sign-in/second');
    expect(page.text).toContain('autocomplete="one-time-code"');
    expect(page.text).not.toContain(NAME);
    const done = await give(visitor, 'totp', app.nextCode());
    expect([done.status, done.location]).toEqual([303, '/devices?a=b']);
    expect((await visitor.get('/devices?a=b')).status).toBe(200);
    expect([...visitor.jar.keys()].toSorted()).toEqual(['__Host-device', SESSION]);
    const userId = (await door.accounts.findUserId(NAME)) ?? '';
    const sessions = await door.sessions.list(userId);
    const kinds = sessions.map(({ factors }) => factors.map(({ kind }) => kind).join(' '));
    expect(kinds).toContain('password totp');
  });

  it.each(['//evil.example', '/\\evil.example', 'https://evil.example'])(
    'never leads to %s, whatever the cookie says (3.7.2)',
    async (path) => {
      const { door, app } = await openDoorWithApp();
      const visitor = await beginSignIn(door, { return_to: path });
      visitor.jar.set('__Host-return-to', Buffer.from(path).toString('base64url'));
      expect((await give(visitor, 'totp', app.nextCode())).location).toBe('/');
    },
  );

  it('takes a recovery code once', async () => {
    const { door, app } = await openDoorWithApp();
    const [code = ''] = app.recoveryCodes;
    const visitor = await beginSignIn(door);
    const page = await visitor.get('/sign-in/second?proof=recovery-code');
    expect(page.text).toContain('name="proof" value="recovery-code"');
    expect((await give(visitor, 'recovery-code', code)).location).toBe('/');
    const again = await give(await beginSignIn(door), 'recovery-code', code);
    expect(again.status).toBe(401);
    expect(again.text).toContain('This is none of your recovery codes, or it was used already.');
  });

  it('opens once for one code, however often it is sent at once (6.5.1)', async () => {
    const { door, app } = await openDoorWithApp();
    const visitor = await beginSignIn(door);
    const code = app.nextCode();
    const twins = [0, 1].map(() => {
      const twin = new Visitor(door.app);
      for (const [name, value] of visitor.jar) twin.jar.set(name, value);
      return twin;
    });
    const pages = await Promise.all(twins.map((twin) => give(twin, 'totp', code)));
    expect(twins.filter(({ jar }) => jar.has(SESSION))).toHaveLength(1);
    expect(pages.map(({ location }) => location)).toContain('/');
  });

  it('says beside the field what is wrong, and never shows the code again', async () => {
    const { door, app } = await openDoorWithApp();
    const visitor = await beginSignIn(door);
    const cases = [
      ['', 422, 'Enter the code that your app shows.'],
      ['12345', 400, 'A code is six digits.'],
      [app.code(), 401, 'This code is not right, or it was used already.'],
    ] as const;
    for (const [code, status, words] of cases) {
      const page = await give(visitor, 'totp', code);
      expect(page.status).toBe(status);
      expect(page.text).toContain(words);
      expect(page.text).toMatch(/<input id="code"[^>]*autofocus[^>]*aria-describedby="code-error/);
      expect(page.text).not.toContain(`value="${code || 'none'}"`);
    }
    expect(visitor.jar.has(SESSION)).toBe(false);
  });

  it('is slowed down by itself, whatever browser it comes from (G40)', async () => {
    const { door } = await openDoorWithApp();
    const statuses: number[] = [];
    for (let tries = 0; tries < 8; tries += 1) {
      const visitor = await beginSignIn(door);
      const page = await give(visitor, 'totp', '000000');
      statuses.push(page.status);
      if (page.status === 429) expect(Number(page.headers.get('retry-after'))).toBeGreaterThan(0);
    }
    expect(statuses[0]).toBe(401);
    expect(statuses.at(-1)).toBe(429);
  });

  it('is over after ten minutes, and with it where it was to lead', async () => {
    const { door, app } = await openDoorWithApp();
    const visitor = await beginSignIn(door, { return_to: '/devices' });
    door.clock.advance(10 * 60_000);
    const page = await give(visitor, 'totp', app.nextCode());
    expect(page.location).toBe('/sign-in?return_to=%2Fdevices&notice=took-too-long');
    expect((await visitor.get(page.location ?? '')).text).toContain('Sign in again.');
    expect(visitor.jar.has('__Host-return-to')).toBe(false);
  });

  it('asks for nothing where no sign-in waits', async () => {
    const door = await openTestDoor();
    const visitor = new Visitor(door.app);
    for (const page of [await visitor.get('/sign-in/second'), await give(visitor, 'totp', '1')])
      expect(page.location).toBe('/sign-in?notice=took-too-long');
  });

  it('is refused when the account was changed since the first one', async () => {
    const { door, app } = await openDoorWithApp();
    const visitor = await beginSignIn(door, { return_to: '/devices' });
    await door.sessions.endUser((await door.accounts.findUserId(NAME)) ?? '');
    const page = await give(visitor, 'totp', app.nextCode());
    expect(page.location).toBe('/sign-in?return_to=%2Fdevices&notice=changed');
    expect(visitor.jar.has(SESSION)).toBe(false);
  });

  it('shows another way for one that the account does not have', async () => {
    const { door } = await openDoorWithApp();
    const visitor = await beginSignIn(door);
    for (const proof of ['passkey', 'password', 'email', '%22%3E%3Ci%3E']) {
      const page = await visitor.get(`/sign-in/second?proof=${proof}`);
      expect(page.text).toContain('name="proof" value="totp"');
    }
    const page = await visitor.post('/sign-in/second', { proof: 'password', password: PASSWORD });
    expect(page.text).toContain('name="proof" value="totp"');
    expect(visitor.jar.has(SESSION)).toBe(false);
  });

  it('can be given up', async () => {
    const { door, app } = await openDoorWithApp();
    const visitor = await beginSignIn(door, { return_to: '/devices' });
    const copy = visitor.jar.get(WAITING) ?? '';
    expect((await visitor.post('/sign-in/cancel')).location).toBe('/sign-in?return_to=%2Fdevices');
    expect(visitor.jar.size).toBe(0);
    visitor.jar.set(WAITING, copy);
    expect((await give(visitor, 'totp', app.nextCode())).location).toMatch(/^\/sign-in/);
  });

  it('keeps "keep me signed in" from the first one', async () => {
    const { door, app } = await openDoorWithApp();
    const visitor = await beginSignIn(door, { remember: 'yes' });
    const page = await give(visitor, 'totp', app.nextCode());
    const cookie = page.headers.getSetCookie().find((line) => line.startsWith(SESSION));
    expect(cookie).toContain(`Max-Age=${30 * 24 * 3600};`);
  });
});
