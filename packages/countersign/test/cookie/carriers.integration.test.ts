// The cookies of real servers: node:http, node:http2 and Express, with requests as they come off the
// wire. That the types of those requests and responses fit without a cast is tested by compiling this.

import { type Server, createServer, request as httpRequest } from 'node:http';
import { type Http2Server, connect, createServer as createHttp2Server } from 'node:http2';
import type { AddressInfo } from 'node:net';

import express from 'express';
import { afterEach, describe, expect, test } from 'vitest';

import {
  type CookieSource,
  type CookieTarget,
  deleteCookie,
  findCookie,
  parseCookies,
  readCookieHeader,
  setCookie,
} from '../../src/cookie/index.js';

const SAFE = '; Path=/; Secure; HttpOnly; SameSite=Lax';

const open: (Server | Http2Server)[] = [];

afterEach(async () => {
  await Promise.all(
    open.splice(0).map((server) => new Promise((resolve) => void server.close(resolve))),
  );
});

async function listen(server: Server | Http2Server): Promise<number> {
  open.push(server);
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

interface Answer {
  readonly setCookie: readonly string[] | undefined;
  readonly body: string;
}

/** One HTTP/1.1 request with these Cookie fields. */
function send(port: number, cookie: readonly string[]): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const headers = { cookie: [...cookie], connection: 'close' };
    const outgoing = httpRequest({ port, host: '127.0.0.1', headers }, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => (body += chunk));
      response.on('end', () => resolve({ setCookie: response.headers['set-cookie'], body }));
    });
    outgoing.on('error', reject).end();
  });
}

/** Writes two cookies beside one that was there, and says what came. */
function answer(request: CookieSource, response: CookieTarget): string {
  setCookie(response, 'session_token', 'first');
  deleteCookie(response, 'old');
  setCookie(response, 'session_token', '123456789', { maxAge: 3600, httpOnly: true });
  const found = findCookie(readCookieHeader(request), 'id');
  return JSON.stringify([[...parseCookies(request)], found]);
}

const WRITTEN = [
  'theirs=1',
  `old=; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0${SAFE}`,
  `session_token=123456789; Max-Age=3600${SAFE}`,
];
const READ = JSON.stringify([
  [
    ['id', '1'],
    ['a', '"x y"'],
    ['id', '2'],
  ],
  ['1', '2'],
]);

describe('cookies are read from and written to', () => {
  test('node:http, with several Cookie fields (R1, D7, D8)', async () => {
    const server = createServer((request, response) => {
      response.setHeader('Set-Cookie', 'theirs=1');
      response.end(answer(request, response));
    });
    const result = await send(await listen(server), ['id=1; a="x y"', 'id=2']);
    expect(result).toEqual({ setCookie: WRITTEN, body: READ });
  });

  test('Express, beside its own res.cookie', async () => {
    const app = express();
    app.get('/', (request, response) => {
      response.setHeader('Set-Cookie', 'theirs=1');
      response.cookie('session_token', 'of Express');
      response.send(answer(request, response));
    });
    const result = await send(await listen(createServer(app)), ['id=1; a="x y"; id=2']);
    expect(result).toEqual({ setCookie: WRITTEN, body: READ });
  });

  test('node:http2, with a field for each cookie as browsers send them (R1)', async () => {
    const server = createHttp2Server((request, response) => {
      response.setHeader('Set-Cookie', 'theirs=1');
      response.end(answer(request, response));
    });
    const client = connect(`http://127.0.0.1:${await listen(server)}`);
    const stream = client.request({ cookie: ['id=1', 'a="x y"', 'id=2'] });
    const result = await new Promise<Answer>((resolve, reject) => {
      let body = '';
      let fields: readonly string[] | undefined;
      stream.on('response', (headers) => (fields = headers['set-cookie']));
      stream.setEncoding('utf8');
      stream.on('data', (chunk: string) => (body += chunk));
      stream.on('error', reject);
      stream.on('end', () => resolve({ setCookie: fields, body }));
    });
    client.close();
    expect(result).toEqual({ setCookie: WRITTEN, body: READ });
  });

  test('a Web Request and Response', () => {
    const request = new Request('https://example.com/');
    request.headers.append('cookie', 'id=1; a="x y"');
    request.headers.append('cookie', 'id=2');
    const response = new Response('', { headers: { 'set-cookie': 'theirs=1' } });
    expect(answer(request, response.headers)).toBe(READ);
    expect(response.headers.getSetCookie()).toEqual(WRITTEN);
  });
});

test('a response whose headers are on their way takes no cookie', async () => {
  const codes: unknown[] = [];
  const server = createServer((_, response) => {
    response.write('started ');
    try {
      setCookie(response, 'a', '1');
    } catch (error) {
      codes.push(error instanceof Error && 'code' in error ? error.code : error);
    }
    response.end('and ended');
  });
  const result = await send(await listen(server), []);
  expect(result).toEqual({ setCookie: undefined, body: 'started and ended' });
  expect(codes).toEqual(['response-started']);
});
