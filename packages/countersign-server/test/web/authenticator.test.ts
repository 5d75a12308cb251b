import { describe, expect, it } from 'vitest';

import { askedIn } from './asked-in.js';
import { codeAt } from '../one-time-code.js';
import { addAuthenticatorApp } from './authenticator-app.js';
import { openTestDoor, PASSWORD, signIn, signUp, type Door } from './door.js';
import type { Page, Visitor } from './visitor.js';

const PATH = '/security/authenticator';
const REMOVE = '/security/authenticator/remove';
const MINUTE = 60_000;

interface SetUp {
  readonly token: string;
  readonly secret: string;
}

/** What the page shows, and its form carries. */
function setUpOn(page: Page): SetUp {
  const token = /name="token" value="([^"]+)"/.exec(page.text)?.[1];
  const secret = /<code>([A-Z2-7 ]+)<\/code>/.exec(page.text)?.[1]?.replaceAll(' ', '');
  if (token === undefined || secret === undefined) throw new Error('No set-up on the page');
  return { token, secret };
}

function codeNow(door: Door, secret: string): string {
  return codeAt(secret, door.clock.now());
}

async function addApp(door: Door, visitor: Visitor, box = {}): Promise<Page> {
  const { token, secret } = setUpOn(await visitor.get(PATH));
  return visitor.post(PATH, { token, code: codeNow(door, secret), ...box });
}

describe('setting up an authenticator app', () => {
  it('shows a QR code and the same to type, and recovery codes once after the first code', async () => {
    const door = await openTestDoor();
    const visitor = await signUp(door);
    const page = await visitor.get(PATH);
    expect(page.status).toBe(200);
    expect(page.text).toContain('aria-label="QR code for your authenticator app"');
    expect(page.headers.get('cache-control')).toBe('no-store');
    const { token, secret } = setUpOn(page);
    expect(secret).toMatch(/^[A-Z2-7]{32}$/);

    const done = await visitor.post(PATH, { token, code: codeNow(door, secret) });
    expect(done.status).toBe(200);
    expect(done.text).toContain('Your authenticator app is on.');
    const codes = [...done.text.matchAll(/<li><code>([^<]+)<\/code>/g)].map(([, code]) => code);
    expect(new Set(codes).size).toBe(10);
    // A link that holds the file itself: no script is needed to keep it.
    const file = /href="data:text\/plain;charset=utf-8,([^"]+)" download="[\w-]+\.txt"/.exec(
      done.text,
    )?.[1];
    for (const code of codes) expect(decodeURIComponent(file ?? '')).toContain(code);

    const again = await visitor.post(PATH, { token, code: codeNow(door, secret) });
    expect(again.location).toBe(PATH);
    const security = await visitor.get('/security');
    for (const code of codes) expect(security.text).not.toContain(code);
    expect(security.text).toContain('10 left');
  });

  it('then asks for it at sign-in', async () => {
    const door = await openTestDoor();
    await addApp(door, await signUp(door));
    const other = await signIn(door);
    expect((await other.get('/')).status).toBe(303);
    expect((await other.get('/sign-in/second')).text).toContain('name="proof" value="totp"');
  });

  it.each([
    ['', 422, 'Enter the code that your app shows.'],
    ['000000', 422, 'This code is not right'],
    ['12 34', 400, 'A code is six digits.'],
  ])('shows the same secret again after the code %j', async (code, status, words) => {
    const door = await openTestDoor();
    const visitor = await signUp(door);
    const { token, secret } = setUpOn(await visitor.get(PATH));
    const page = await visitor.post(PATH, { token, code, end_others: 'yes' });
    expect(page.status).toBe(status);
    expect(page.text).toContain(words);
    expect(page.text).toMatch(/<input id="end_others"[^>]*checked/);
    expect(setUpOn(page)).toEqual({ token, secret });
    const done = await visitor.post(PATH, { token, code: codeNow(door, secret) });
    expect(done.text).toContain('Your recovery codes');
  });

  it('counts wrong codes (G52)', async () => {
    const door = await openTestDoor();
    const visitor = await signUp(door);
    const { token } = setUpOn(await visitor.get(PATH));
    const statuses: number[] = [];
    for (let tries = 0; tries < 7; tries += 1)
      statuses.push((await visitor.post(PATH, { token, code: '000000' })).status);
    expect(statuses.slice(0, 5)).toEqual([422, 422, 422, 422, 422]);
    expect(statuses.at(-1)).toBe(429);
  });

  it('begins anew when it was left for too long', async () => {
    const door = await openTestDoor();
    const visitor = await signUp(door);
    const { token, secret } = setUpOn(await visitor.get(PATH));
    for (const sent of [
      { token: 'x', secret },
      { token: '', secret },
    ]) {
      const page = await visitor.post(PATH, { token: sent.token, code: codeNow(door, secret) });
      expect(page.location).toBe(PATH);
    }
    const anew = await visitor.get(PATH);
    expect(anew.text).toContain('That took too long');
    expect(setUpOn(anew).secret).not.toBe(secret);
    // The page before is worthless by then.
    const late = await visitor.post(PATH, { token, code: codeNow(door, secret) });
    expect(late.location).toBe(PATH);
  });

  it('takes a fresh proof first, and leads to the page then (7.5.1)', async () => {
    const door = await openTestDoor();
    const visitor = await signUp(door);
    const { token, secret } = setUpOn(await visitor.get(PATH));
    door.clock.advance(10 * MINUTE);
    const late = await visitor.post(PATH, { token, code: codeNow(door, secret) });
    const asked = askedIn(late.location);
    expect((await visitor.get(late.location ?? '')).text).toContain('set up an authenticator app');
    const fields = { asked, proof: 'password', password: PASSWORD };
    expect((await visitor.post('/confirm', fields)).location).toBe(PATH);
    expect((await visitor.get(PATH)).text).toContain('it is you. Now go on.');
  });

  it('ends the other sessions when asked to (7.4.3)', async () => {
    const door = await openTestDoor();
    const there = await signUp(door);
    const here = await signIn(door);
    expect((await here.get(PATH)).text).toMatch(/<input id="end_others"(?![^>]*checked)/);
    await addApp(door, here, { end_others: 'yes' });
    expect((await here.get('/')).status).toBe(200);
    expect((await there.get('/')).status).toBe(303);
  });
});

