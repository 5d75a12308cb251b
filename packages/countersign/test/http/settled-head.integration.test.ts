// A response whose commit is under way behaves as one whose head was sent (docs/design/sessions.md, "Commit order"):
// what handlers, middleware and streams see of it, and what becomes of it when the client goes away.

import type { IncomingMessage, ServerResponse } from 'node:http';
import { connect as connectHttp2, type Http2ServerResponse } from 'node:http2';
import { Readable } from 'node:stream';

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

function codeOf(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    return error instanceof Error && 'code' in error ? error.code : error;
  }
  return 'nothing was thrown';
}

describe('while the commit is under way', () => {
  test('the head looks sent, and changing it throws as it would then', async () => {
    const seen: unknown[] = [];
    const { socket, until } = await serveWith((request, response) => {
      request.session.set('a', 'x');
      seen.push(response.headersSent, response.writableEnded);
      response.end('done');
      seen.push(response.headersSent, response.writableEnded, response.writableFinished);
      response.statusCode = 500;
      response.statusMessage = 'Changed';
      seen.push(
        codeOf(() => response.setHeader('X', '1')),
        codeOf(() => response.appendHeader('X', '1')),
        codeOf(() => response.removeHeader('X')),
        codeOf(() => response.setHeaders(new Headers({ x: '1' }))),
        codeOf(() => response.writeHead(500)),
      );
    });
    const release = world.store.holdWrites();
    socket.write(get('/', { cookie }));
    await eventually(() => world.store.held === 1);
    release();
    expect(await until('done')).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    const sent = 'ERR_HTTP_HEADERS_SENT';
    expect(seen).toEqual([false, false, true, true, false, sent, sent, sent, sent, sent]);
  });

  test('over HTTP/2 with the codes of HTTP/2', async () => {
    const seen: unknown[] = [];
    const handle = (request: WithSession<Data>, response: Http2ServerResponse) => {
      request.session.set('a', 'x');
      response.end('done');
      seen.push(response.headersSent, response.writableEnded);
      seen.push(codeOf(() => response.setHeader('x', '1')));
      seen.push(codeOf(() => response.writeHead(500)));
    };
    const server = createHttp2Server(withSession(world.sessions, OPTIONS, handle));
    const client = connectHttp2(`http://127.0.0.1:${await listen(server)}`);
    atEnd(() => client.destroy());
    const stream = client.request({ cookie });
    const chunks: unknown[] = [];
    for await (const chunk of stream.setEncoding('utf8')) chunks.push(chunk);
    expect(chunks).toEqual(['done']);
    const sent = 'ERR_HTTP2_HEADERS_SENT';
    expect(seen).toEqual([true, true, sent, sent]);
  });

  test('write answers false, drain follows, and callbacks come in order', async () => {
    const seen: string[] = [];
    const { socket, until } = await serveWith((request, response) => {
      request.session.set('a', 'x');
      response.on('drain', () => {
        seen.push('drain');
        response.end('3', () => seen.push('end called back'));
      });
      seen.push(String(response.write('1', () => seen.push('1 called back'))));
      seen.push(String(response.write('2', 'latin1', () => seen.push('2 called back'))));
      seen.push(`needs drain ${response.writableNeedDrain}`);
    });
    const release = world.store.holdWrites();
    socket.write(get('/', { cookie }));
    await eventually(() => world.store.held === 1);
    await settle();
    expect(seen).toEqual(['false', 'false', 'needs drain true']);
    release();
    await until('\r\n0\r\n');
    await settle();
    expect(seen.slice(3)).toEqual(['drain', '1 called back', '2 called back', 'end called back']);
  });

  test('a stream that is piped pauses, and loses nothing', async () => {
    let produced = 0;
    const body = Readable.from(
      (async function* chunks() {
        for (; produced < 50; produced += 1) {
          await Promise.resolve();
          yield Buffer.alloc(10_000, 65 + (produced % 26));
        }
      })(),
      { highWaterMark: 1 },
    );
    const { socket, until, text } = await serveWith((request, response) => {
      request.session.set('a', 'x');
      response.setHeader('Content-Length', 500_000);
      body.pipe(response);
    });
    const release = world.store.holdWrites();
    socket.write(get('/', { cookie }));
    await eventually(() => world.store.held === 1);
    await settle();
    expect(produced).toBeLessThan(5);
    release();
    await until('X'.repeat(10_000));
    await eventually(() => text().length > 500_000);
    expect(text().slice(-500_000)).toMatch(/^A{10000}B{10000}/);
  });

  test('what node would refuse at once is refused at once', async () => {
    const seen: unknown[] = [];
    const { socket, until } = await serveWith((request, response) => {
      request.session.set('a', 'x');
      response.flushHeaders();
      seen.push(codeOf(() => response.write(5)));
      seen.push(codeOf(() => response.end({ a: 1 })));
      response.end('still fine');
    });
    socket.write(get('/', { cookie }));
    await until('still fine');
    expect(seen).toEqual(['ERR_INVALID_ARG_TYPE', 'ERR_INVALID_ARG_TYPE']);
  });

  test('a head that node refuses when its turn comes becomes a 500, and is reported', async () => {
    const errors: unknown[] = [];
    const port = await serve(
      withSession(
        world.sessions,
        { ...OPTIONS, onError: (error) => errors.push(error) },
        async (request, response) => {
          await request.session.signIn('bob');
          response.writeHead(200, { 'X-Bad': 'line\nbreak' });
          response.end('never');
        },
      ),
    );
    const { socket, until } = await wire(port);
    socket.write(get('/', { cookie }));
    const received = await until('Internal Server Error');
    expect(received).toMatch(/^HTTP\/1\.1 500 /);
    expect(received).toContain('Set-Cookie: __Host-id=');
    expect(received).not.toContain('never');
    expect(errors).toMatchObject([{ code: 'ERR_INVALID_CHAR' }]);
  });

  test('informational responses pass', async () => {
    const { socket, until, text } = await serveWith((request, response) => {
      request.session.set('a', 'x');
      response.writeContinue();
      response.writeProcessing();
      response.writeEarlyHints({ link: '</style.css>; rel=preload' });
      response.end('done');
    });
    const release = world.store.holdWrites();
    socket.write(get('/', { cookie }));
    await until('103 Early Hints');
    await settle();
    expect(text()).toMatch(/^HTTP\/1\.1 100 .*HTTP\/1\.1 102 .*HTTP\/1\.1 103 /s);
    expect(text()).not.toContain('200 OK');
    release();
    expect(await until('done')).toContain('200 OK');
  });

  test('trailers are sent after the body', async () => {
    const { socket, until } = await serveWith((request, response) => {
      request.session.set('a', 'x');
      response.writeHead(200, { Trailer: 'Checksum' });
      response.write('body');
      response.addTrailers({ Checksum: '42' });
      response.end();
    });
    socket.write(get('/', { cookie }));
    expect(await until('Checksum: 42\r\n\r\n')).toContain('\r\nbody\r\n');
  });
});

