// Headers of a response with a session: no cookie of the application is lost and none is sent twice
// (D7, D8), what carries a session cookie is never stored (A60), what was read varies by cookie.

import type { IncomingMessage, ServerResponse } from 'node:http';

import { beforeEach, describe, expect, test } from 'vitest';

import { withSession, type WithSession } from '../../src/adapters/node.js';
import {
  createWorld,
  get,
  MINUTE,
  OPTIONS,
  serve,
  wire,
  type Data,
  type World,
} from './fixture.js';

let world: World;
let cookie: string;
beforeEach(async () => {
  world = createWorld();
  cookie = await world.signIn();
});

type Handler = (request: IncomingMessage & WithSession<Data>, response: ServerResponse) => unknown;

/** The header lines of the answer, without those of node. */
async function headOf(handler: Handler, headers = { cookie }): Promise<readonly string[]> {
  const port = await serve(
    withSession(world.sessions, OPTIONS, async (request, response) => {
      await handler(request, response);
      if (!response.writableEnded) response.end('!');
    }),
  );
  const { socket, until } = await wire(port);
  socket.write(get('/', { Host: 'localhost', ...headers }));
  const head = (await until('\r\n\r\n')).split('\r\n\r\n', 1)[0] ?? '';
  return head
    .split('\r\n')
    .filter((line) => !/^(?:HTTP|Date|Connection|Keep-Alive|Content-Length|Transfer)/.test(line))
    .map((line) => line.replace(/(__Host-\w+=)[\w-]{80};.*/, '$1TOKEN'))
    .toSorted();
}

const signIn: Handler = async ({ session }) => session.signIn('bob');

describe('Set-Cookie', () => {
  const ours = ['Cache-Control: no-store', 'Set-Cookie: __Host-id=TOKEN', 'Vary: Cookie'];

  test('is made once, with no-store and Vary beside it', async () => {
    expect(await headOf(signIn)).toEqual(ours);
  });

  test.each<[string, (response: ServerResponse) => unknown, readonly string[]]>([
    ['setHeader', (r) => r.setHeader('Set-Cookie', 'one=1'), ['one=1']],
    ['setHeader, a list', (r) => r.setHeader('set-cookie', ['one=1', 'two=2']), ['one=1', 'two=2']],
    ['appendHeader', (r) => r.appendHeader('Set-Cookie', ['one=1', 'two=2']), ['one=1', 'two=2']],
    ['writeHead, an object', (r) => r.writeHead(200, { 'set-cookie': 'one=1' }), ['one=1']],
    [
      'writeHead, a list in an object',
      (r) => r.writeHead(200, 'OK', { 'Set-Cookie': ['one=1', 'two=2'] }),
      ['one=1', 'two=2'],
    ],
    [
      'writeHead, names and values in turn',
      (r) => r.writeHead(200, ['Set-Cookie', 'one=1', 'X', 'y', 'Set-Cookie', 'two=2']),
      ['one=1', 'two=2'],
    ],
    [
      'writeHead, pairs',
      // Node takes them, and its types do not know.
      (r) =>
        r.writeHead(200, [
          ['Set-Cookie', 'one=1'],
          ['Set-Cookie', 'two=2'],
        ] as unknown as string[]),
      ['one=1', 'two=2'],
    ],
    [
      'setHeader and writeHead, which overrides',
      (r) => r.setHeader('Set-Cookie', 'gone=1').writeHead(200, { 'Set-Cookie': 'one=1' }),
      ['one=1'],
    ],
  ])('of the application by %s is kept', async (_, set, theirs) => {
    const lines = await headOf(async (request, response) => {
      await request.session.signIn('bob');
      set(response);
    });
    expect(lines.filter((line) => /^set-cookie/i.test(line))).toEqual(
      [...theirs.map((field) => `Set-Cookie: ${field}`), 'Set-Cookie: __Host-id=TOKEN'].toSorted(),
    );
  });

  test('with the name of a session cookie gives way to ours (D7)', async () => {
    const lines = await headOf(async (request, response) => {
      await request.session.signIn('bob');
      response.writeHead(200, { 'Set-Cookie': ['__Host-id=theirs; Path=/; Secure', 'one=1'] });
    });
    expect(lines).toEqual([
      'Cache-Control: no-store',
      'Set-Cookie: __Host-id=TOKEN',
      'Set-Cookie: one=1',
      'Vary: Cookie',
    ]);
  });

  test('deletes both cookies at sign-out, and clears what the application asked for (A57, A63)', async () => {
    const lines = await headOf(async (request) => request.session.signOut({ clearSiteData: true }));
    const gone = 'Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0; Path=/; Secure; HttpOnly';
    expect(lines).toEqual([
      'Cache-Control: no-store',
      'Clear-Site-Data: "cache", "cookies", "storage"',
      `Set-Cookie: __Host-id=; ${gone}; SameSite=Lax`,
      `Set-Cookie: __Host-pre=; ${gone}; SameSite=Lax`,
      'Vary: Cookie',
    ]);
  });

  test('is sent with a renewal, also by a handler that never looks at the session', async () => {
    world.clock.advance(16 * MINUTE);
    expect(await headOf(() => undefined)).toEqual(ours);
    expect(await headOf((request) => void request.session.userId)).toEqual(ours);
  });

  test('of a sign-in is sent with a 500 too, and staged data is not stored then', async () => {
    const lines = await headOf(async (request, response) => {
      await request.session.signIn('bob');
      request.session.set('a', 'dropped');
      response.statusCode = 500;
    });
    expect(lines).toEqual(ours);
    expect(await world.stored('bob')).toEqual({});
  });

  test('is also sent when storing data fails after the sign-in, with the 503', async () => {
    world.store.moods.set('patch', 'failing');
    const lines = await headOf(async (request) => {
      await request.session.signIn('bob');
      request.session.set('a', 'x');
    });
    expect(lines).toEqual([
      'Cache-Control: no-store',
      'Content-Type: text/plain; charset=utf-8',
      'Retry-After: 5',
      'Set-Cookie: __Host-id=TOKEN',
      'Vary: Cookie',
    ]);
  });

  test('of a remembered session has Max-Age, and of another one has not', async () => {
    const port = await serve(
      withSession(world.sessions, OPTIONS, async ({ session, url }, response) => {
        await session.signIn('bob', url === '/remember' ? { remember: true } : {});
        response.end(`answer to ${url}.`);
      }),
    );
    const { socket, until } = await wire(port);
    socket.write(get('/remember', { Host: 'localhost' }) + get('/', { Host: 'localhost' }));
    const [first, second] = (await until('answer to /.')).match(/Set-Cookie.*/g) ?? [];
    expect(first).toMatch(/; Max-Age=2592000; Path=\/; Secure; HttpOnly; SameSite=Lax$/);
    expect(second).toMatch(/=[\w-]{80}; Path=\/; Secure; HttpOnly; SameSite=Lax$/);
  });
});

