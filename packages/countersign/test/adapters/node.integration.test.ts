// The node adapter as a browser meets it: signing in and out with a real cookie jar, parallel requests,
// forged requests, hostile input, and a store that fails, is slow or hangs (promise 6).

import fc from 'fast-check';
import { CookieJar } from 'tough-cookie';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

import { withSession } from '../../src/adapters/node.js';
import {
  createWorld,
  get,
  MINUTE,
  OPTIONS,
  OWN,
  request as bytes,
  serve,
  settle,
  wire,
  type Data,
  type World,
} from '../http/fixture.js';
import { send, serveApplication } from './application.js';

let world: World;
beforeEach(() => {
  world = createWorld();
});
afterEach(() => vi.restoreAllMocks());

/** A browser on http://localhost, where Secure cookies are taken, with a jar of its own. */
class JarBrowser {
  readonly #jar = new CookieJar(undefined, { allowSecureOnLocal: true, prefixSecurity: 'strict' });
  readonly #port: number;

  constructor(port: number) {
    this.#port = port;
  }

  get #url(): string {
    return `http://localhost:${this.#port}/`;
  }

  async visit(path: string, method = 'POST'): Promise<{ userId: string | null; data: Data }> {
    const cookie = await this.#jar.getCookieString(this.#url);
    const headers = { ...OWN, ...(cookie === '' ? {} : { cookie }) };
    const answer = await send(this.#port, path, { method, headers });
    expect(answer.status).toBe(200);
    for (const field of answer.headers['set-cookie'] ?? []) {
      await this.#jar.setCookie(field, this.#url);
    }
    return JSON.parse(answer.body) as { userId: string | null; data: Data };
  }

  async cookies(): Promise<readonly string[]> {
    return (await this.#jar.getCookies(this.#url)).map(({ key }) => key);
  }
}

describe('a browser', () => {
  test('signs in, is known, keeps what is stored, and signs out', async () => {
    const browser = new JarBrowser(await serveApplication(world));
    expect(await browser.visit('/', 'GET')).toEqual({ userId: null, data: {} });
    expect(await browser.cookies()).toEqual([]);
    await browser.visit('/a?to=before');
    expect(await browser.cookies()).toEqual(['__Host-pre']);
    expect((await browser.visit('/', 'GET')).data).toEqual({ a: 'before' });
    await browser.visit('/sign-in?user=ann');
    expect(await browser.cookies()).toContain('__Host-id');
    await browser.visit('/note?to=hello');
    expect(await browser.visit('/', 'GET')).toEqual({ userId: 'ann', data: { note: 'hello' } });
    expect((await browser.visit('/take')).data).toEqual({});
    await browser.visit('/sign-out');
    expect(await browser.cookies()).toEqual([]);
    expect(await browser.visit('/', 'GET')).toEqual({ userId: null, data: {} });
  });

  test('stays signed in over renewals for as long as it is active', async () => {
    const browser = new JarBrowser(await serveApplication(world));
    await browser.visit('/sign-in?user=ann');
    for (let visit = 0; visit < 24; visit += 1) {
      world.clock.advance(20 * MINUTE);
      expect((await browser.visit('/', 'GET')).userId).toBe('ann');
    }
  });

  test('in parallel requests loses no write (promise 2)', async () => {
    const browser = new JarBrowser(await serveApplication(world));
    await browser.visit('/sign-in?user=ann');
    world.store.mood = 'slow';
    await Promise.all([
      browser.visit('/a?to=kept'),
      browser.visit('/note?to=too'),
      ...Array.from({ length: 5 }, async () => browser.visit('/count')),
    ]);
    expect((await browser.visit('/', 'GET')).data).toEqual({ a: 'kept', note: 'too', b: 5 });
  });
});

describe('a forged request', () => {
  test.each([
    ['POST', { 'Sec-Fetch-Site': 'cross-site', Origin: 'https://evil.example' }],
    ['POST', { 'Sec-Fetch-Site': 'same-site', Origin: 'https://blog.app.example' }],
    ['DELETE', { Origin: 'null' }],
    ['PUT', {}],
    ['GET', { Upgrade: 'websocket', Connection: 'Upgrade', Origin: 'https://evil.example' }],
  ])('%s with %j is a 403 that touches nothing (F12-F14, F21, F22)', async (method, headers) => {
    const cookie = await world.signIn();
    const port = await serveApplication(world);
    world.clock.advance(20 * MINUTE);
    const answer = await send(port, '/sign-out', { method, headers: { cookie, ...headers } });
    expect(answer).toMatchObject({ status: 403, body: 'Forbidden\n' });
    expect(answer.headers['set-cookie']).toBeUndefined();
    expect(answer.headers['cache-control']).toBe('no-store');
    expect(world.store.calls.get('read')).toBeUndefined();
    expect(await world.store.list('ann')).toHaveLength(1);
  });

  test('is refused where nobody is signed in as well: sign-in is covered (F14)', async () => {
    const headers = { 'Sec-Fetch-Site': 'cross-site', Origin: 'https://evil.example' };
    const answer = await send(await serveApplication(world), '/sign-in', {
      method: 'POST',
      headers,
    });
    expect(answer.status).toBe(403);
    expect(await world.store.list('ann')).toEqual([]);
  });

  test('is explained in development, and only there (F22)', async () => {
    vi.stubEnv('NODE_ENV', 'development');
    const port = await serveApplication(world);
    vi.unstubAllEnvs();
    const headers = { 'Sec-Fetch-Site': 'cross-site' };
    const answer = await send(port, '/', { method: 'POST', headers });
    expect(answer.body).toMatch(/^Forbidden\ncross-site: Another site made the request/);
  });

  test('is let in where the check is off', async () => {
    vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
    const headers = { 'Sec-Fetch-Site': 'cross-site' };
    const port = await serveApplication(world, { csrf: false });
    expect((await send(port, '/', { method: 'POST', headers })).status).toBe(200);
  });

  test.each(['/hook/', '/hook/x', '//hook', '/HOOK', '/ho%6Fk'])(
    'on %s is not covered by a bypass of /hook (34)',
    async (path) => {
      vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
      const bypass = [{ method: 'POST', route: '/hook', proof: 'signature' }];
      const port = await serveApplication(world, { ...OPTIONS, csrf: { bypass } });
      const headers = { 'Sec-Fetch-Site': 'cross-site' };
      expect((await send(port, '/hook?x=1', { method: 'POST', headers })).status).toBe(200);
      expect((await send(port, path, { method: 'POST', headers })).status).toBe(403);
      expect((await send(port, '/hook', { method: 'PUT', headers })).status).toBe(403);
    },
  );
});

describe('a store', () => {
  test('that fails is a 503 with Retry-After, never an anonymous request (promise 6)', async () => {
    const cookie = await world.signIn();
    const errors: unknown[] = [];
    const port = await serveApplication(world, {
      ...OPTIONS,
      onError: (error) => errors.push(error),
    });
    world.store.mood = 'failing';
    const answer = await send(port, '/', { headers: { cookie } });
    expect(answer.status).toBe(503);
    expect(answer.headers).toMatchObject({ 'retry-after': '5', 'cache-control': 'no-store' });
    expect(answer.body).toBe('Service Unavailable. Try again in a moment.\n');
    expect(errors).toMatchObject([
      { code: 'store-unavailable', cause: { message: 'ECONNREFUSED 10.0.0.7:6379' } },
    ]);
  });

  test('that fails is not asked, and not missed, where there is no token', async () => {
    const port = await serveApplication(world);
    world.store.mood = 'failing';
    for (const cookie of ['', 'theme=dark', '__Host-id=no-token', `__Host-id=${'x'.repeat(79)}`]) {
      expect((await send(port, '/', { headers: { cookie } })).status).toBe(200);
    }
  });

  test('that hangs is waited for as long as the policy says, and is missed no more afterwards', async () => {
    const cookie = await world.signIn();
    const port = await serveApplication(world);
    world.store.mood = 'hanging';
    const answers = [1, 2, 3].map(async () => send(port, '/', { headers: { cookie } }));
    let answered = 0;
    for (const answer of answers) void answer.then(() => (answered += 1));
    await expect.poll(() => world.store.calls.get('read')).toBeGreaterThan(2);
    world.clock.advance(1_999);
    await settle();
    expect(answered).toBe(0);
    world.clock.advance(1);
    for (const answer of answers) expect((await answer).status).toBe(503);
    world.store.mood = 'well';
    const { status, body } = await send(port, '/', { headers: { cookie } });
    expect({ status, body }).toEqual({ status: 200, body: '{"userId":"ann","data":{}}' });
  });

  test('that hangs at the commit is a 503 in bounded time as well', async () => {
    const cookie = await world.signIn();
    const port = await serveApplication(world);
    world.store.moods.set('patch', 'hanging');
    const answer = send(port, '/a?to=x', { method: 'POST', headers: { cookie, ...OWN } });
    await expect.poll(() => world.store.calls.get('patch')).toBe(1);
    await settle();
    world.clock.advance(2_000);
    expect((await answer).status).toBe(503);
    world.store.moods.clear();
    expect((await send(port, '/', { headers: { cookie } })).body).toContain('"data":{}');
  });

  test('that fails in a handler answers 503, and an ended session 401, without ending the process', async () => {
    const cookie = await world.signIn();
    const port = await serve(
      withSession(world.sessions, OPTIONS, async ({ session, url }, response) => {
        response.setHeader('ETag', '"1"');
        if (url === '/ended') await world.sessions.endUser('ann');
        await session.update((data) => ({ ...data, a: 'x' }));
        response.end('never');
      }),
    );
    world.store.moods.set('read', 'failing');
    expect((await send(port, '/', { headers: { cookie } })).status).toBe(503);
    world.store.moods.clear();
    world.store.moods.set('patch', 'failing');
    const failed = await send(port, '/', { headers: { cookie } });
    expect(failed).toMatchObject({ status: 503, headers: { 'retry-after': '5' } });
    expect(failed.headers['etag']).toBeUndefined();
    world.store.moods.clear();
    expect((await send(port, '/ended', { headers: { cookie } })).status).toBe(401);
  });

  test('is told of by one process warning a minute, without a token in it', async () => {
    const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
    const cookie = await world.signIn();
    const port = await serveApplication(world, { origins: OPTIONS.origins });
    world.store.mood = 'failing';
    for (let time = 0; time < 3; time += 1) await send(port, '/', { headers: { cookie } });
    expect(warn.mock.calls).toEqual([
      [
        'A request failed (store-unavailable): The session store failed: ECONNREFUSED 10.0.0.7:6379. Further failures are not told for a minute; pass onError to hear of each.',
        'CountersignWarning',
      ],
    ]);
    world.clock.advance(MINUTE);
    await send(port, '/', { headers: { cookie } });
    expect(warn).toHaveBeenCalledTimes(2);
  });
});

describe('hostile input', () => {
  test('in the Cookie header is never a 500 and never hangs', async () => {
    const cookie = await world.signIn();
    const port = await serveApplication(world);
    const token = cookie.slice('__Host-id='.length);
    const piece = fc.oneof(
      fc.constantFrom(
        '__Host-id',
        '__Host-pre',
        '=',
        ';',
        ' ',
        '"',
        ',',
        '%00',
        token,
        '__proto__',
      ),
      fc.constant(token).map((text) => `${text.slice(0, 40)}A${text.slice(41)}`),
      fc
        .string({ unit: 'binary-ascii', maxLength: 40 })
        .map((text) => text.replace(/[\0\r\n]/g, '')),
      fc.string({ unit: fc.constantFrom('é', 'ÿ', '\u0080', '\t'), maxLength: 5 }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 60 }), async (pieces) => {
        const { socket, closed } = await wire(port);
        const text = bytes('GET', '/', { Connection: 'close', Cookie: pieces.join('') });
        socket.write(Buffer.from(text, 'latin1'));
        // 400 is node's own parser, for octets that no header may have.
        expect((await closed()).slice(0, 12)).toMatch(/^HTTP\/1\.1 [24]00$/);
      }),
      { numRuns: 300 },
    );
  });

  test.each<[string, Record<string, string>]>([
    ['a huge cookie', { Cookie: `a=${'b'.repeat(12_000)}` }],
    ['thousands of cookies', { Cookie: 'a=b;'.repeat(3_000) }],
    ['many session cookies', { Cookie: `__Host-id=${'A'.repeat(80)}; `.repeat(100) }],
    ['addresses that are none', { 'X-Forwarded-For': ', ,;\t[::,999.1.1.1:port, "'.repeat(50) }],
    ['schemes that are none', { 'X-Forwarded-Proto': 'javascript:,,\thttps http' }],
    ['a host that is none', { Host: '[::1' }],
    ['an origin that is none', { Origin: 'https://' }],
  ])('such as %s is an ordinary visitor', async (_, headers) => {
    const port = await serveApplication(world, { ...OPTIONS, trustProxy: 3 });
    const { socket, closed } = await wire(port);
    socket.write(bytes('GET', '/', { Connection: 'close', ...headers }));
    const received = await closed();
    expect(received).toMatch(/^HTTP\/1\.1 200 /);
    expect(received).toContain('"userId":null');
  });

  test('in requests on one connection leaves the next one alone', async () => {
    const cookie = await world.signIn();
    const { socket, until } = await wire(await serveApplication(world));
    const forged = bytes('POST', '/a?to=x', { cookie, Origin: 'null', 'Content-Length': '3' });
    socket.write(`${forged}a=b${get('/', { Cookie: '__Host-id=;;;=' })}${get('/', { cookie })}`);
    const received = await until('"ann"');
    expect(received.match(/HTTP\/1\.1 \d+/g)).toEqual([
      'HTTP/1.1 403',
      'HTTP/1.1 200',
      'HTTP/1.1 200',
    ]);
  });
});
