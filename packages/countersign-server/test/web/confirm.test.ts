import { describe, expect, it } from 'vitest';

import { askedIn } from './asked-in.js';
import { NAME, openTestDoor, PASSWORD, signIn, signUp, type Door } from './door.js';
import { holdableHasher } from './holdable-hasher.js';
import type { Visitor } from './visitor.js';

const MINUTE = 60_000;
const PROOF = { proof: 'password', password: PASSWORD };

/** Somebody with another device, who has signed in a while ago and wants to end it. */
async function asking(): Promise<{ door: Door; here: Visitor; there: Visitor; asked: string }> {
  const door = await openTestDoor();
  const there = await signUp(door);
  const here = await signIn(door);
  door.clock.advance(10 * MINUTE);
  const { location } = await here.post('/devices/end-others');
  return { door, here, there, asked: askedIn(location) };
}

describe('confirming who one is (A44; ASVS 7.5.1, 7.5.2)', () => {
  it('takes the password again, and gives a new session with the proof (7.2.4)', async () => {
    const { here, there, asked } = await asking();
    const page = await here.get(`/confirm?asked=${asked}`);
    expect(page.text).toContain('Your password is needed to sign out all your other devices.');
    expect(page.text).toContain(`name="asked" value="${asked}"`);
    const before = here.jar.get('__Host-id');
    expect((await here.post('/confirm', { asked, ...PROOF })).location).toBe('/devices');
    expect(here.jar.get('__Host-id')).not.toBe(before);
    expect((await there.get('/')).status).toBe(303);
  });

  it.each([
    ['a wrong one', 401, 'This is not your password.'],
    ['', 422, 'Enter your password.'],
    ['x'.repeat(1_025), 400, 'No password is like that.'],
  ])('does nothing for %j', async (password, status, words) => {
    const { here, there, asked } = await asking();
    const page = await here.post('/confirm', { asked, proof: 'password', password });
    expect(page.status).toBe(status);
    expect(page.text).toContain(words);
    expect(page.text).toContain(`name="asked" value="${asked}"`);
    expect((await there.get('/')).status).toBe(200);
  });

  it('counts wrong passwords like a sign-in (G52)', async () => {
    const { here, there, asked } = await asking();
    const wrong = { asked, proof: 'password', password: 'a wrong one' };
    for (let tries = 0; tries < 5; tries += 1) await here.post('/confirm', wrong);
    const page = await here.post('/confirm', { asked, ...PROOF });
    expect(page.status).toBe(429);
    expect(page.headers.get('retry-after')).toBe('1');
    expect((await there.get('/')).status).toBe(200);
  });

  it('confirms nothing that this session did not ask for itself', async () => {
    const { door, here, there, asked } = await asking();
    const other = await signIn(door);
    door.clock.advance(10 * MINUTE);
    for (const query of ['', '?asked=', '?asked=x', '?action=end-others', '?asked=__proto__'])
      expect((await here.get(`/confirm${query}`)).location).toBe('/security');
    expect((await other.get(`/confirm?asked=${asked}`)).location).toBe('/security');
    expect((await other.post('/confirm', { asked, ...PROOF })).location).toBe('/security');
    expect((await here.post('/confirm', { asked: '', ...PROOF })).location).toBe('/security');
    expect((await there.get('/')).status).toBe(200);
  });

  it('takes no answer for something that was asked for in another tab later', async () => {
    const { here, there, asked } = await asking();
    const later = askedIn((await here.post('/devices/end-others')).location);
    expect((await here.post('/confirm', { asked, ...PROOF })).location).toBe('/security');
    expect((await there.get('/')).status).toBe(200);
    expect((await here.post('/confirm', { asked: later, ...PROOF })).location).toBe('/devices');
  });

  it('does what was asked for once', async () => {
    const { here, asked } = await asking();
    await here.post('/confirm', { asked, ...PROOF });
    expect((await here.post('/confirm', { asked, ...PROOF })).location).toBe('/security');
  });

  it('does nothing by opening the page, even when the proof is fresh', async () => {
    const { here, there } = await asking();
    const later = await here.post('/devices/end-others');
    // Proved in another tab: by a change of the password, which is a proof too.
    const change = { current: PASSWORD, password: 'nine quiet lamps in rain' };
    await here.post('/password', { ...change, repeated: change.password });
    const page = await here.get(later.location ?? '');
    expect(page.location).toBe('/devices');
    expect((await here.get('/devices')).text).toContain('it is you. Now go on.');
    expect((await there.get('/')).status).toBe(200);
  });

  it('asks again for a proof that is none', async () => {
    const { here, there, asked } = await asking();
    for (const proof of ['', 'email', '__proto__', 'constructor']) {
      const page = await here.post('/confirm', { ...PROOF, asked, proof });
      expect([page.status, page.location]).toEqual([200, null]);
      expect(page.text).toContain('Confirm it is you');
    }
    expect((await there.get('/')).status).toBe(200);
  });

  it('is refused when something was ended while the password was being checked', async () => {
    const { hasher, hold } = holdableHasher();
    const door = await openTestDoor({ hasher });
    const here = await signUp(door);
    const userId = (await door.accounts.findUserId(NAME)) ?? '';
    const [session] = await door.sessions.list(userId);
    door.clock.advance(10 * MINUTE);
    const { location } = await here.post('/devices/end-others');
    const held = hold();
    const confirming = here.post('/confirm', { asked: askedIn(location), ...PROOF });
    await held.isReached;
    await door.sessions.endUser(userId, session === undefined ? {} : { except: session.id });
    held.release();
    expect((await confirming).location).toBe('/sign-in?notice=ended');
    expect((await here.get('/')).status).toBe(200);
  });
});
