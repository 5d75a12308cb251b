import { describe, expect, it } from 'vitest';

import { NAME, openTestDoor, OTHER_PASSWORD, PASSWORD, signIn, signUp } from './door.js';
import { holdableHasher } from './holdable-hasher.js';
import { Visitor } from './visitor.js';

const HOUR = 3_600_000;
const WRONG = 'not the one that was chosen';

describe('signing in', () => {
  it('leads to the page that was asked for, and shows it', async () => {
    const door = await openTestDoor();
    await signUp(door);
    const visitor = new Visitor(door.app);
    const asked = await visitor.get('/devices?a=b');
    expect([asked.status, asked.location]).toEqual([303, '/sign-in?return_to=%2Fdevices%3Fa%3Db']);
    const form = await visitor.get(asked.location ?? '');
    expect(form.text).toContain('name="return_to" value="/devices?a=b"');

    const fields = { name: NAME, password: PASSWORD, return_to: '/devices?a=b' };
    const done = await visitor.post('/sign-in', fields);
    expect([done.status, done.location]).toEqual([303, '/devices?a=b']);
    expect((await visitor.get('/devices?a=b')).text).toContain('Your devices');
  });

  it.each(['//evil.example', 'https://evil.example/', '/\\evil.example', 'javascript:alert(1)'])(
    'never leads to %s',
    async (path) => {
      const door = await openTestDoor();
      await signUp(door);
      const visitor = new Visitor(door.app);
      const form = await visitor.get(`/sign-in?return_to=${encodeURIComponent(path)}`);
      expect(form.text).toContain('name="return_to" value="/"');
      const fields = { name: NAME, password: PASSWORD, return_to: path };
      expect((await visitor.post('/sign-in', fields)).location).toBe('/');
      const again = await visitor.get(`/sign-in?return_to=${encodeURIComponent(path)}`);
      expect(again.location).toBe('/');
    },
  );

  it('sets a cookie that goes with the browser, and one that stays when asked to', async () => {
    const door = await openTestDoor();
    await signUp(door);
    const fields = { name: NAME, password: PASSWORD };
    const plain = new Visitor(door.app);
    const [line] = (await plain.post('/sign-in', fields)).headers
      .getSetCookie()
      .filter((set) => set.startsWith('__Host-id='));
    expect(line).toMatch(/^__Host-id=[\w-]{80}; Path=\/; Secure; HttpOnly; SameSite=Lax$/);
    expect([...plain.jar.keys()].toSorted()).toEqual(['__Host-device', '__Host-id']);

    const visitor = new Visitor(door.app);
    const kept = await visitor.post('/sign-in', { ...fields, remember: 'yes' });
    const keptLine = kept.headers.getSetCookie().find((set) => set.startsWith('__Host-id='));
    expect(keptLine).toContain(`Max-Age=${30 * 24 * 3600};`);
  });

  it('answers the same, byte for byte, to names that are known, unknown, disabled and closed (G10, G48; 6.3.8)', async () => {
    const door = await openTestDoor();
    const names = { known: 'abel-1', unknown: 'eves-1', disabled: 'bobb-1', closed: 'lizz-1' };
    for (const name of [names.known, names.disabled, names.closed]) await signUp(door, { name });
    const idOf = async (name: string): Promise<string> =>
      (await door.accounts.findUserId(name)) ?? '';
    await door.accounts.setStatus(await idOf(names.disabled), { status: 'disabled' });
    for (let tries = 0; tries < 100; tries += 1) {
      door.clock.advance(HOUR);
      await new Visitor(door.app).post('/sign-in', { name: names.closed, password: WRONG });
    }
    door.clock.advance(HOUR);
    const answers = [];
    // The right password of an account that is disabled or closed gets the same answer as a wrong one.
    for (const name of Object.values(names)) {
      const password = name === names.known ? WRONG : PASSWORD;
      const visitor = new Visitor(door.app, { address: `192.0.2.${50 + answers.length}` });
      const { status, headers, text } = await visitor.post('/sign-in', { name, password });
      answers.push({ status, headers: [...headers], text: text.replaceAll(name, '***') });
    }
    const [known, ...others] = answers;
    expect(known?.status).toBe(401);
    expect(known?.headers.map(([name]) => name)).not.toContain('set-cookie');
    for (const answer of others) expect(answer).toEqual(known);
  });

  it('answers the same when tries run out, with the time to wait (G48, G54)', async () => {
    const door = await openTestDoor();
    await signUp(door);
    const pages = [];
    for (const name of [NAME, 'eve@example.org']) {
      const visitor = new Visitor(door.app, { address: `192.0.2.${pages.length + 10}` });
      let page = await visitor.post('/sign-in', { name, password: WRONG });
      for (let tries = 1; tries < 7; tries += 1) {
        page = await visitor.post('/sign-in', { name, password: WRONG });
      }
      pages.push(page);
    }
    const [known, unknown] = pages;
    expect(known?.status).toBe(429);
    expect(known?.headers.get('retry-after')).toBe('1');
    expect(known?.text).toContain('Too many tries. Wait a second, then try again.');
    expect(unknown?.text.replaceAll('eve@example.org', NAME)).toBe(known?.text);
  });

  it('keeps the name and never the password, and puts the cursor where it is needed', async () => {
    const door = await openTestDoor();
    await signUp(door);
    const visitor = new Visitor(door.app);
    const refused = await visitor.post('/sign-in', {
      name: NAME,
      password: WRONG,
      remember: 'yes',
    });
    expect(refused.text).toContain(`value="${NAME}"`);
    expect(refused.text).toMatch(/<input id="password"[^>]*autofocus/);
    expect(refused.text).toMatch(/<input id="remember"[^>]*checked/);
    expect(refused.text).not.toContain(WRONG);
    expect(refused.headers.get('www-authenticate')).toBe('Cookie realm="Countersign"');

    const empty = await visitor.post('/sign-in', { name: ' ', password: '' });
    expect(empty.status).toBe(422);
    expect(empty.text).toMatch(/<input id="name"[^>]*autofocus[^>]*aria-invalid="true"/);
    expect(empty.text).toContain('aria-describedby="name-error"');
    expect(empty.text).toContain('<title>Error: Sign in');
  });

  it('refuses what is no password with 400, without any work', async () => {
    const door = await openTestDoor();
    const visitor = new Visitor(door.app);
    for (const password of ['x'.repeat(2_000), 'x'.repeat(30_000)])
      expect((await visitor.post('/sign-in', { name: NAME, password })).status).toBe(400);
    expect(door.entries).toEqual([]);
  });

  it('makes a new session each time, and ends the one of somebody else (A39)', async () => {
    const door = await openTestDoor();
    const visitor = await signUp(door);
    const first = visitor.jar.get('__Host-id');
    await visitor.post('/sign-in', { name: NAME, password: PASSWORD });
    expect(visitor.jar.get('__Host-id')).not.toBe(first);

    const other = await signUp(door, { name: 'bob' });
    const bobs = new Visitor(door.app);
    for (const [name, value] of other.jar) bobs.jar.set(name, value);
    await other.post('/sign-in', { name: NAME, password: PASSWORD });
    expect((await bobs.get('/')).status).toBe(303);
    expect((await other.get('/')).text).toContain(`Welcome, ${NAME}`);
  });

  it('sends who is signed in on their way', async () => {
    const door = await openTestDoor();
    const visitor = await signUp(door);
    expect((await visitor.get('/sign-in')).location).toBe('/');
    expect((await visitor.get('/sign-up?return_to=/devices')).location).toBe('/devices');
  });

  it('is refused when the password changed while the old one was being checked (docs/design/sessions.md)', async () => {
    const { hasher, hold } = holdableHasher();
    const door = await openTestDoor({ hasher });
    const owner = await signUp(door);
    const thief = new Visitor(door.app, { address: '192.0.2.66' });
    const held = hold();
    const attempt = thief.post('/sign-in', { name: NAME, password: PASSWORD });
    await held.isReached;
    const passwords = { current: PASSWORD, password: OTHER_PASSWORD, repeated: OTHER_PASSWORD };
    const changed = await owner.post('/password', { ...passwords, end_others: 'yes' });
    expect(changed.location).toBe('/security');
    held.release();

    const refused = await attempt;
    expect(refused.status).toBe(401);
    expect(refused.text).toContain('Your account was changed while you signed in.');
    expect(thief.jar.size).toBe(0);
    expect((await owner.get('/')).status).toBe(200);
  });

  it('is logged with its outcome, and without what was typed (16.3.1, 16.2.5)', async () => {
    const door = await openTestDoor();
    await signUp(door);
    const before = door.entries.length;
    await new Visitor(door.app).post('/sign-in', { name: 'my secret phrase', password: WRONG });
    await signIn(door);
    const entries = door.entries.slice(before);
    expect(entries.map(({ event }) => event)).toEqual([
      'verify-password',
      'verify-password',
      'signed-in',
      'sign-in',
    ]);
    expect(entries.map(({ outcome }) => outcome)).toEqual([
      'refused',
      'success',
      undefined,
      'success',
    ]);
    const text = JSON.stringify(door.entries);
    for (const secret of ['my secret phrase', WRONG, PASSWORD]) expect(text).not.toContain(secret);
  });
});

