import { describe, expect, it } from 'vitest';

import { addAuthenticatorApp } from './authenticator-app.js';
import { NAME, openTestDoor, PASSWORD, signUp } from './door.js';
import { Visitor } from './visitor.js';

const PAGES = [
  '/',
  '/activity',
  '/confirm?asked=x',
  '/devices',
  '/password',
  '/profile',
  '/profile/delete',
  '/security',
  '/security/authenticator',
  '/security/authenticator/remove',
  '/security/passkeys',
  '/security/passkeys/remove?id=x',
  '/security/providers',
  '/security/recovery-codes',
];

const FORMS = [
  ['/confirm', '/security'],
  ['/confirm/begin', '/security'],
  ['/confirm/provider', '/security'],
  ['/confirm/sign-in-again', '/security'],
  ['/devices/end', '/devices'],
  ['/devices/end-others', '/devices'],
  ['/password', '/password'],
  ['/profile/addresses/add', '/profile'],
  ['/profile/addresses/make-primary', '/profile'],
  ['/profile/addresses/remove', '/profile'],
  ['/profile/addresses/resend', '/profile'],
  ['/profile/delete', '/profile'],
  ['/profile/name', '/profile'],
  ['/security/authenticator', '/security/authenticator'],
  ['/security/authenticator/remove', '/security/authenticator'],
  ['/security/passkeys/add', '/security/passkeys'],
  ['/security/passkeys/begin', '/security/passkeys'],
  ['/security/passkeys/remove', '/security/passkeys'],
  ['/security/passkeys/rename', '/security/passkeys'],
  ['/security/providers/link', '/security/providers'],
  ['/security/providers/unlink', '/security/providers'],
  ['/security/recovery-codes', '/security/recovery-codes'],
] as const;

describe('the security page', () => {
  it('advises a second factor, and says when nothing is missing', async () => {
    const door = await openTestDoor();
    const visitor = await signUp(door);
    const alone = await visitor.get('/security');
    expect(alone.text).toContain('Only your password stands between others and your account.');
    expect((await visitor.get('/')).text).toContain('One thing to look at');
    await addAuthenticatorApp(door);
    const safe = await visitor.get('/security');
    expect(safe.text).toContain('Nothing is missing.');
    expect(safe.text).toContain('10 left');
    expect(safe.text).not.toContain('Sign-in services');
  });

  it('says that a password was closed after too many wrong ones (G40)', async () => {
    const door = await openTestDoor();
    const visitor = await signUp(door);
    const thief = new Visitor(door.app, { address: '198.51.100.7' });
    for (let tries = 0; tries < 100; tries += 1) {
      door.clock.advance(3_600_000);
      await thief.post('/sign-in', { name: NAME, password: 'a wrong one' });
    }
    // On a device that is known it works until then.
    await visitor.post('/sign-in', { name: NAME, password: PASSWORD });
    const { text } = await visitor.get('/security');
    expect(text).toContain('Too many wrong passwords were tried.');
    expect(text).toContain('>Closed<');
  });
});

describe('the pages behind the gate', () => {
  it.each(PAGES)('%s is for who is signed in, and answers everybody else alike', async (path) => {
    const door = await openTestDoor();
    const stranger = await new Visitor(door.app).get(path);
    expect([stranger.status, stranger.location?.split('?')[0]]).toEqual([303, '/sign-in']);
    const owner = await signUp(door);
    expect((await owner.get(path)).location ?? '').not.toMatch(/^\/sign-in/);
  });

  it.each(FORMS)('%s takes nothing from a visitor, who comes back to %s', async (path, place) => {
    const door = await openTestDoor();
    const page = await new Visitor(door.app).post(path, { id: 'x' });
    const query = new URLSearchParams({ return_to: place });
    expect([page.status, page.location]).toEqual([303, `/sign-in?${query.toString()}`]);
  });

  it.each(FORMS)('%s takes nothing that another site sends (csrf.md F11)', async (path) => {
    const visitor = await signUp(await openTestDoor());
    const page = await visitor.send(path, {
      method: 'POST',
      headers: { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' },
      body: new URLSearchParams({ id: 'x' }),
    });
    expect(page.status).toBe(403);
  });

  it('ends the session of an account that was disabled (7.4.2)', async () => {
    const door = await openTestDoor();
    const visitor = await signUp(door);
    const userId = (await door.accounts.findUserId(NAME)) ?? '';
    await door.flows.users.setStatus(userId, { status: 'disabled' });
    expect((await visitor.get('/security')).location).toMatch(/^\/sign-in/);
  });
});
