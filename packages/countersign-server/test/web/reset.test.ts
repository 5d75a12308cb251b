import { CountersignError } from 'countersign';
import { describe, expect, it } from 'vitest';

import { addAuthenticatorApp } from './authenticator-app.js';
import {
  linkIn,
  NAME,
  openTestDoor,
  OTHER_PASSWORD,
  PASSWORD,
  signIn,
  signUp,
  type Door,
} from './door.js';
import { Visitor, type Page } from './visitor.js';

const FINISH = '/forgot/finish';

async function ask(door: Door, visitor: Visitor, fields: Record<string, string> = {}) {
  const page = await visitor.post('/forgot', { address: NAME, ...fields });
  expect([page.status, page.location]).toEqual([303, '/forgot/sent']);
  await door.flows.settled();
  return linkIn(door.mails.at(-1));
}

function choose(visitor: Visitor, password = OTHER_PASSWORD, repeated = password): Promise<Page> {
  return visitor.post(FINISH, { password, repeated });
}

describe('a password that was forgotten', () => {
  it('is set anew behind a link, signs nobody in, and ends every session (G73, G74)', async () => {
    const door = await openTestDoor();
    const owner = await signUp(door);
    const visitor = new Visitor(door.app);
    const link = await ask(door, visitor, { return_to: '/devices' });
    // Nothing has happened yet (G62).
    expect((await owner.get('/')).status).toBe(200);
    expect((await visitor.get(link)).location).toBe(FINISH);
    expect((await visitor.get(FINISH)).text).toContain('Choose a new password');
    const page = await choose(visitor);
    expect(page.location).toBe('/sign-in?return_to=%2Fdevices&notice=password-changed');
    expect(visitor.jar.has('__Host-id')).toBe(false);
    expect((await visitor.get(page.location ?? '')).text).toContain('Sign in with the new one.');
    expect((await owner.get('/')).location).toMatch(/^\/sign-in/);
    const old = await visitor.post('/sign-in', { name: NAME, password: PASSWORD });
    expect(old.status).toBe(401);
    expect((await signIn(door, { password: OTHER_PASSWORD })).jar.has('__Host-id')).toBe(true);
  });

  it('ends the session of this browser too', async () => {
    const door = await openTestDoor();
    const owner = await signUp(door);
    const page = await owner.get('/forgot');
    expect(page.status).toBe(200);
    await owner.get(await ask(door, owner));
    const done = await choose(owner);
    expect(done.location).toBe('/sign-in?notice=password-changed');
    expect((await owner.get(done.location ?? '')).status).toBe(200);
  });

  it('says where it can be set anew after all, when that was cut off in the middle', async () => {
    const door = await openTestDoor();
    const owner = await signUp(door);
    const visitor = new Visitor(door.app);
    await visitor.get(await ask(door, visitor));
    const { endUser } = door.sessions;
    door.sessions.endUser = () =>
      Promise.reject(new CountersignError('store-unavailable', 'The store is down'));
    expect((await choose(visitor)).status).toBe(503);
    door.sessions.endUser = endUser;
    expect((await owner.get('/security')).text).toContain('Your password is not accepted any more');
    const change = { current: PASSWORD, password: OTHER_PASSWORD, repeated: OTHER_PASSWORD };
    const page = await owner.post('/password', change);
    expect(page.status).toBe(422);
    expect(page.text).toContain('or it is closed. Your security page says what to do.');
    await owner.get(await ask(door, owner));
    expect((await choose(owner)).location).toBe('/sign-in?notice=password-changed');
    expect((await signIn(door, { password: OTHER_PASSWORD })).jar.has('__Host-id')).toBe(true);
  });

  it('takes no second step away (6.4.3)', async () => {
    const door = await openTestDoor();
    await signUp(door);
    const app = await addAuthenticatorApp(door);
    const visitor = new Visitor(door.app);
    await visitor.get(await ask(door, visitor));
    expect((await choose(visitor)).status).toBe(303);
    const first = await visitor.post('/sign-in', { name: NAME, password: OTHER_PASSWORD });
    expect([first.location, visitor.jar.has('__Host-id')]).toEqual(['/sign-in/second', false]);
    const done = await visitor.post('/sign-in/second', { proof: 'totp', code: app.nextCode() });
    expect(done.location).toBe('/');
  });

  it('is for the last link only, and for none after a change of the password (G65, G68)', async () => {
    const door = await openTestDoor();
    await signUp(door);
    const visitor = new Visitor(door.app);
    const first = await ask(door, visitor);
    const second = await ask(door, visitor);
    await visitor.get(first);
    expect((await visitor.get(FINISH)).status).toBe(410);
    await visitor.get(second);
    expect((await choose(visitor)).status).toBe(303);
    await visitor.get(second);
    expect((await visitor.get(FINISH)).status).toBe(410);
    expect((await choose(visitor)).status).toBe(410);
  });

  it('has half an hour (G67)', async () => {
    const door = await openTestDoor();
    await signUp(door);
    const visitor = new Visitor(door.app);
    await visitor.get(await ask(door, visitor));
    door.clock.advance(30 * 60_000);
    expect((await choose(visitor)).status).toBe(410);
    await signIn(door);
  });

  it('follows the rules of new ones, and a refusal leaves the link good (G72)', async () => {
    const door = await openTestDoor();
    await signUp(door);
    const visitor = new Visitor(door.app);
    await visitor.get(await ask(door, visitor));
    const short = await choose(visitor, 'short');
    expect(short.status).toBe(422);
    expect(short.text).toContain('at least 15 characters');
    const different = await choose(visitor, OTHER_PASSWORD, PASSWORD);
    expect([different.status, different.text.includes('id="repeated-error"')]).toEqual([422, true]);
    const both = await choose(visitor, 'short', 'shorter');
    expect(both.status).toBe(422);
    expect(both.text).toContain('at least 15 characters');
    expect(both.text).toContain('id="repeated-error"');
    expect((await choose(visitor)).status).toBe(303);
  });

  it('asks for 15 characters, and tells password managers the address and not what one is called', async () => {
    const door = await openTestDoor();
    const owner = await signUp(door);
    const named = await owner.post('/profile/name', { display_name: 'Ada King' });
    expect(named.status).toBe(303);
    expect((await owner.get('/profile')).text).toContain('Ada King');
    const visitor = new Visitor(door.app);
    await visitor.get(await ask(door, visitor));
    const page = await visitor.get(FINISH);
    expect(page.text).toContain('Use at least 15 characters.');
    expect(page.text).toMatch(/data-least="15"/);
    expect(page.text).toMatch(new RegExp(`autocomplete="username"[^>]*value="${NAME}"`));
    expect(page.text).not.toContain('Ada King');
  });

  it('asks for eight characters where there is a second step (G20, G21)', async () => {
    const door = await openTestDoor();
    await signUp(door);
    await addAuthenticatorApp(door);
    const visitor = new Visitor(door.app);
    await visitor.get(await ask(door, visitor));
    const page = await visitor.get(FINISH);
    expect(page.text).toContain('Use at least 8 characters.');
    expect(page.text).toMatch(/data-least="8"/);
    expect((await choose(visitor, 'nine char')).status).toBe(303);
  });

  it('says the same for addresses that are known, unknown, not verified, and of who is disabled (G60)', async () => {
    const door = await openTestDoor();
    await signUp(door);
    await signUp(door, { name: 'bob@example.org' });
    const bob = (await door.accounts.findUserId('bob@example.org')) ?? '';
    await door.accounts.setStatus(bob, { status: 'disabled' });
    const sent = door.mails.length;
    const answers = [];
    for (const address of [NAME, 'eve@example.org', 'bob@example.org']) {
      const visitor = new Visitor(door.app);
      const pages = [await visitor.post('/forgot', { address }), await visitor.get('/forgot/sent')];
      const encoded = Buffer.from(address).toString('base64url');
      const told = pages.map(({ status, headers, text }) => ({
        status,
        headers: [...headers].map(([name, value]) => [name, value.replaceAll(encoded, '***')]),
        text: text.replaceAll(address, '***'),
      }));
      answers.push(told);
    }
    const [known, ...others] = answers;
    for (const answer of others) expect(answer).toEqual(known);
    await door.flows.settled();
    expect(door.mails.slice(sent).map(({ to, kind }) => [to, kind])).toEqual([[NAME, 'reset']]);
  });

  it('has its link made of the configured origin, whatever the request says (G69)', async () => {
    const door = await openTestDoor();
    await signUp(door);
    const visitor = new Visitor(door.app);
    await visitor.send('/forgot', {
      method: 'POST',
      headers: {
        'sec-fetch-site': 'same-origin',
        'x-forwarded-host': 'evil.example',
        forwarded: 'host=evil.example',
      },
      body: new URLSearchParams({ address: NAME }),
    });
    await door.flows.settled();
    const mail = door.mails.at(-1);
    expect(mail?.kind).toBe('reset');
    expect(mail?.text).toContain('http://localhost:4180/forgot/finish?token=');
    expect(`${mail?.text} ${mail?.html}`).not.toContain('evil.example');
  });
});
