import { describe, expect, it } from 'vitest';

import { linkIn, NAME, openTestDoor, PASSWORD, signUp, type Door } from './door.js';
import { Visitor, type Page } from './visitor.js';

const FINISH = '/sign-up/finish';
const OTHER = 'bob@example.org';

/** Asks for a mail, and gives the link in it. */
async function ask(
  door: Door,
  visitor: Visitor,
  fields: Readonly<Record<string, string>> = {},
): Promise<string> {
  const page = await visitor.post('/sign-up', { address: NAME, ...fields });
  expect([page.status, page.location]).toEqual([303, '/sign-up/sent']);
  await door.flows.settled();
  return linkIn(door.mails.at(-1));
}

/** Somebody who has opened the link. */
async function arrive(door: Door, fields?: Readonly<Record<string, string>>): Promise<Visitor> {
  const visitor = new Visitor(door.app);
  const link = await ask(door, visitor, fields);
  expect((await visitor.get(link)).location).toBe(FINISH);
  return visitor;
}

function choose(visitor: Visitor, password: string, repeated = password): Promise<Page> {
  return visitor.post(FINISH, { password, repeated });
}

describe('creating an account', () => {
  it('begins with a mail, whose link leads to a password, which signs in and says so once', async () => {
    const door = await openTestDoor();
    const visitor = await arrive(door, { return_to: '/devices' });
    const form = await visitor.get(FINISH);
    expect(form.text).toContain(`For <strong>${NAME}</strong>`);
    expect(form.text).toContain(`autocomplete="username" value="${NAME}"`);
    const page = await choose(visitor, PASSWORD);
    expect([page.status, page.location]).toEqual([303, '/devices']);
    expect((await visitor.get('/devices')).text).toContain('Your account is ready');
    expect((await visitor.get('/devices')).text).not.toContain('Your account is ready');
    expect(visitor.jar.has('__Host-mail-link')).toBe(false);
  });

  it('works in another browser than the one that asked', async () => {
    const door = await openTestDoor();
    const link = await ask(door, new Visitor(door.app), { return_to: '/devices' });
    const phone = new Visitor(door.app);
    await phone.get(link);
    expect((await choose(phone, PASSWORD)).location).toBe('/');
    expect((await phone.get('/')).status).toBe(200);
  });

  it('never leads to another server, whatever the cookie says (3.7.2)', async () => {
    const door = await openTestDoor();
    const visitor = await arrive(door, { return_to: '//evil.example' });
    const planted = Buffer.from('https://evil.example/').toString('base64url');
    visitor.jar.set('__Host-return-to', planted);
    expect((await choose(visitor, PASSWORD)).location).toBe('/');
  });

  it('takes the token out of the address at once, and shows it nowhere (G70)', async () => {
    const door = await openTestDoor();
    const visitor = new Visitor(door.app);
    const link = await ask(door, visitor);
    const token = link.split('token=')[1] ?? '';
    const opened = await visitor.get(link);
    expect([opened.status, opened.location, opened.text]).toEqual([303, FINISH, '']);
    expect(opened.headers.get('cache-control')).toBe('no-store');
    const [cookie] = opened.headers.getSetCookie();
    expect(cookie).toMatch(
      /^__Host-mail-link=sign-up\.[\w-]{43}; Max-Age=3600; Path=\/; Secure; HttpOnly; SameSite=Lax$/,
    );
    const page = await visitor.get(FINISH);
    expect(page.text).not.toContain(token);
    expect(page.headers.get('cache-control')).toBe('no-store');
    expect(page.headers.get('referrer-policy')).toBe('same-origin');
    expect(JSON.stringify(door.entries)).not.toContain(token);
  });

  it('uses nothing up when programs open the link, however often (G66)', async () => {
    const door = await openTestDoor();
    const visitor = new Visitor(door.app);
    const link = await ask(door, visitor);
    const scanner = new Visitor(door.app);
    for (const method of ['HEAD', 'GET', 'GET']) {
      const { location } = await scanner.send(link, { method });
      await scanner.send(location ?? '', { method });
    }
    await visitor.get(link);
    expect((await choose(visitor, PASSWORD)).status).toBe(303);
  });

  it('is done once for each link, however many send it at once', async () => {
    const door = await openTestDoor();
    const link = await ask(door, new Visitor(door.app));
    const twins = [new Visitor(door.app), new Visitor(door.app)];
    await Promise.all(twins.map((twin) => twin.get(link)));
    const pages = await Promise.all(twins.map((twin) => choose(twin, PASSWORD)));
    expect(new Set(pages.map(({ status }) => status))).toEqual(new Set([303, 410]));
    expect(pages.find(({ status }) => status === 410)?.text).toContain('does not work any more');
  });

  it.each([
    ['is an hour old', 3_600_000, (link: string) => link],
    ['was mistyped', 0, (link: string) => `${link.slice(0, -4)}AAAA`],
    ['is no token', 0, () => `${FINISH}?token=%22%3E%3Ci%3E`],
    ['is of another kind', 0, (link: string) => link.replace(FINISH, '/forgot/finish')],
  ])('answers a link that %s with a page, not with a form', async (_name, age, change) => {
    const door = await openTestDoor();
    const visitor = new Visitor(door.app);
    const link = await ask(door, visitor);
    door.clock.advance(age);
    const opened = await visitor.get(change(link));
    for (const page of [
      await visitor.get(opened.location ?? ''),
      await visitor.post(opened.location ?? '', { password: PASSWORD, repeated: PASSWORD }),
    ]) {
      expect(page.status).toBe(410);
      expect(page.text).toContain('This link does not work any more');
      expect(page.text).not.toContain('type="password"');
    }
    expect(visitor.jar.has('__Host-id')).toBe(false);
  });

  it('tells nobody whether there is an account: answers are equal, mails are not (G60; 6.3.8)', async () => {
    const door = await openTestDoor();
    await signUp(door);
    await signUp(door, { name: OTHER });
    const idOfOther = (await door.accounts.findUserId(OTHER)) ?? '';
    await door.accounts.setStatus(idOfOther, { status: 'disabled' });
    const sent = door.mails.length;
    const answers = [];
    for (const address of [NAME, 'eve@example.org', OTHER]) {
      const visitor = new Visitor(door.app);
      const pages = [
        await visitor.post('/sign-up', { address }),
        await visitor.get('/sign-up/sent'),
      ];
      const encoded = Buffer.from(address).toString('base64url');
      const told = JSON.stringify(
        pages.map(({ status, headers, text }) => ({ status, headers: [...headers], text })),
      );
      answers.push(told.replaceAll(address, '***').replaceAll(encoded, '***'));
    }
    const [known, unknown, disabled] = answers;
    expect(unknown).toBe(known);
    expect(disabled).toBe(known);
    await door.flows.settled();
    expect(door.mails.slice(sent).map(({ to, kind }) => [to, kind])).toEqual([
      [NAME, 'sign-up-known'],
      ['eve@example.org', 'sign-up'],
    ]);
  });

  it('shows the address that was typed on the next page, as text, and only to who typed it', async () => {
    const door = await openTestDoor();
    const visitor = new Visitor(door.app);
    await visitor.post('/sign-up', { address: "o'neil&amp@example.org", return_to: '/devices' });
    const page = await visitor.get('/sign-up/sent');
    expect(page.text).toContain('<strong>o&#39;neil&amp;amp@example.org</strong>');
    expect(page.text).toContain('href="/sign-up?return_to=%2Fdevices"');
    for (const path of ['/sign-in/link', '/forgot'])
      expect((await visitor.get(`${path}/sent`)).location).toBe(path);
    expect((await new Visitor(door.app).get('/sign-up/sent')).location).toBe('/sign-up');
  });

  it('says what is wrong with an address, beside the field', async () => {
    const door = await openTestDoor();
    for (const address of ['', 'ada', 'ada@', '"><i>@example.org', `${'a'.repeat(300)}@b.org`]) {
      const page = await new Visitor(door.app).post('/sign-up', { address });
      expect(page.status).toBe(422);
      expect(page.text).toMatch(/<input id="address"[^>]*autofocus[^>]*address-error/);
      expect(page.text).not.toContain('<i>');
    }
    await door.flows.settled();
    expect(door.mails).toEqual([]);
  });

  it('sends no flood of mail to anybody (G61)', async () => {
    const door = await openTestDoor();
    const statuses = [];
    for (let tries = 0; tries < 6; tries += 1) {
      const visitor = new Visitor(door.app, { address: `192.0.2.${tries}` });
      const page = await visitor.post('/sign-up', { address: NAME });
      statuses.push(page.status);
      if (page.status === 429) expect(Number(page.headers.get('retry-after'))).toBeGreaterThan(60);
    }
    expect(statuses).toEqual([303, 303, 303, 303, 303, 429]);
    await door.flows.settled();
    expect(door.mails).toHaveLength(5);
  });
});

