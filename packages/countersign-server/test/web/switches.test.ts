// What an operator can switch: links that sign in (ASVS 6.3.6), and the look at breached passwords
// (ASVS 6.2.12).

import { describe, expect, it } from 'vitest';

import { linkIn, NAME, openTestDoor, PASSWORD, signUp } from './door.js';
import { Visitor } from './visitor.js';

describe('--no-sign-in-links (ASVS 6.3.6)', () => {
  it('offers no link, and knows none of its paths', async () => {
    const door = await openTestDoor({ hasSignInLinks: false });
    const visitor = new Visitor(door.app);
    expect((await visitor.get('/sign-in')).text).not.toContain('/sign-in/link');
    for (const path of ['/sign-in/link', '/sign-in/link/sent', '/sign-in/link/open'])
      expect((await visitor.get(path)).status).toBe(404);
    expect((await visitor.post('/sign-in/link', { address: NAME })).status).toBe(404);
    await door.flows.settled();
    expect(door.mails).toEqual([]);
  });

  it('leaves mail what else it is for', async () => {
    const door = await openTestDoor({ hasSignInLinks: false });
    const ada = await signUp(door);
    expect((await ada.get('/')).status).toBe(200);
    await new Visitor(door.app).post('/forgot', { address: NAME });
    await door.flows.settled();
    expect(linkIn(door.mails.at(-1))).toContain('/forgot/finish?token=');
  });

  it('is not the default', async () => {
    const door = await openTestDoor();
    expect((await new Visitor(door.app).get('/sign-in')).text).toContain('/sign-in/link');
  });
});

describe('--breach-check (ASVS 6.2.12; G31)', () => {
  it('asks about each new password, and refuses one that is known', async () => {
    const asked: string[] = [];
    const door = await openTestDoor({
      screen: (password) => {
        asked.push(password);
        return Promise.resolve(password === PASSWORD ? 'unknown' : 'known');
      },
    });
    const ada = await signUp(door);
    const next = 'a password out of some breach';
    const change = { current: PASSWORD, password: next, repeated: next };
    const page = await ada.post('/password', change);
    expect(page.status).toBe(422);
    expect(page.text).toContain('Choose another one.');
    expect(asked).toEqual([PASSWORD, next]);
  });
});
