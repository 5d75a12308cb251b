// The Express adapter in Express 5 and 4, with `compression` on either side of it: commit order for
// everything that Express answers with (docs/design/sessions.md), typed sessions, bypassed routes (F19, 34).

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

import compression from 'compression';
import express, { type Express, type NextFunction, type Request, type Response } from 'express';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';

import { sessionMiddleware } from '../../src/adapters/express.js';
import type { HttpOptions } from '../../src/http/options.js';
import {
  createWorld,
  eventually,
  get,
  OPTIONS,
  OWN,
  request as bytes,
  serve,
  settle,
  wire,
  type Wire,
  type World,
} from '../http/fixture.js';

// Express 4 has no types of its own here; what is used of it is in those of Express 5.
const express4 = createRequire(import.meta.url)('express4') as typeof express;

const folder = mkdtempSync(join(tmpdir(), 'countersign-express-'));
const FILE = join(folder, 'page.html');
const LONG = 'All work and no play makes Jack a dull boy. '.repeat(5_000);
writeFileSync(FILE, LONG);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let world: World;
let cookie: string;
beforeEach(async () => {
  world = createWorld();
  cookie = await world.signIn();
});

const VERSIONS = [
  ['5', express],
  ['4', express4],
] as const;

async function start(app: Express): Promise<Wire> {
  return wire(await serve(app));
}

function createApp(create: typeof express, options: HttpOptions = OPTIONS): Express {
  const app = create();
  app.set('env', 'test');
  app.use(sessionMiddleware(world.sessions, options));
  return app;
}

const bodyOf = (received: string): string => received.slice(received.indexOf('\r\n\r\n') + 4);