describe('many accounts at once', () => {
  it('are no more from one network than it may ask for mails (G61)', async () => {
    const door = await openTestDoor();
    const statuses = new Set<number>();
    for (let tries = 0; tries < 20; tries += 1)
      statuses.add(
        (await new Visitor(door.app).post('/sign-up', { address: `${tries}@example.org` })).status,
      );
    expect([...statuses]).toEqual([303]);
    const page = await new Visitor(door.app).post('/sign-up', { address: NAME });
    expect(page.status).toBe(429);
    expect(page.text).toContain('Too many tries.');
    const elsewhere = new Visitor(door.app, { address: '198.51.100.7' });
    expect((await elsewhere.post('/sign-up', { address: NAME })).status).toBe(303);
  });

  it('are slowed down for who has many mailboxes and networks to ask from, and no link is lost', async () => {
    const door = await openTestDoor();
    const finish = async (link: string, address: string): Promise<Page> => {
      const visitor = new Visitor(door.app, { address });
      await visitor.get(link);
      return choose(visitor, PASSWORD);
    };
    const statuses: number[] = [];
    let link = '';
    for (let tries = 0; tries <= 20; tries += 1) {
      const asker = new Visitor(door.app, { address: `192.0.2.${tries}` });
      link = await ask(door, asker, { address: `${tries}@example.org` });
      statuses.push((await finish(link, '198.51.100.7')).status);
    }
    expect(statuses).toEqual([...Array<number>(20).fill(303), 429]);
    const last = await finish(link, '198.51.100.7');
    expect(Number(last.headers.get('retry-after'))).toBeGreaterThan(60);
    expect((await finish(link, '203.0.113.9')).status).toBe(303);
  });
});

