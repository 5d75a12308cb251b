// The commit order on real connections: the store has the write before the client has the headers
// (docs/design/sessions.md, "Commit order"; D7, A60). Every way of answering, over HTTP/1.1 and HTTP/2.

import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { connect as connectHttp2 } from 'node:http2';

import { beforeEach, describe, expect, test } from 'vitest';

import { withSession, type WithSession } from '../../src/adapters/node.js';
import {
  atEnd,
  createHttp2Server,
  createWorld,
  eventually,
  get,
  listen,
  OPTIONS,
  request,
  serve,
  settle,
  wire,
  type Data,
  type Wire,
  type World,
} from './fixture.js';

let world: World;
let cookie: string;
beforeEach(async () => {
  world = createWorld();
  cookie = await world.signIn();
});

type Handler = (request: IncomingMessage & WithSession<Data>, response: ServerResponse) => unknown;

async function serveWith(handler: Handler): Promise<Wire> {
  return wire(await serve(withSession(world.sessions, OPTIONS, handler)));
}

/** Each way to answer `200` with a body of `hello, world`, after something was staged. */
const WAYS: Readonly<Record<string, (response: ServerResponse) => unknown>> = {
  end: (response) => response.end('hello, world'),
  'end with a callback': async (response) =>
    new Promise<void>((resolve) => response.end('hello, world', () => resolve())),
  'write and end': (response) => {
    response.write('hello, ');
    response.end('world');
  },
  'awaited writes': async (response) => {
    await new Promise((resolve) => response.write('hello, ', resolve));
    await new Promise((resolve) => response.write(Buffer.from('world'), 'utf8', resolve));
    response.end();
  },
  'writeHead and end': (response) => {
    response.writeHead(200, { 'Content-Type': 'text/plain' });
    response.end('hello, world');
  },
  'chained writeHead': (response) => response.writeHead(200, 'Fine').end('hello, world'),
  'flushHeaders and end': (response) => {
    response.flushHeaders();
    response.flushHeaders();
    response.end('hello, world');
  },
  pipe: (response) => Readable.from(['hello', ', ', 'world']).pipe(response),
  pipeline: async (response) => pipeline(Readable.from(['hello, ', 'world']), response),
  'a body after a while': async (response) => {
    response.write('hello, ');
    await settle();
    response.end('world');
  },
};

describe.each(Object.entries(WAYS))('an answer by %s', (name, answer) => {
  test('reaches the client after the store has the write', async () => {
    const { socket, until, text } = await serveWith((request, response) => {
      request.session.set('a', 'stored');
      return answer(response);
    });
    const release = world.store.holdWrites();
    socket.write(get('/', { cookie }));
    await eventually(() => world.store.held === 1);
    await settle();
    expect(text()).toBe('');
    expect(await world.stored()).toEqual({});
    release();
    const received = await until('world');
    expect(received).toMatch(/^HTTP\/1\.1 200 /);
    expect(received.replaceAll(/\r\n[0-9a-f]+\r\n/g, '')).toContain('hello, world');
    expect(await world.stored()).toEqual({ a: 'stored' });
  });

  test('is replaced by a 503 when the store fails', async () => {
    const { socket, until } = await serveWith((request, response) => {
      request.session.set('a', 'lost');
      response.setHeader('Set-Cookie', 'theirs=1');
      response.setHeader('ETag', '"1"');
      return answer(response);
    });
    world.store.moods.set('patch', 'failing');
    socket.write(get('/', { cookie }));
    const received = await until('Service Unavailable.');
    expect(received).toMatch(/^HTTP\/1\.1 503 /);
    expect(received).toContain('Retry-After: 5\r\n');
    expect(received).toContain('Cache-Control: no-store\r\n');
    expect(received).not.toMatch(/hello|world|Set-Cookie|ETag|chunked|Fine/);
    world.store.moods.clear();
    socket.write(get('/', { cookie }));
    expect(await until('world')).toMatch(/HTTP\/1\.1 200 .*world/s);
  });

  test('is replaced by a 401 when the session ended meanwhile', async () => {
    const { socket, until } = await serveWith(async (request, response) => {
      request.session.set('a', 'too late');
      await world.sessions.endUser('ann');
      return answer(response);
    });
    socket.write(get('/', { cookie }));
    const received = await until('Sign in again.');
    expect(received).toMatch(/^HTTP\/1\.1 401 /);
    expect(received).not.toMatch(/hello|world|Set-Cookie/);
    expect(await world.store.list('ann')).toEqual([]);
  });

  test('is not held up when there is nothing to commit', async () => {
    const { socket, until } = await serveWith((request, response) => {
      expect(request.session.userId).toBe('ann');
      return answer(response);
    });
    world.store.holdWrites();
    world.store.moods.set('patch', 'failing');
    socket.write(get('/', { cookie }));
    expect(await until('world')).toMatch(/^HTTP\/1\.1 200 .*\r\nVary: Cookie\r\n/s);
    expect(world.store.calls.get('patch')).toBeUndefined();
    expect(name).not.toBe('');
  });

  test('HEAD gets the head alone, after the store has the write', async () => {
    const { socket, until, text } = await serveWith((request, response) => {
      request.session.set('a', 'stored');
      return answer(response);
    });
    const release = world.store.holdWrites();
    socket.write(request('HEAD', '/', { cookie }));
    await eventually(() => world.store.held === 1);
    expect(text()).toBe('');
    release();
    const received = await until('\r\n\r\n');
    await settle();
    expect(received).toMatch(/^HTTP\/1\.1 200 /);
    expect(text()).not.toContain('hello');
    expect(await world.stored()).toEqual({ a: 'stored' });
  });

  test('over HTTP/2, too', async () => {
    const server = createHttp2Server(
      withSession(world.sessions, OPTIONS, (request, response) => {
        request.session.set('a', 'stored');
        return answer(response as unknown as ServerResponse);
      }),
    );
    const client = connectHttp2(`http://127.0.0.1:${await listen(server)}`);
    atEnd(() => client.destroy());
    const ask = async (): Promise<{ readonly status: unknown; readonly body: string }> => {
      const stream = client.request({ ':path': '/', cookie });
      let status: unknown;
      stream.on('response', (headers) => {
        status = headers[':status'];
      });
      let body = '';
      for await (const chunk of stream.setEncoding('utf8')) body += String(chunk);
      return { status, body };
    };
    const release = world.store.holdWrites();
    const answered = ask();
    await eventually(() => world.store.held === 1);
    expect(await world.stored()).toEqual({});
    release();
    expect(await answered).toEqual({ status: 200, body: 'hello, world' });
    expect(await world.stored()).toEqual({ a: 'stored' });

    world.store.moods.set('patch', 'failing');
    expect(await ask()).toEqual({
      status: 503,
      body: 'Service Unavailable. Try again in a moment.\n',
    });
  });
});
