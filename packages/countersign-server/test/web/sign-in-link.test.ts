import { describe, expect, it } from 'vitest';

import { addAuthenticatorApp } from './authenticator-app.js';
import { linkIn, NAME, openTestDoor, signUp, type Door } from './door.js';
import { Visitor } from './visitor.js';

const OPEN = '/sign-in/link/open';
const SESSION = '__Host-id';

async function ask(door: Door, visitor: Visitor, fields: Record<string, string> = {}) {
  const page = await visitor.post('/sign-in/link', { address: NAME, ...fields });
  expect([page.status, page.location]).toEqual([303, '/sign-in/link/sent']);
  await door.flows.settled();
  return linkIn(door.mails.at(-1));
}

describe('a link that signs in', () => {
  it('has a page with a button, which leads to where it was asked for', async () => {
    const door = await openTestDoor();
    await signUp(door);
    const visitor = new Visitor(door.app);
    const link = await ask(door, visitor, { return_to: '/devices' });
    expect((await visitor.get('/sign-in/link/sent')).text).toContain('for 10 minutes');
    expect((await visitor.get(link)).location).toBe(OPEN);
    const page = await visitor.get(OPEN);
    expect(page.text).toContain(`<form method="post" action="${OPEN}"`);
    expect(visitor.jar.has(SESSION)).toBe(false);
    const done = await visitor.post(OPEN);
    expect([done.status, done.location]).toEqual([303, '/devices']);
    expect((await visitor.get('/devices')).status).toBe(200);
    expect(visitor.jar.has('__Host-mail-link')).toBe(false);
  });

  it('works in the browser that asked and in no other, and stays good there (6.6.2)', async () => {
    const door = await openTestDoor();
    await signUp(door);
    const visitor = new Visitor(door.app);
    const link = await ask(door, visitor);
    for (const other of [new Visitor(door.app), new Visitor(door.app)]) {
      const { location } = await other.get(link);
      const page = await other.get(location ?? '');
      expect([page.status, page.text.includes('for another browser')]).toEqual([403, true]);
      await other.get(link);
      expect((await other.post(OPEN)).status).toBe(403);
      expect(other.jar.has(SESSION)).toBe(false);
    }
    await visitor.get(link);
    expect((await visitor.post(OPEN)).location).toBe('/');
  });

  it('leads to the second step where the account has one (6.4.3)', async () => {
    const door = await openTestDoor();
    await signUp(door);
    const app = await addAuthenticatorApp(door);
    const visitor = new Visitor(door.app);
    await visitor.get(await ask(door, visitor, { return_to: '/devices' }));
    expect((await visitor.post(OPEN)).location).toBe('/sign-in/second');
    expect(visitor.jar.has(SESSION)).toBe(false);
    const done = await visitor.post('/sign-in/second', { proof: 'totp', code: app.nextCode() });
    expect([done.status, done.location]).toEqual([303, '/devices']);
  });

  it('opens once, and for ten minutes (6.5.5)', async () => {
    const door = await openTestDoor();
    await signUp(door);
    const visitor = new Visitor(door.app);
    const link = await ask(door, visitor);
    await visitor.get(link);
    const twin = new Visitor(door.app);
    for (const [name, value] of visitor.jar) twin.jar.set(name, value);
    const pages = await Promise.all([visitor.post(OPEN), twin.post(OPEN)]);
    expect(new Set(pages.map(({ status }) => status))).toEqual(new Set([303, 410]));

    const late = new Visitor(door.app);
    await late.get(await ask(door, late));
    door.clock.advance(10 * 60_000);
    expect((await late.post(OPEN)).status).toBe(410);
    expect((await late.get(OPEN)).status).toBe(410);
  });

  it('says the same for every address, with a cookie for each (G60)', async () => {
    const door = await openTestDoor();
    await signUp(door);
    const answers = [];
    for (const address of [NAME, 'eve@example.org']) {
      const visitor = new Visitor(door.app);
      const pages = [
        await visitor.post('/sign-in/link', { address }),
        await visitor.get('/sign-in/link/sent'),
      ];
      const encoded = Buffer.from(address).toString('base64url');
      const told = pages.map(({ status, headers, text }) => ({
        status,
        headers: [...headers].map(([name, value]) => [
          name,
          value
            .replaceAll(encoded, '***')
            .replace(/^(__Host-link-request)=[\w-]{43};/, '$1=random;'),
        ]),
        text: text.replaceAll(address, '***'),
      }));
      answers.push(told);
    }
    expect(answers[1]).toEqual(answers[0]);
    expect(JSON.stringify(answers[0])).toContain('__Host-link-request=random');
  });

  it('is worthless as a link of another kind, and without the browser having opened it', async () => {
    const door = await openTestDoor();
    await signUp(door);
    const visitor = new Visitor(door.app);
    const link = await ask(door, visitor);
    expect((await visitor.post(OPEN)).status).toBe(410);
    const { location } = await visitor.get(link.replace(OPEN, '/forgot/finish'));
    expect((await visitor.get(location ?? '')).status).toBe(410);
    await visitor.get(link);
    visitor.jar.set(
      '__Host-mail-link',
      `reset.${visitor.jar.get('__Host-mail-link')?.split('.')[1]}`,
    );
    expect((await visitor.post(OPEN)).status).toBe(410);
    expect(visitor.jar.has(SESSION)).toBe(false);
  });
});
