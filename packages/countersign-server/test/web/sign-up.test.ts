import { describe, expect, it } from 'vitest';

import { NAME, openTestDoor, PASSWORD, signUp } from './door.js';
import { Visitor } from './visitor.js';

function form(fields: Partial<Record<'name' | 'password' | 'repeated', string>> = {}) {
  return { name: NAME, password: PASSWORD, repeated: PASSWORD, ...fields };
}

describe('creating an account', () => {
  it('signs in, and says so once', async () => {
    const door = await openTestDoor();
    const visitor = new Visitor(door.app);
    const page = await visitor.post('/sign-up', { ...form(), return_to: '/devices' });
    expect([page.status, page.location]).toEqual([303, '/devices']);
    expect((await visitor.get('/devices')).text).toContain('Your account is ready');
    expect((await visitor.get('/devices')).text).not.toContain('Your account is ready');
  });

  it('shows what makes a good password before anything is typed (G29)', async () => {
    const door = await openTestDoor();
    const page = await new Visitor(door.app).get('/sign-up');
    expect(page.text).toContain('Use at least 15 characters.');
    expect(page.text).toContain('aria-describedby="password-hint"');
  });

  it.each([
    ['fourteen characters (G20)', 'xkq vbn pfz wl', 'at least 15 characters'],
    ['one that many use (G28)', 'passwordpassword', 'Choose another one'],
    ['the name of this service (6.2.11)', 'countersign2026', 'name of this service'],
    ['the own name', 'ada@example.org.', 'made of your name'],
    ['a walk over the keys', 'qwertzuiopasdfghjkl', 'easily guessed'],
    ['one that is too long', 'velvet otter '.repeat(30), 'at most 256 characters'],
  ])('refuses %s, with the reason', async (_name, password, reason) => {
    const door = await openTestDoor();
    const page = await new Visitor(door.app).post(
      '/sign-up',
      form({ password, repeated: password }),
    );
    expect(page.status).toBe(422);
    expect(page.text).toContain(reason);
    expect(page.text).toContain('aria-describedby="password-error password-hint"');
    expect(page.text).not.toContain(`value="${password}"`);
  });

  it('takes any characters, and counts them as people do (G23, G24)', async () => {
    const door = await openTestDoor();
    const password = 'Ünïcödé 🔑 пароль';
    const visitor = new Visitor(door.app);
    const page = await visitor.post('/sign-up', form({ password, repeated: password }));
    expect(page.status).toBe(303);
    const decomposed = password.normalize('NFD');
    const again = await new Visitor(door.app).post('/sign-in', {
      name: NAME,
      password: decomposed,
    });
    expect(again.status).toBe(303);
  });

  it('tells all that is wrong at once, beside the fields, and starts at the first', async () => {
    const door = await openTestDoor();
    const wrong = form({ name: 'a b', password: 'short', repeated: 'else' });
    const page = await new Visitor(door.app).post('/sign-up', wrong);
    expect(page.status).toBe(422);
    for (const field of ['name', 'password', 'repeated'])
      expect(page.text).toContain(`id="${field}-error"`);
    expect(page.text.match(/autofocus/g)).toHaveLength(1);
    expect(page.text).toMatch(/<input id="name"[^>]*value="a b"[^>]*autofocus/);
  });

  it('says that a name is taken, in whatever spelling', async () => {
    const door = await openTestDoor();
    await signUp(door);
    const page = await new Visitor(door.app).post('/sign-up', form({ name: 'ADA@Example.ORG' }));
    expect(page.status).toBe(422);
    expect(page.text).toContain('This name is taken.');
  });

  it('does not let names be asked for without end (G49)', async () => {
    const door = await openTestDoor();
    await signUp(door);
    const visitor = new Visitor(door.app, { address: '192.0.2.200' });
    const statuses = new Set<number>();
    for (let tries = 0; tries < 51; tries += 1)
      statuses.add((await visitor.post('/sign-up', form())).status);
    expect([...statuses]).toEqual([422, 429]);
    const last = await visitor.post('/sign-up', form());
    expect(Number(last.headers.get('retry-after'))).toBeGreaterThan(500);
    expect(last.text).toContain('Wait 10 minutes');
  });

  it('shows a name as text, whatever is in it', async () => {
    const door = await openTestDoor();
    const name = '"><img/src=x>&amp;';
    const visitor = await signUp(door, { name });
    const page = await visitor.get('/');
    expect(page.text).not.toContain('<img/src');
    expect(page.text).toContain('Welcome, &quot;&gt;&lt;img/src=x&gt;&amp;amp;');
    const refused = await new Visitor(door.app).post('/sign-in', { name, password: 'wrong one' });
    expect(refused.text).not.toContain('<img/src');
  });
});