describe('removing an authenticator app', () => {
  it('says what follows, and does it by a form only', async () => {
    const door = await openTestDoor();
    const visitor = await signUp(door);
    expect((await visitor.get(REMOVE)).location).toBe('/security');
    await addApp(door, visitor);
    expect((await visitor.get(PATH)).location).toBe(REMOVE);
    const sure = await visitor.get(REMOVE);
    expect(sure.text).toContain('Then your password alone opens your account');
    expect((await visitor.get('/security')).text).toContain('10 left');
    expect((await visitor.post(REMOVE)).location).toBe('/security');
    const security = await visitor.get('/security');
    expect(security.text).toContain('Your authenticator app is removed.');
    expect(security.text).toContain('href="/security/authenticator"');
    expect((await (await signIn(door)).get('/')).status).toBe(200);
  });

  it('waits for both factors when none is fresh, and then does it (7.5.1)', async () => {
    const door = await openTestDoor();
    const visitor = await signUp(door);
    const there = await signIn(door);
    const app = await addAuthenticatorApp(door);
    door.clock.advance(10 * MINUTE);
    const { location } = await visitor.post(REMOVE, { end_others: 'yes' });
    const asked = askedIn(location);
    const question = await visitor.get(location ?? '');
    expect(question.text).toContain('remove your authenticator app');
    expect(question.text).toContain('name="proof" value="password"');

    const half = await visitor.post('/confirm', { asked, proof: 'password', password: PASSWORD });
    expect(half.location).toBe(location);
    const second = await visitor.get(location ?? '');
    expect(second.text).toContain('aria-label="Given already"');
    expect(second.text).toContain('name="proof" value="totp"');
    expect(second.text).toContain(`href="/confirm?asked=${asked}&amp;proof=recovery-code"`);
    expect((await visitor.get('/security')).text).toContain('10 left');

    const wrong = await visitor.post('/confirm', { asked, proof: 'totp', code: '000000' });
    expect([wrong.status, wrong.text.includes('This code is not right')]).toEqual([401, true]);
    const done = await visitor.post('/confirm', { asked, proof: 'totp', code: app.nextCode() });
    expect(done.location).toBe('/security');
    expect((await visitor.get('/security')).text).toContain('Your authenticator app is removed.');
    expect((await there.get('/')).status).toBe(303);
  });

  it('takes a recovery code for the second proof', async () => {
    const door = await openTestDoor();
    const visitor = await signUp(door);
    const app = await addAuthenticatorApp(door);
    door.clock.advance(10 * MINUTE);
    const { location } = await visitor.post(REMOVE);
    const asked = askedIn(location);
    await visitor.post('/confirm', { asked, proof: 'password', password: PASSWORD });
    const page = await visitor.get(`${location}&proof=recovery-code`);
    expect(page.text).toContain('A recovery code is needed to remove your authenticator app.');
    const code = app.recoveryCodes[0] ?? '';
    const done = await visitor.post('/confirm', { asked, proof: 'recovery-code', code });
    expect(done.location).toBe('/security');
  });
});
