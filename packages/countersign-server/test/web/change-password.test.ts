import { describe, expect, it } from 'vitest';

import { NAME, openTestDoor, OTHER_PASSWORD, PASSWORD, signIn, signUp } from './door.js';
import { holdableHasher } from './holdable-hasher.js';
import { Visitor } from './visitor.js';

const CHANGE = { current: PASSWORD, password: OTHER_PASSWORD, repeated: OTHER_PASSWORD };

describe('changing the password (G36)', () => {
  it('makes the new one valid and the old one not', async () => {
    const door = await openTestDoor();
    const visitor = await signUp(door);
    const page = await visitor.post('/password', CHANGE);
    expect([page.status, page.location]).toEqual([303, '/security']);
    expect((await visitor.get('/security')).text).toContain('Your password is changed.');
    const attempt = (password: string) =>
      new Visitor(door.app).post('/sign-in', { name: NAME, password });
    expect((await attempt(PASSWORD)).status).toBe(401);
    expect((await attempt(OTHER_PASSWORD)).status).toBe(303);
  });

  it('gives this browser a new session, and ends the others when asked to (7.4.3)', async () => {
    const door = await openTestDoor();
    const here = await signUp(door);
    const there = await signIn(door);
    const before = here.jar.get('__Host-id');
    const copy = new Visitor(door.app);
    copy.jar.set('__Host-id', before ?? '');

    await here.post('/password', { ...CHANGE, end_others: 'yes' });
    expect(here.jar.get('__Host-id')).not.toBe(before);
    expect((await here.get('/')).text).toContain('all other devices are signed out');
    expect((await there.get('/')).status).toBe(303);
    expect((await copy.get('/')).status).toBe(303);
  });

  it('offers to end the others, and leaves them when that is not wanted', async () => {
    const door = await openTestDoor();
    const here = await signUp(door);
    const there = await signIn(door);
    const form = await here.get('/password');
    expect(form.text).toMatch(/<input id="end_others"[^>]*checked/);
    await here.post('/password', CHANGE);
    expect((await here.get('/')).text).toContain('Your other devices are still signed in.');
    expect((await there.get('/')).status).toBe(200);
  });

  it('asks for the current one (6.2.3)', async () => {
    const door = await openTestDoor();
    const visitor = await signUp(door);
    const page = await visitor.post('/password', { ...CHANGE, current: 'not the current one' });
    expect(page.status).toBe(422);
    expect(page.text).toContain('This is not your current password.');
    expect(page.text).toMatch(/<input id="current"[^>]*autofocus/);
    expect((await visitor.post('/password', { ...CHANGE, current: '' })).status).toBe(422);
    expect((await signIn(door)).jar.has('__Host-id')).toBe(true);
  });

  it.each([
    ['ended', { end_others: 'yes' }],
    ['left', {}],
  ])('refuses who has just checked the old one, when others are %s (7.4.3)', async (_, box) => {
    const { hasher, hold } = holdableHasher();
    const door = await openTestDoor({ hasher });
    const owner = await signUp(door);
    const held = hold();
    const thief = new Visitor(door.app);
    const entering = thief.post('/sign-in', { name: NAME, password: PASSWORD });
    await held.isReached;
    expect((await owner.post('/password', { ...CHANGE, ...box })).location).toBe('/security');
    held.release();
    const page = await entering;
    expect(page.status).toBe(401);
    expect(page.text).toContain('Your account was changed while you signed in.');
    expect(thief.jar.size).toBe(0);
    expect((await owner.get('/')).status).toBe(200);
  });

  it('signs out the others when asked to, even if this session could not be made anew', async () => {
    const { hasher, hold } = holdableHasher();
    const door = await openTestDoor({ hasher });
    const here = await signUp(door);
    const there = await signIn(door);
    const userId = (await door.accounts.findUserId(NAME)) ?? '';
    const held = hold();
    const changing = here.post('/password', { ...CHANGE, end_others: 'yes' });
    await held.isReached;
    await door.sessions.refuseEarlierSignIns(userId);
    held.release();
    expect((await changing).location).toBe('/sign-in?notice=password-changed');
    expect((await there.get('/')).status).toBe(303);
  });

  it('asks to sign in again when something was ended while the old one was being checked', async () => {
    const { hasher, hold } = holdableHasher();
    const door = await openTestDoor({ hasher });
    const visitor = await signUp(door);
    const userId = (await door.accounts.findUserId(NAME)) ?? '';
    const [session] = await door.sessions.list(userId);
    const held = hold();
    const changing = visitor.post('/password', CHANGE);
    await held.isReached;
    await door.sessions.endUser(userId, session === undefined ? {} : { except: session.id });
    held.release();
    expect((await changing).location).toBe('/sign-in?notice=password-changed');
  });

  it('counts wrong ones like a sign-in (G52)', async () => {
    const door = await openTestDoor();
    const visitor = await signUp(door);
    for (let tries = 0; tries < 5; tries += 1)
      await visitor.post('/password', { ...CHANGE, current: 'a wrong one' });
    const page = await visitor.post('/password', CHANGE);
    expect(page.status).toBe(429);
    expect(page.headers.get('retry-after')).toBe('1');
    door.clock.advance(1_000);
    expect((await visitor.post('/password', CHANGE)).status).toBe(303);
  });

  it('holds the new one against the rules, and the second field against the first', async () => {
    const door = await openTestDoor();
    const visitor = await signUp(door);
    const short = await visitor.post('/password', {
      ...CHANGE,
      password: 'short',
      repeated: 'short',
    });
    expect(short.text).toContain('at least 15 characters');
    expect(short.text).toMatch(/<input id="password"[^>]*autofocus/);
    const different = await visitor.post('/password', { ...CHANGE, repeated: 'x' });
    expect(different.text).toContain('This is not the same password.');
    for (const page of [short, different]) {
      expect(page.status).toBe(422);
      for (const secret of [PASSWORD, OTHER_PASSWORD]) expect(page.text).not.toContain(secret);
    }
  });

  it('keeps the box as it was when something has to be put right', async () => {
    const visitor = await signUp(await openTestDoor());
    const page = await visitor.post('/password', { ...CHANGE, current: '' });
    expect(page.text).not.toMatch(/<input id="end_others"[^>]*checked/);
  });

  it('names the account for password managers (G32)', async () => {
    const visitor = await signUp(await openTestDoor());
    const { text } = await visitor.get('/password');
    expect(text).toMatch(new RegExp(`autocomplete="username" value="${NAME}"`));
    expect(text).toMatch(/id="current"[^>]*autocomplete="current-password"/);
    expect(text.match(/autocomplete="new-password"/g)).toHaveLength(2);
  });
});