describe('Cache-Control', () => {
  test.each<[string, (response: ServerResponse) => unknown]>([
    ['setHeader', (r) => r.setHeader('Cache-Control', 'public, max-age=3600')],
    ['writeHead', (r) => r.writeHead(200, { 'cache-control': 'public, max-age=3600' })],
  ])('of the application by %s is replaced beside a session cookie (A60)', async (_, set) => {
    const lines = await headOf(async (request, response) => {
      await request.session.signIn('bob');
      set(response);
    });
    expect(lines.filter((line) => /^cache-control/i.test(line))).toEqual([
      'Cache-Control: no-store',
    ]);
  });

  test('is left alone where no session cookie is sent', async () => {
    const lines = await headOf((request, response) => {
      request.session.set('a', 'x');
      response.setHeader('Cache-Control', 'max-age=60');
    });
    expect(lines).toEqual(['Cache-Control: max-age=60']);
  });
});

describe('Vary', () => {
  const read: Handler = (request) => expect(request.session.userId).toBe('ann');

  test('is not there when nobody looked at the session', async () => {
    expect(await headOf((_, response) => response.setHeader('Vary', 'Accept'))).toEqual([
      'Vary: Accept',
    ]);
    expect(await headOf(() => undefined)).toEqual([]);
  });

  test.each<[string, (response: ServerResponse) => unknown, readonly string[]]>([
    ['nothing', () => undefined, ['Vary: Cookie']],
    ['another header', (r) => r.setHeader('X', 'y'), ['Vary: Cookie', 'X: y']],
    ['Vary', (r) => r.setHeader('Vary', 'Accept'), ['Vary: Accept, Cookie']],
    ['a list', (r) => r.setHeader('Vary', ['Accept', 'Origin']), ['Vary: Accept, Origin, Cookie']],
    ['it already', (r) => r.setHeader('vary', 'accept, COOKIE'), ['vary: accept, COOKIE']],
    ['anything', (r) => r.setHeader('Vary', '*'), ['Vary: *']],
    ['a name like it', (r) => r.setHeader('Vary', 'X-Cookie'), ['Vary: X-Cookie, Cookie']],
    ['a status', (r) => r.writeHead(200), ['Vary: Cookie']],
    ['a reason', (r) => r.writeHead(200, 'Fine'), ['Vary: Cookie']],
    ['an object', (r) => r.writeHead(200, { X: 'y' }), ['Vary: Cookie', 'X: y']],
    ['an object with it', (r) => r.writeHead(200, { vary: 'Accept' }), ['vary: Accept, Cookie']],
    ['a list', (r) => r.writeHead(200, 'Fine', ['X', 'y']), ['Vary: Cookie', 'X: y']],
    ['a list with it', (r) => r.writeHead(200, ['Vary', 'Accept']), ['Vary: Accept, Cookie']],
    [
      'both ways',
      (r) => r.setHeader('X', 'y').writeHead(200, { Y: 'z' }),
      ['Vary: Cookie', 'X: y', 'Y: z'],
    ],
    [
      'an object over it',
      (r) => r.setHeader('Vary', 'Accept').writeHead(200, { Vary: 'Origin' }),
      ['Vary: Origin, Cookie'],
    ],
  ])('has Cookie, once, after the handler set %s', async (_, set, lines) => {
    const head = await headOf(async (request, response) => {
      await read(request, response);
      set(response);
    });
    expect(head).toEqual([...lines].toSorted());
  });

  test('a list that does not come out even is refused by node itself', async () => {
    let code: unknown;
    await headOf((request, response) => {
      void read(request, response);
      try {
        response.writeHead(200, ['Vary']);
      } catch (error) {
        code = error instanceof Error && 'code' in error ? error.code : error;
      }
    });
    expect(code).toBe('ERR_INVALID_ARG_VALUE');
  });
});
