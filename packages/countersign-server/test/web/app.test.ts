import { gunzipSync } from 'node:zlib';

import { CountersignError } from 'countersign';
import { createFakeClock } from 'countersign/testing';
import { describe, expect, it } from 'vitest';

import { openDatabase } from '../../src/setup/database.js';
import { joinStores } from '../../src/setup/stores.js';
import { NAME, openTestDoor, PASSWORD, signUp } from './door.js';
import { ORIGIN, Visitor, type Page } from './visitor.js';

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

function expectSecured(page: Page): void {
  expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
  expect(page.headers.get('x-content-type-options')).toBe('nosniff');
  expect(page.headers.get('referrer-policy')).toBe('same-origin');
  expect(page.headers.get('cross-origin-opener-policy')).toBe('same-origin');
}

describe('the doorkeeper', () => {
  it('sends security headers with every answer (ASVS 3.4), and lets no page be kept', async () => {
    const door = await openTestDoor();
    const visitor = await signUp(door);
    const pages = [
      await visitor.get('/'),
      await visitor.get('/devices'),
      await visitor.get('/password'),
      await visitor.get('/sign-in'),
      await visitor.get('/nothing'),
      await visitor.get('/healthz'),
      await visitor.post('/sign-up', {}),
      await visitor.send('/sign-out', {
        method: 'POST',
        headers: { 'sec-fetch-site': 'cross-site' },
      }),
    ];
    for (const page of pages) {
      expectSecured(page);
      expect(page.headers.get('cache-control')).toBe('no-store');
      expect(page.headers.get('strict-transport-security')).toBeNull();
    }
  });

  it('asks for HTTPS where the operator has named an https origin', async () => {
    const door = await openTestDoor({ namedOrigins: ['https://id.example.org'] });
    const page = await new Visitor(door.app).get('/sign-in');
    expect(page.headers.get('strict-transport-security')).toContain('max-age=31536000');
  });

  it('has no script and no style in its pages, and lets files of its own run where there are any', async () => {
    const door = await openTestDoor();
    const visitor = await signUp(door);
    const guest = new Visitor(door.app);
    for (const page of [
      await visitor.get('/'),
      await visitor.get('/devices'),
      await visitor.get('/password'),
      await guest.get('/sign-in'),
      await guest.get('/sign-up'),
      await guest.get('/nothing'),
    ]) {
      expect(page.text).toMatch(/^<!doctype html>/);
      expect(page.text).not.toMatch(/<style|\sstyle=|\son\w+=/i);
      const scripts = page.text.match(/<script.*?<\/script>/gs) ?? [];
      for (const script of scripts)
        expect(script).toMatch(/^<script type="module" src="\/assets\/[\w.-]+\.js"><\/script>$/);
      const policy = page.headers.get('content-security-policy');
      expect(policy?.includes("script-src 'self'")).toBe(scripts.length > 0);
    }
  });

  it('serves its files under names that change with them, to be kept for good', async () => {
    const door = await openTestDoor();
    const visitor = new Visitor(door.app);
    const { text } = await visitor.get('/sign-in');
    const paths = [...text.matchAll(/(?:href|src)="(\/assets\/[^"]+)"/g)].map(
      ([, path = '']) => path,
    );
    expect(paths).toHaveLength(4);
    for (const path of paths) {
      const file = await visitor.get(path);
      expect(path).toMatch(/\.[0-9a-f]{12}\.(css|js|svg)$/);
      expect(file.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
      expect(file.headers.getSetCookie()).toEqual([]);
      expectSecured(file);
    }
  });

  it('sends files compressed to who takes that, and says that they differ', async () => {
    const door = await openTestDoor();
    const visitor = new Visitor(door.app);
    const path = door.assets.paths.passwordJudge;
    const plain = await visitor.get(path);
    expect(plain.headers.has('content-encoding')).toBe(false);
    for (const [accepted, encoding] of [
      ['gzip, deflate, br', 'gzip'],
      ['br;q=1.0, GZIP;q=0.5', 'gzip'],
      ['gzip;q=0', null],
      ['identity', null],
    ] as const) {
      const file = await door.app(
        new Request(`${ORIGIN}${path}`, { headers: { 'accept-encoding': accepted } }),
        undefined,
      );
      expect(file.headers.get('content-encoding'), accepted).toBe(encoding);
      expect(file.headers.get('vary')).toBe('Accept-Encoding');
      const body = Buffer.from(await file.arrayBuffer());
      const text = (encoding === null ? body : gunzipSync(body)).toString();
      expect(text === plain.text, accepted).toBe(true);
    }
  });

  it.each(['/assets/', '/assets/style.css', '/assets/../package.json', '/assets/%2e%2e/x'])(
    'has no file %s',
    async (path) => {
      const door = await openTestDoor();
      expect((await new Visitor(door.app).get(path)).status).toBe(404);
    },
  );

  it('shows a page for what is not there', async () => {
    const door = await openTestDoor();
    const page = await new Visitor(door.app).get('/nothing');
    expect(page.status).toBe(404);
    expect(page.text).toContain('There is no such page');
  });

  it('tells whether it is well, and asks the database', async () => {
    const door = await openTestDoor();
    const visitor = new Visitor(door.app);
    expect((await visitor.get('/healthz')).text).toBe('{"status":"ok"}');
    await door.database.accounts.close();
    const page = await visitor.get('/healthz');
    expect([page.status, page.text]).toEqual([503, '{"status":"unavailable","down":["database"]}']);
  });
});