describe.each(VERSIONS)('Express %s', (_, create) => {
  const ANSWERS: Readonly<Record<string, [(response: Response) => unknown, RegExp, string]>> = {
    json: [(response) => response.json({ done: true }), /^HTTP\/1\.1 200 /, '{"done":true}'],
    send: [(response) => response.status(201).send('made'), /^HTTP\/1\.1 201 /, 'made'],
    redirect: [(response) => response.redirect('/next'), /^HTTP\/1\.1 302 .*Location: \/next/s, ''],
    sendStatus: [(response) => response.sendStatus(204), /^HTTP\/1\.1 204 /, ''],
    sendFile: [(response) => response.sendFile(FILE), /^HTTP\/1\.1 200 .*text\/html/s, LONG],
    end: [(response) => response.end('plain'), /^HTTP\/1\.1 200 /, 'plain'],
  };

  test.each(Object.entries(ANSWERS))('%s waits for the store', async (__, [answer, head, body]) => {
    const app = createApp(create);
    app.get('/', (request, response) => {
      request.session.set('a', 'stored');
      answer(response);
    });
    const { socket, text } = await start(app);
    const release = world.store.holdWrites();
    socket.write(get('/', { cookie }));
    await eventually(() => world.store.held === 1);
    await settle();
    expect(text()).toBe('');
    expect(await world.stored()).toEqual({});
    release();
    await eventually(() => text().includes('\r\n\r\n') && bodyOf(text()).length >= body.length);
    expect(text()).toMatch(head);
    expect(bodyOf(text())).toContain(body);
    expect(await world.stored()).toEqual({ a: 'stored' });
  });

  test.each(Object.entries(ANSWERS))(
    '%s is replaced when the store fails',
    async (__, [answer]) => {
      const app = createApp(create);
      app.get('/', (request, response) => {
        request.session.set('a', 'lost');
        answer(response);
      });
      world.store.moods.set('patch', 'failing');
      const { socket, until } = await start(app);
      socket.write(get('/', { cookie }));
      const received = await until('Service Unavailable.');
      expect(received).toMatch(/^HTTP\/1\.1 503 .*Retry-After: 5\r\n/s);
      expect(received).not.toMatch(/Location|Last-Modified|ETag|Jack/);
    },
  );

  test('a throw after res.json changes nothing of what the client gets', async () => {
    const app = createApp(create);
    app.get('/', (request, response) => {
      request.session.set('a', 'stored');
      response.json({ done: true });
      throw new Error('after the answer');
    });
    const { socket, closed } = await start(app);
    const release = world.store.holdWrites();
    socket.write(get('/', { cookie }));
    await eventually(() => world.store.held === 1);
    await settle();
    release();
    const received = await closed();
    expect(received).toMatch(/^HTTP\/1\.1 200 /);
    expect(bodyOf(received)).toBe('{"done":true}');
    expect(await world.stored()).toEqual({ a: 'stored' });
  });

  test('a throw before any answer is a 500 of Express, and drops what was staged', async () => {
    const app = createApp(create);
    app.get('/', (request) => {
      request.session.set('a', 'dropped');
      throw new Error('before the answer');
    });
    const { socket, until } = await start(app);
    socket.write(get('/', { cookie }));
    expect(await until('</html>')).toMatch(/^HTTP\/1\.1 500 /);
    expect(await world.stored()).toEqual({});
  });

  test('an error of this library that is passed on has its own status', async () => {
    const app = createApp(create);
    app.get('/', (request, response, next: NextFunction) => {
      request.session.update(() => ({ a: 'x' })).then(() => response.end(), next);
    });
    const { socket, until } = await start(app);
    world.store.moods.set('patch', 'failing');
    socket.write(get('/', { cookie }));
    expect(await until('</html>')).toMatch(/^HTTP\/1\.1 503 /);
  });

  describe.each([
    ['before', [compression(), 'session']],
    ['after', ['session', compression()]],
  ] as const)('with compression %s the session', (__, order) => {
    async function startWith(handler: (request: Request, response: Response) => void) {
      const app = create();
      for (const each of order) {
        app.use(each === 'session' ? sessionMiddleware(world.sessions, OPTIONS) : each);
      }
      app.get('/', handler);
      return start(app);
    }

    test.each<[string, (response: Response) => unknown]>([
      ['send', (response) => response.type('text').send(LONG)],
      ['sendFile', (response) => response.sendFile(FILE)],
      [
        'writes',
        (response) => {
          response.type('text');
          for (let at = 0; at < LONG.length; at += 40_000) {
            response.write(LONG.slice(at, at + 40_000));
          }
          response.end();
        },
      ],
      [
        'writes that wait for drain',
        (response) => {
          response.type('text');
          let at = 0;
          const go = (): void => {
            while (at < LONG.length) {
              const hasRoom = response.write(LONG.slice(at, at + 40_000));
              at += 40_000;
              if (!hasRoom) {
                response.once('drain', go);
                return;
              }
            }
            response.end();
          };
          go();
        },
      ],
    ])('%s arrives compressed, whole and after the store has the write', async (___, answer) => {
      const { socket, closed, text } = await startWith((request, response) => {
        request.session.set('a', 'stored');
        answer(response);
      });
      const release = world.store.holdWrites();
      socket.write(get('/', { cookie, 'Accept-Encoding': 'gzip', Connection: 'close' }));
      await eventually(() => world.store.held === 1);
      await settle();
      expect(text()).toBe('');
      release();
      const received = await closed();
      expect(received).toContain('Content-Encoding: gzip\r\n');
      expect(received).toContain('Vary: Accept-Encoding\r\n');
      const body = unchunked(bodyOf(received));
      expect(gunzipSync(Buffer.from(body, 'latin1')).toString()).toBe(LONG);
      expect(await world.stored()).toEqual({ a: 'stored' });
    });

    test('a failing store answers 503, and not in gzip by halves', async () => {
      const { socket, closed } = await startWith((request, response) => {
        request.session.set('a', 'lost');
        response.type('text').send(LONG);
      });
      world.store.moods.set('patch', 'failing');
      socket.write(get('/', { cookie, 'Accept-Encoding': 'gzip', Connection: 'close' }));
      const received = await closed();
      expect(received).toMatch(/^HTTP\/1\.1 503 /);
      expect(received).not.toContain('Content-Encoding');
      expect(received).toContain('Service Unavailable.');
    });

    test('a response that is not gated varies by both', async () => {
      const { socket, closed } = await startWith((request, response) => {
        response.type('text').send(`${request.session.userId} ${LONG}`);
      });
      socket.write(get('/', { cookie, 'Accept-Encoding': 'gzip', Connection: 'close' }));
      const vary = /Vary: (.*)\r\n/.exec(await closed())?.[1];
      expect(vary?.split(', ').toSorted()).toEqual(['Accept-Encoding', 'Cookie']);
    });
  });

  test('a static file gets no Vary: Cookie, and its caching stays as it is', async () => {
    const app = createApp(create);
    app.use(create.static(folder, { maxAge: '1h' }));
    const { socket, closed } = await start(app);
    socket.write(get('/page.html', { cookie, Connection: 'close' }));
    const received = await closed();
    expect(received).toContain('Cache-Control: public, max-age=3600');
    expect(received).not.toContain('Vary');
  });

  describe('csrf.bypass (34)', () => {
    const options: HttpOptions = {
      ...OPTIONS,
      csrf: { bypass: [{ method: 'POST', route: '/hook', proof: 'signature' }] },
    };
    async function statusOf(method: string, path: string, mount = ''): Promise<string> {
      const app = create();
      app.use(mount === '' ? '/' : mount, sessionMiddleware(world.sessions, options));
      app.use((request, response) => {
        response.send(`ran ${request.path}`);
      });
      const { socket, closed } = await start(app);
      socket.write(bytes(method, path, { cookie, Connection: 'close', 'Content-Length': '0' }));
      return (await closed()).slice(9, 12);
    }

    test.each(['/hook', '/hook?query=/other'])('lets POST %s in', async (path) => {
      expect(await statusOf('POST', path)).toBe('200');
    });

    test.each([
      '/hook/',
      '/hook/x',
      '//hook',
      '/HOOK',
      '/ho%6Fk',
      '/hook;x',
      '/./hook',
      '/x/../hook',
      '/hook%2F',
      '/other?/hook',
      'http://app.example/hook',
    ])('refuses POST %s, which Express may route there', async (path) => {
      expect(await statusOf('POST', path)).toBe('403');
    });

    test.each(['PUT', 'PATCH', 'DELETE', 'post'])('refuses %s /hook', async (method) => {
      expect(await statusOf(method, '/hook')).toMatch(/^40[03]$/);
    });

    test('counts the mount point to the route', async () => {
      expect(await statusOf('POST', '/api/hook', '/api')).toBe('403');
      expect(await statusOf('POST', '/hook', '/api')).toBe('200');
      expect(await statusOf('POST', '/hook/hook', '/hook')).toBe('403');
    });
  });

  test('a refused POST to sign-out leaves the session alive and sets no cookie (35, F22)', async () => {
    const app = createApp(create);
    app.post('/sign-out', (request, response, next) => {
      request.session.signOut().then(() => response.end('signed out'), next);
    });
    const { socket, until } = await start(app);
    const forged = { cookie, 'Sec-Fetch-Site': 'cross-site', Origin: 'https://evil.example' };
    socket.write(bytes('POST', '/sign-out', { ...forged, 'Content-Length': '0' }));
    const refused = await until('Forbidden');
    expect(refused).toMatch(/^HTTP\/1\.1 403 /);
    expect(refused).not.toMatch(/Set-Cookie|Vary/);
    expect(await world.store.list('ann')).toHaveLength(1);
    expect(world.store.calls.get('read')).toBeUndefined();
    socket.write(bytes('POST', '/sign-out', { cookie, ...OWN, 'Content-Length': '0' }));
    expect(await until('signed out')).toContain('Set-Cookie: __Host-id=;');
    expect(await world.store.list('ann')).toEqual([]);
  });

  test('standing twice in the way of a request is a mistake that is named', async () => {
    const app = createApp(create);
    app.use(sessionMiddleware(world.sessions, OPTIONS));
    app.use((error: Error, _request: Request, response: Response, _next: NextFunction) => {
      response.status(500).send(error.message);
    });
    const { socket, until } = await start(app);
    socket.write(get('/', { cookie }));
    expect(await until('before the routes')).toContain('stands twice');
  });
});

/** The body without its chunk sizes. */
function unchunked(body: string): string {
  let whole = '';
  for (let at = 0; ;) {
    const line = body.indexOf('\r\n', at);
    const size = Number.parseInt(body.slice(at, line), 16);
    if (!(size > 0)) return whole;
    whole += body.slice(line + 2, line + 2 + size);
    at = line + 2 + size + 2;
  }
}