describe('signing out', () => {
  it('ends the session in the store and clears its cookie', async () => {
    const door = await openTestDoor();
    const visitor = await signUp(door);
    const copy = new Visitor(door.app);
    for (const [name, value] of visitor.jar) copy.jar.set(name, value);
    const page = await visitor.post('/sign-out');
    expect(page.location).toBe('/sign-in?notice=signed-out');
    expect(visitor.jar.has('__Host-id')).toBe(false);
    expect((await visitor.get('/sign-in?notice=signed-out')).text).toContain('You are signed out.');
    expect((await copy.get('/')).status).toBe(303);
  });

  it('is done by POST only, and harmless for visitors', async () => {
    const door = await openTestDoor();
    const visitor = await signUp(door);
    expect((await visitor.get('/sign-out')).location).toBe('/');
    expect((await visitor.get('/')).status).toBe(200);
    expect((await new Visitor(door.app).post('/sign-out')).status).toBe(303);
  });
});

describe('a session that is over', () => {
  it('says why on the sign-in page, once', async () => {
    const door = await openTestDoor();
    const visitor = await signUp(door);
    door.clock.advance(31 * 60_000);
    const page = await visitor.get('/devices');
    expect(page.location).toBe('/sign-in?return_to=%2Fdevices&notice=expired');
    expect((await visitor.get(page.location ?? '')).text).toContain('You were away for long');
  });

  it('ends with its account (7.4.2)', async () => {
    const door = await openTestDoor();
    const visitor = await signUp(door);
    const userId = await door.accounts.findUserId(NAME);
    await door.accounts.setStatus(userId ?? '', { status: 'disabled' });
    expect((await visitor.get('/')).status).toBe(303);
    await door.accounts.setStatus(userId ?? '', { status: 'active' });
    expect((await visitor.get('/')).status).toBe(303);
    expect(await door.sessions.list(userId ?? '')).toEqual([]);
  });
});
