// Every form of the doorkeeper, sent by a page of somebody else: for who is signed in, for who is about to
// be, and for who is neither (csrf.md F9-F18; ASVS 3.5.1). From the table of routes.

import { describe, expect, it } from 'vitest';

import { addAuthenticatorApp } from '../web/authenticator-app.js';
import { NAME, PASSWORD, signUp, type Door } from '../web/door.js';
import { ORIGIN, Visitor } from '../web/visitor.js';
import { ALL_FIELDS, copyOf, isIn, openHouse, routesOf, stateOf } from './house.js';

const BOB = 'bob@example.org';

/** What browsers send along for pages of others, and what is sent when a browser is made to say nothing. */
const FOREIGN: readonly (readonly [string, Readonly<Record<string, string>>])[] = [
  ['another site', { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }],
  ['another site, of a browser without fetch metadata', { origin: 'https://evil.example' }],
  ['a sandboxed frame', { origin: 'null', 'sec-fetch-site': 'cross-site' }],
  ['a sandboxed frame, of a browser without fetch metadata', { origin: 'null' }],
  [
    'a sibling of this host',
    { origin: 'http://blog.localhost:4180', 'sec-fetch-site': 'same-site' },
  ],
  ['another port', { origin: 'http://localhost:4181', 'sec-fetch-site': 'same-site' }],
  ['another scheme', { origin: 'https://localhost:4180', 'sec-fetch-site': 'cross-site' }],
  ['this origin after a redirect elsewhere', { origin: ORIGIN, 'sec-fetch-site': 'cross-site' }],
  ['a host that begins like this one', { origin: `${ORIGIN}.evil.example` }],
  ['this origin with something behind it', { origin: `${ORIGIN}/` }],
  ['two origins', { origin: `${ORIGIN}, https://evil.example` }],
  ['a site that is no word', { 'sec-fetch-site': 'same-origin, cross-site' }],
  ['nowhere, with cookies', {}],
];

/** Content types that a form of another site can have, and one that it cannot. */
const TYPES = ['application/x-www-form-urlencoded', 'text/plain', 'application/json'];

async function openInhabited() {
  const door = await openHouse();
  const owner = await signUp(door);
  await signUp(door, { name: BOB });
  await addAuthenticatorApp(door, BOB);
  await door.flows.settled();
  return { door, owner };
}

function forge(
  visitor: Visitor,
  path: string,
  headers: Readonly<Record<string, string>>,
  type = TYPES[0],
) {
  const body = new URLSearchParams({ ...ALL_FIELDS, password: PASSWORD, confirmation: NAME });
  return visitor.send(path, {
    method: 'POST',
    headers: { ...headers, 'content-type': type ?? '' },
    body: body.toString(),
  });
}

async function postsOf(door: Door): Promise<readonly string[]> {
  const routes = await routesOf(door);
  const paths = routes.filter(({ method }) => method === 'POST').map(({ path }) => path);
  expect(paths.length).toBeGreaterThan(30);
  return paths;
}

describe.each(FOREIGN)('a form that comes from %s', (_name, headers) => {
  it('is refused on every path, changes nothing and sets no cookie', async () => {
    const { door, owner } = await openInhabited();
    const waiting = new Visitor(door.app);
    await waiting.post('/sign-in', { name: BOB, password: PASSWORD });
    const before = await stateOf(door, [NAME, BOB]);
    const told = door.entries.length;
    const paths = await postsOf(door);
    for (const path of paths) {
      for (const victim of [owner, waiting]) {
        const page = await forge(victim, path, headers);
        expect([path, page.status, page.headers.getSetCookie()]).toEqual([path, 403, []]);
        expect(page.text).toContain('This came from somewhere else');
      }
    }
    expect(await stateOf(door, [NAME, BOB])).toEqual(before);
    const events = door.entries.slice(told).map(({ event }) => event);
    expect(new Set(events)).toEqual(new Set(['forged-request']));
    expect(events).toHaveLength(2 * paths.length);
    expect(await isIn(owner)).toBe(true);
    expect((await waiting.get('/sign-in/second')).status).toBe(200);
  });
});

describe('a form that comes from elsewhere', () => {
  it('signs no visitor in or out, whatever its type and without a cookie of ours', async () => {
    const { door } = await openInhabited();
    const before = await stateOf(door, [NAME, BOB]);
    for (const [name, headers] of FOREIGN.filter(([, sent]) => Object.keys(sent).length > 0)) {
      for (const type of TYPES) {
        for (const path of ['/sign-in', '/sign-out', '/sign-up', '/sign-in/provider']) {
          const visitor = new Visitor(door.app);
          const page = await forge(visitor, path, headers, type);
          expect([name, type, path, page.status]).toEqual([name, type, path, 403]);
          expect(visitor.jar.size).toBe(0);
        }
      }
    }
    expect(await stateOf(door, [NAME, BOB])).toEqual(before);
  });

  it('leaves who is signed in signed in, and not as the attacker (login CSRF)', async () => {
    const { door, owner } = await openInhabited();
    await signUp(door, { name: 'mallory@evil.example' });
    for (const [, headers] of FOREIGN) {
      const fields = { name: 'mallory@evil.example', password: PASSWORD };
      const page = await owner.send('/sign-in', {
        method: 'POST',
        headers: { ...headers, 'content-type': TYPES[0] ?? '' },
        body: new URLSearchParams(fields).toString(),
      });
      expect(page.status).toBe(403);
      expect((await owner.get('/')).text).toContain(NAME);
    }
  });
});

describe('what is no form', () => {
  it('changes nothing on any path: a link, a picture, a prefetch, another method', async () => {
    const { door, owner } = await openInhabited();
    const before = await stateOf(door, [NAME, BOB]);
    const routes = await routesOf(door);
    const query = new URLSearchParams({ ...ALL_FIELDS, confirmation: NAME }).toString();
    const paths = [...new Set(routes.map(({ path }) => path))];
    for (const path of paths) {
      for (const method of ['GET', 'HEAD', 'OPTIONS']) {
        for (const sent of [
          { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' },
          {
            'sec-fetch-site': 'cross-site',
            'sec-fetch-mode': 'no-cors',
            'sec-fetch-dest': 'image',
          },
          { 'sec-purpose': 'prefetch', 'x-http-method-override': 'POST' },
        ]) {
          const browser = copyOf(door, owner);
          const page = await browser.send(`${path}?_method=POST&${query}`, {
            method,
            headers: sent,
          });
          expect([method, path, page.status < 500]).toEqual([method, path, true]);
        }
      }
    }
    expect(await stateOf(door, [NAME, BOB])).toEqual(before);
    expect(await isIn(owner)).toBe(true);
  });

  it('is answered by no path: other methods, from this origin or another', async () => {
    const { door, owner } = await openInhabited();
    const before = await stateOf(door, [NAME, BOB]);
    for (const { path } of await routesOf(door)) {
      for (const method of ['PUT', 'PATCH', 'DELETE', 'QUERY']) {
        for (const [origin, status] of [
          [ORIGIN, 404],
          ['https://evil.example', 403],
        ] as const) {
          const page = await owner.send(path, { method, headers: { origin } });
          expect([method, path, page.status]).toEqual([method, path, status]);
        }
      }
    }
    expect(await stateOf(door, [NAME, BOB])).toEqual(before);
  });
});