describe('after the response has begun', () => {
  test('set throws response-started, and update and signOut still work', async () => {
    const seen: unknown[] = [];
    const { socket, until } = await serveWith(async (request, response) => {
      const { session } = request;
      response.write('begun');
      seen.push(codeOf(() => session.set('a', 'late')));
      seen.push(codeOf(() => session.delete('a')));
      seen.push(await session.signIn('bob').catch((error: unknown) => error));
      await session.update((data) => ({ ...data, b: 7 }));
      seen.push(await world.stored());
      await session.signOut();
      response.end('over');
    });
    socket.write(get('/', { cookie }));
    expect(await until('over')).not.toContain('Set-Cookie');
    expect(seen).toMatchObject([
      'response-started',
      'response-started',
      { code: 'response-started' },
      { b: 7 },
    ]);
    expect(await world.store.list('ann')).toEqual([]);
  });

  test('a session that was only read does not stop the response, and set throws then as well', async () => {
    let code: unknown;
    const { socket, until } = await serveWith((request, response) => {
      response.write(`hello ${request.session.userId}`);
      code = codeOf(() => request.session.set('a', 'late'));
      response.end('!');
    });
    socket.write(get('/', { cookie }));
    await until('hello ann');
    expect(code).toBe('response-started');
  });
});