describe('the password of a new account', () => {
  it('is asked for with what makes a good one (G29)', async () => {
    const visitor = await arrive(await openTestDoor());
    const page = await visitor.get(FINISH);
    expect(page.text).toContain('Use at least 15 characters.');
    expect(page.text).toContain('aria-describedby="password-hint"');
  });

  it.each([
    ['fourteen characters (G20)', 'xkq vbn pfz wl', 'at least 15 characters'],
    ['one that many use (G28)', 'passwordpassword', 'Choose another one'],
    ['the name of this service (6.2.11)', 'countersign2026', 'name of this service'],
    ['the own address', 'ada@example.org.', 'made of your name'],
    ['a walk over the keys', 'qwertzuiopasdfghjkl', 'easily guessed'],
    ['one that is too long', 'velvet otter '.repeat(30), 'at most 256 characters'],
  ])(
    'is refused for %s, with the reason, and the link stays good',
    async (_name, password, reason) => {
      const visitor = await arrive(await openTestDoor());
      const page = await choose(visitor, password);
      expect(page.status).toBe(422);
      expect(page.text).toContain(reason);
      expect(page.text).toContain('aria-describedby="password-error password-hint"');
      expect(page.text).not.toContain(`value="${password}"`);
      expect((await choose(visitor, PASSWORD)).status).toBe(303);
    },
  );

  it('has to be typed twice alike (G72)', async () => {
    const visitor = await arrive(await openTestDoor());
    const page = await choose(visitor, PASSWORD, `${PASSWORD}.`);
    expect(page.status).toBe(422);
    expect(page.text).toMatch(/<input id="repeated"[^>]*autofocus[^>]*aria-invalid="true"/);
    expect(page.text).toContain('<title>Error: Choose a password');
  });

  it('is told all that is wrong with it at once, at what is wrong first', async () => {
    const visitor = await arrive(await openTestDoor());
    const page = await choose(visitor, 'short', 'other');
    expect(page.status).toBe(422);
    expect(page.text).toMatch(/<input id="password"[^>]*autofocus[^>]*aria-invalid="true"/);
    expect(page.text).toMatch(/<input id="repeated"[^>]*aria-invalid="true"/);
    expect(page.text).toContain('at least 15 characters');
    expect(page.text).toContain('This is not the same password. Type both again.');
    expect(page.text.match(/autofocus/g)).toHaveLength(1);
  });

  it('takes any characters, and counts them as people do (G23, G24)', async () => {
    const door = await openTestDoor();
    const password = 'Ünïcödé 🔑 пароль';
    const visitor = await arrive(door);
    expect((await choose(visitor, password)).status).toBe(303);
    const again = await new Visitor(door.app).post('/sign-in', {
      name: NAME,
      password: password.normalize('NFD'),
    });
    expect(again.status).toBe(303);
  });
});