describe('a form from elsewhere (csrf.md)', () => {
  it.each([
    ['another site', { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }],
    ['a sibling of this site', { origin: 'http://localhost:1', 'sec-fetch-site': 'same-site' }],
    ['an old browser on another site', { origin: 'https://evil.example' }],
    ['who hides it', { origin: 'null' }],
  ])('is refused from %s, and leaves the session alone (F22, case 35)', async (_name, headers) => {
    const door = await openTestDoor();
    const visitor = await signUp(door);
    const page = await visitor.send('/sign-out', { method: 'POST', headers, body: '' });
    expect(page.status).toBe(403);
    expect(page.headers.getSetCookie()).toEqual([]);
    expect(page.text).toContain('This came from somewhere else');
    expect((await visitor.get('/')).status).toBe(200);
    expect(door.entries.at(-1)).toMatchObject({ event: 'forged-request', method: 'POST' });
  });

  it('is refused for signing in and up as well (F14), before it is read (F13)', async () => {
    const door = await openTestDoor();
    await signUp(door);
    const visitor = new Visitor(door.app);
    const headers = { ...FORM, origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' };
    const body = new URLSearchParams({ name: NAME, password: PASSWORD });
    for (const path of ['/sign-in', '/sign-up']) {
      const page = await visitor.send(path, { method: 'POST', headers, body });
      expect(page.status).toBe(403);
      expect(visitor.jar.size).toBe(0);
    }
  });

  it('is refused when it comes from 127.0.0.1 to localhost', async () => {
    const door = await openTestDoor();
    const visitor = await signUp(door);
    const headers = { origin: ORIGIN.replace('localhost', '127.0.0.1') };
    expect((await visitor.send('/sign-out', { method: 'POST', headers })).status).toBe(403);
  });
});

describe('when the database fails', () => {
  it('nobody is signed out, and nobody is taken for a visitor: 503, and when to come again', async () => {
    const door = await openTestDoor();
    const visitor = await signUp(door);
    await door.database.accounts.close();
    const page = await visitor.get('/devices');
    expect(page.status).toBe(503);
    expect(page.headers.get('retry-after')).toBe('5');
    expect(page.headers.getSetCookie()).toEqual([]);
    expect(page.text).toContain('You are not signed out');
    expectSecured(page);
    expect(door.entries.at(-1)).toMatchObject({
      event: 'request-failed',
      code: 'store-unavailable',
    });
  });

  it('is a 503 for a database that breaks under the store as well', async () => {
    const door = await openTestDoor();
    const visitors = [await signUp(door), new Visitor(door.app)];
    await door.database.close();
    for (const visitor of visitors) {
      const page = await visitor.post('/sign-in', { name: NAME, password: PASSWORD });
      expect(page.status).toBe(503);
      expect(page.text).not.toMatch(/sqlite|database is/i);
    }
  });
});

describe('when a database hangs', () => {
  it.each(['accounts', 'oneTime', 'throttle'] as const)(
    'it is given two seconds for %s, then it is a 503 (promise 6)',
    async (name) => {
      const clock = createFakeClock();
      const database = openDatabase(':memory:', clock);
      let isHanging = false;
      const asked: unknown[] = [];
      const hanging = new Proxy(database[name], {
        get(store, verb) {
          const found: unknown = Reflect.get(store, verb);
          if (typeof found !== 'function' || verb === 'close') return found;
          return (...args: readonly unknown[]): unknown => {
            if (!isHanging) return Reflect.apply(found, store, args);
            asked.push(verb);
            return new Promise(() => undefined);
          };
        },
      });
      const stores = joinStores({
        database: { ...database, [name]: hanging },
        maxStaleness: 0,
        clock,
      });
      const door = await openTestDoor({ stores, clock });
      await signUp(door);
      await door.flows.settled();
      isHanging = true;
      const visitor = new Visitor(door.app);
      const path = name === 'oneTime' ? '/sign-in/passkey/begin' : '/sign-in';
      const asking = visitor.post(path, { name: NAME, password: PASSWORD });
      await expect.poll(() => asked).toHaveLength(1);
      clock.advance(2_000);
      const page = await asking;
      expect([page.status, page.headers.get('retry-after')]).toEqual([503, '5']);
      isHanging = false;
      const again = await visitor.post('/sign-in', { name: NAME, password: PASSWORD });
      expect(again.status).toBe(303);
    },
  );
});

describe('a mistake of our own', () => {
  it('is a 500 that tells nothing, and is in the log', async () => {
    const door = await openTestDoor();
    const visitor = await signUp(door);
    Object.assign(door.flows.account, {
      user: () => Promise.reject(new Error('a secret of the inside')),
    });
    const page = await visitor.get('/');
    expect(page.status).toBe(500);
    expect(page.text).toContain('Something broke');
    expect(page.text).not.toContain('a secret of the inside');
    expect(door.entries.at(-1)).toMatchObject({
      level: 'error',
      event: 'page-failed',
      message: 'a secret of the inside',
    });
  });

  it('is told by the status of its kind when the library knows it', async () => {
    const door = await openTestDoor();
    const visitor = await signUp(door);
    Object.assign(door.flows.account, {
      user: () => Promise.reject(new CountersignError('hasher-busy', 'Too many at once')),
    });
    const page = await visitor.get('/');
    expect([page.status, page.headers.get('retry-after')]).toEqual([503, '5']);
  });
});