describe('a client that goes away', () => {
  test('takes nothing back: the commit runs to its end, and callbacks hear of it', async () => {
    const seen: unknown[] = [];
    const { socket } = await serveWith((request, response) => {
      request.session.set('a', 'stored');
      response.write('hello', (error) => seen.push(error));
      response.on('close', () => seen.push('closed'));
    });
    const release = world.store.holdWrites();
    socket.write(get('/', { cookie }));
    await eventually(() => world.store.held === 1);
    socket.destroy();
    await eventually(() => seen.length === 2);
    expect(seen).toMatchObject(['closed', { code: 'ERR_STREAM_DESTROYED' }]);
    release();
    await settle();
    expect(await world.stored()).toEqual({ a: 'stored' });
  });

  test('after the response was finished, too', async () => {
    const { socket } = await serveWith((request, response) => {
      request.session.set('a', 'stored');
      response.end('hello');
    });
    const release = world.store.holdWrites();
    socket.write(get('/', { cookie }));
    await eventually(() => world.store.held === 1);
    socket.resetAndDestroy();
    await settle();
    release();
    await settle();
    expect(await world.stored()).toEqual({ a: 'stored' });
  });

  test('and a handler that destroys the connection in the middle of its response gets its way', async () => {
    const { socket, closed } = await serveWith((request, response) => {
      request.session.set('a', 'stored');
      response.write('half');
      request.socket.destroy();
    });
    const release = world.store.holdWrites();
    socket.write(get('/', { cookie }));
    expect(await closed()).toBe('');
    release();
    await settle();
    expect(await world.stored()).toEqual({ a: 'stored' });
  });

  test('over HTTP/2', async () => {
    const handle = (request: WithSession<Data>, response: Http2ServerResponse) => {
      request.session.set('a', 'stored');
      response.write('hello');
      response.end();
    };
    const server = createHttp2Server(withSession(world.sessions, OPTIONS, handle));
    const client = connectHttp2(`http://127.0.0.1:${await listen(server)}`);
    client.on('error', () => undefined);
    const release = world.store.holdWrites();
    const stream = client.request({ cookie });
    stream.on('error', () => undefined);
    await eventually(() => world.store.held === 1);
    client.destroy();
    await settle();
    release();
    await settle();
    expect(await world.stored()).toEqual({ a: 'stored' });
  });
});

describe('requests that share a connection', () => {
  test('are answered in order, though the first waits for its commit', async () => {
    const { socket, until, text } = await serveWith((request, response) => {
      if (request.url === '/1') request.session.set('a', 'first');
      response.end(`answer to ${request.url}.`);
    });
    const release = world.store.holdWrites();
    socket.write(get('/1', { cookie }) + get('/2', { cookie }) + get('/3'));
    await eventually(() => world.store.held === 1);
    await settle();
    expect(text()).toBe('');
    release();
    const received = await until('answer to /3.');
    expect(received.match(/answer to \/\d/g)).toEqual([
      'answer to /1',
      'answer to /2',
      'answer to /3',
    ]);
  });

  test('each keep it open: one that destroys it does not cut off the answers before its own', async () => {
    const { socket, closed } = await serveWith((request, response) => {
      request.session.set('a', 'x');
      response.end(`answer to ${request.url}.`);
      if (request.url === '/2') request.socket.destroy();
    });
    const release = world.store.holdWrites();
    socket.write(get('/1', { cookie }) + get('/2', { cookie }));
    await eventually(() => world.store.held === 2);
    await settle();
    release();
    expect(await closed()).toContain('answer to /1.');
  });
});
