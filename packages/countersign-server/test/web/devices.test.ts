import { describe, expect, it } from 'vitest';

import { askedIn } from './asked-in.js';
import { NAME, openTestDoor, PASSWORD, signIn, signUp, type Door } from './door.js';
import { CHROME, FIREFOX, type Page, type Visitor } from './visitor.js';

const MINUTE = 60_000;
const PROOF = { proof: 'password', password: PASSWORD };

/** The ids of the sessions that a devices page offers to end. */
function idsOn(page: Page): readonly string[] {
  return [...page.text.matchAll(/name="id" value="([\w-]+)"/g)].map(([, id = '']) => id);
}

async function isSignedIn(visitor: Visitor): Promise<boolean> {
  return (await visitor.get('/')).status === 200;
}

async function twoBrowsers(): Promise<{ door: Door; here: Visitor; there: Visitor }> {
  const door = await openTestDoor();
  const there = await signUp(door, { userAgent: FIREFOX });
  door.clock.advance(3 * MINUTE);
  return { door, here: await signIn(door), there };
}

describe('the devices page (A78, ASVS 7.5.2)', () => {
  it('shows where somebody is signed in, this device first, in words', async () => {
    const { here } = await twoBrowsers();
    const { text } = await here.get('/devices');
    const devices = text.split('<li class="card device').slice(1);
    expect(devices).toHaveLength(2);
    expect(devices[0]).toContain('Chrome on Linux');
    expect(devices[0]).toContain('This device');
    expect(devices[0]).toContain('Active now');
    expect(devices[1]).toContain('Firefox on Windows');
    expect(devices[1]).toMatch(/Last active <time datetime="[^"]+Z"[^>]*>3 minutes ago/);
    expect(devices[1]).toContain('192.0.2.1');
  });

  it('says so when there is no other device', async () => {
    const visitor = await signUp(await openTestDoor());
    const { text } = await visitor.get('/devices');
    expect(text).toContain('You are signed in nowhere else.');
    expect(text).not.toContain('Sign out all others');
  });

  it('ends another session, which is signed out at its next click', async () => {
    const { here, there } = await twoBrowsers();
    const [id = ''] = idsOn(await here.get('/devices'));
    expect((await here.post('/devices/end', { id })).location).toBe('/devices');
    expect((await here.get('/devices')).text).toContain('Firefox on Windows is signed out.');
    const page = await there.get('/devices');
    expect(page.location).toBe('/sign-in?return_to=%2Fdevices&notice=ended');
    expect((await there.get(page.location ?? '')).text).toContain('You were signed out here.');
  });

  it('ends all others and not this one', async () => {
    const { door, here, there } = await twoBrowsers();
    const third = await signIn(door, { remember: true });
    await here.post('/devices/end-others');
    expect(await isSignedIn(there)).toBe(false);
    expect(await isSignedIn(third)).toBe(false);
    expect(await isSignedIn(here)).toBe(true);
  });

  it.each([
    ['of somebody else', (ids: { bob: string }) => ids.bob],
    ['that is none', () => 'A'.repeat(24)],
    ['that is empty', () => ''],
    ['that is no id at all', () => '../../etc'],
  ])('ends no session %s', async (_name, choose) => {
    const { door, here, there } = await twoBrowsers();
    const bob = await signUp(door, { name: 'bob' });
    const [session] = await door.sessions.list((await door.accounts.findUserId('bob')) ?? '');
    await here.post('/devices/end', { id: choose({ bob: session?.id ?? '' }) });
    expect((await here.get('/devices')).text).toContain('That device was signed out already.');
    for (const visitor of [here, there, bob]) expect(await isSignedIn(visitor)).toBe(true);
    const [refusal] = door.entries.filter(({ outcome }) => outcome === 'refused');
    expect(refusal).toMatchObject({ event: 'end-sessions', reason: 'unknown-session' });
  });

  it('does not end this one, which is done by signing out', async () => {
    const { door, here } = await twoBrowsers();
    const sessions = await door.sessions.list((await door.accounts.findUserId(NAME)) ?? '');
    for (const { id } of sessions.filter(({ client }) => client.userAgent === CHROME))
      await here.post('/devices/end', { id });
    expect(await isSignedIn(here)).toBe(true);
  });

  it('is for who is signed in', async () => {
    const { there } = await twoBrowsers();
    there.jar.clear();
    for (const path of ['/devices/end', '/devices/end-others']) {
      const page = await there.post(path, { id: 'x' });
      expect([page.status, page.location]).toEqual([303, '/sign-in?return_to=%2Fdevices']);
    }
  });
});

describe('ending a session a while after signing in', () => {
  async function stale(): Promise<{ door: Door; here: Visitor; there: Visitor }> {
    const browsers = await twoBrowsers();
    browsers.door.clock.advance(10 * MINUTE);
    return browsers;
  }

  it('asks for the password first, and ends nothing before (ASVS 7.5.2)', async () => {
    const { door, here, there } = await stale();
    const [id = ''] = idsOn(await here.get('/devices'));
    const { location } = await here.post('/devices/end', { id });
    expect(location).toMatch(/^\/confirm\?asked=[\w-]{16}$/);
    expect(await isSignedIn(there)).toBe(true);
    const refusal = { event: 'end-sessions', outcome: 'refused', reason: 'step-up-needed' };
    expect(door.entries.at(-1)).toMatchObject({ level: 'info', ...refusal, address: '192.0.2.1' });
    const question = await here.get(location ?? '');
    expect(question.text).toContain('Your password is needed to sign out Firefox on Windows.');

    const done = await here.post('/confirm', { asked: askedIn(location), ...PROOF });
    expect(done.location).toBe('/devices');
    expect((await here.get('/devices')).text).toContain('Firefox on Windows is signed out.');
    expect(await isSignedIn(there)).toBe(false);
  });

  it('does not ask again once it was confirmed', async () => {
    const { here, there } = await stale();
    const { location } = await here.post('/devices/end-others');
    await here.post('/confirm', { asked: askedIn(location), ...PROOF });
    expect(await isSignedIn(there)).toBe(false);
    expect((await here.get('/devices')).text).toContain('All other devices are signed out.');
    expect((await here.post('/devices/end-others')).location).toBe('/devices');
  });

  it('asks at ten minutes and not before', async () => {
    const { door, here } = await twoBrowsers();
    door.clock.advance(10 * MINUTE - 1);
    expect((await here.post('/devices/end-others')).location).toBe('/devices');
    door.clock.advance(1);
    expect((await here.post('/devices/end-others')).location).toMatch(/^\/confirm\?/);
  });

  it('has nothing to confirm when that device was signed out meanwhile', async () => {
    const { here, there } = await stale();
    const [id = ''] = idsOn(await here.get('/devices'));
    const { location } = await here.post('/devices/end', { id });
    await there.post('/sign-out');
    expect((await here.get(location ?? '')).location).toBe('/devices');
  });

  it('is not possible when another device was faster to end this one', async () => {
    const { door, here } = await stale();
    const { location } = await here.post('/devices/end-others');
    const userId = (await door.accounts.findUserId(NAME)) ?? '';
    const confirming = here.post('/confirm', { asked: askedIn(location), ...PROOF });
    await door.sessions.endUser(userId);
    expect((await confirming).status).toBe(303);
    expect(await isSignedIn(here)).toBe(false);
    expect(await door.sessions.list(userId)).toEqual([]);
  });
});
