// What holds for all paths before the gate, whichever they are.

import { describe, expect, it } from 'vitest';

import { createPages } from '../../src/web/pages.js';
import { REPORTS_PATH } from '../../src/web/places.js';
import { renderProblems } from '../../src/web/problems.js';
import { NAME, linkIn, openTestDoor, PASSWORD, signUp, type Door } from './door.js';
import { Visitor } from './visitor.js';

const FORM = 'application/x-www-form-urlencoded';
const EVIL = ['//evil.example', '/\\evil.example', 'https://evil.example', '/%2f/evil.example'];

/** All but the place for reports of browsers, which is no form and sees no cookie. */
async function pathsOf(door: Door, method: string): Promise<readonly string[]> {
  const problems = await renderProblems(door.assets.paths);
  const { routes } = createPages({ door, problems, headers: {} });
  const paths = routes.filter((route) => route.method === method).map(({ path }) => path);
  return [...new Set(paths)].filter((path) => !/[*:]/.test(path) && path !== REPORTS_PATH);
}

describe('every form', () => {
  it('is refused from another site, before it is read and with nothing done (F13, F14, F22)', async () => {
    const door = await openTestDoor();
    const paths = await pathsOf(door, 'POST');
    expect(paths).toEqual(
      expect.arrayContaining(['/sign-in', '/sign-up', '/forgot', '/sign-in/link', '/sign-out']),
    );
    const owner = await signUp(door);
    await owner.post('/forgot', { address: NAME });
    await door.flows.settled();
    await owner.get(linkIn(door.mails.at(-1)));
    const before = { jar: [...owner.jar], mails: door.mails.length };
    const fields = { name: NAME, address: NAME, password: PASSWORD, repeated: PASSWORD };
    for (const path of paths) {
      const page = await owner.send(path, {
        method: 'POST',
        headers: { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' },
        body: new URLSearchParams(fields),
      });
      expect([path, page.status, page.headers.getSetCookie()]).toEqual([path, 403, []]);
    }
    await door.flows.settled();
    expect({ jar: [...owner.jar], mails: door.mails.length }).toEqual(before);
    expect((await owner.get('/')).status).toBe(200);
  });

  it('answers what is no form of ours, and never with a 500', async () => {
    const door = await openTestDoor();
    const headers = { 'sec-fetch-site': 'same-origin' };
    const bodies = [
      ['', FORM],
      ['a=1&a=2', FORM],
      ['%ff=%ff&credential=%7B', FORM],
      [`password=${'x'.repeat(70_000)}`, FORM],
      ['{"name":"ada"}', 'application/json'],
      ['return_to=%2F%2Fevil.example&provider=__proto__&proof=__proto__', FORM],
    ] as const;
    for (const path of await pathsOf(door, 'POST')) {
      for (const [body, type] of bodies) {
        const page = await new Visitor(door.app).send(path, {
          method: 'POST',
          headers: { ...headers, 'content-type': type },
          body,
        });
        expect(page.status, `${path} ${body.slice(0, 20)}`).toBeLessThan(500);
        expect(page.location ?? '/').toMatch(/^\/(?!\/)/);
      }
    }
  });
});

describe('every page', () => {
  it('changes nothing by being read, and is kept by no cache', async () => {
    const door = await openTestDoor();
    const owner = await signUp(door);
    const entries = door.entries.length;
    for (const path of await pathsOf(door, 'GET')) {
      for (const method of ['GET', 'HEAD']) {
        for (const visitor of [owner, new Visitor(door.app)]) {
          const page = await visitor.send(`${path}?token=${'A'.repeat(43)}&proof=x`, { method });
          expect(page.status, path).toBeLessThan(500);
          expect(page.headers.get('cache-control')).toBe('no-store');
          expect(page.text).not.toMatch(/(?:src|href)="(?:https?:)?\/\//);
        }
      }
    }
    await door.flows.settled();
    expect(door.mails.map(({ kind }) => kind)).toEqual(['sign-up']);
    expect(door.entries.length).toBe(entries);
    expect((await owner.get('/')).status).toBe(200);
  });
});

describe('where a sign-in leads in the end (3.7.2)', () => {
  it.each(EVIL)('is never %s, by a link or by the cookie that waits for a mail', async (evil) => {
    const door = await openTestDoor();
    await signUp(door);
    const planted = Buffer.from(evil).toString('base64url');
    const link = new Visitor(door.app);
    await link.post('/sign-in/link', { address: NAME, return_to: evil });
    expect(link.jar.has('__Host-return-to')).toBe(false);
    await door.flows.settled();
    await link.get(linkIn(door.mails.at(-1)));
    link.jar.set('__Host-return-to', planted);
    expect((await link.post('/sign-in/link/open')).location).toBe('/');

    const reset = new Visitor(door.app);
    await reset.post('/forgot', { address: NAME, return_to: evil });
    await door.flows.settled();
    await reset.get(linkIn(door.mails.at(-1)));
    reset.jar.set('__Host-return-to', planted);
    const done = await reset.post('/forgot/finish', { password: PASSWORD, repeated: PASSWORD });
    expect(done.location).toBe('/sign-in?notice=password-changed');
  });

  it('is the start for what is too long, too strange, or there twice', async () => {
    const door = await openTestDoor();
    await signUp(door);
    const visitor = new Visitor(door.app);
    for (const value of [
      '',
      '!',
      'AAAA',
      Buffer.from(`/${'x'.repeat(3_000)}`).toString('base64url'),
    ]) {
      visitor.jar.set('__Host-return-to', value);
      visitor.jar.set('__Host-mail-sent-to', 'sign-up.L2E');
      const page = await visitor.get('/sign-up/sent');
      expect(page.text).toContain('href="/sign-in"');
    }
  });
});
