// setCookie and deleteCookie on Web headers and on node responses: other cookies stay (D8), no name
// twice (D7), nothing refused reaches the response (D1), deletions repeat the scope (D11, P2).

import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';

import { describe, expect, test } from 'vitest';

import { type CookieTarget, deleteCookie, setCookie } from '../../src/cookie/response.js';
import { refusalOf } from './refusal.js';

const SAFE = '; Path=/; Secure; HttpOnly; SameSite=Lax';

interface Carrier {
  readonly target: CookieTarget;
  /** Adds a Set-Cookie field as other software does. */
  add(field: string): void;
  fields(): readonly string[];
}

function webHeaders(): Carrier {
  const headers = new Headers({ 'content-type': 'text/plain' });
  return {
    target: headers,
    add: (field) => headers.append('Set-Cookie', field),
    fields: () => headers.getSetCookie(),
  };
}

function webResponse(): Carrier {
  const response = new Response('body');
  return {
    target: response,
    add: (field) => response.headers.append('Set-Cookie', field),
    fields: () => response.headers.getSetCookie(),
  };
}

function nodeResponse(): Carrier {
  const response = new ServerResponse(new IncomingMessage(new Socket()));
  return {
    target: response,
    add: (field) => response.appendHeader('set-cookie', field),
    fields: () => [response.getHeader('Set-Cookie') ?? []].flat().map(String),
  };
}

/** As old middleware does it: one text instead of an array. */
function nodeResponseWithText(): Carrier {
  const carrier = nodeResponse();
  return {
    ...carrier,
    add(field) {
      expect(carrier.fields()).toEqual([]);
      if (carrier.target instanceof ServerResponse) carrier.target.setHeader('set-cookie', field);
    },
  };
}

describe.each([
  ['Web Headers', webHeaders],
  ['a Web Response', webResponse],
  ['a node response', nodeResponse],
  ['a node response with one text', nodeResponseWithText],
])('on %s', (_, createCarrier) => {
  test('a cookie is set as in the article', () => {
    const { target, fields } = createCarrier();
    setCookie(target, 'session_token', '123456789', { maxAge: 3600, httpOnly: true });
    expect(fields()).toEqual([`session_token=123456789; Max-Age=3600${SAFE}`]);
  });

  test('several cookies are several fields, in their order (D8)', () => {
    const { target, fields } = createCarrier();
    setCookie(target, 'a', '1');
    setCookie(target, 'b', '2');
    setCookie(target, 'c', '3');
    expect(fields()).toEqual([`a=1${SAFE}`, `b=2${SAFE}`, `c=3${SAFE}`]);
  });

  test('cookies that others have set stay as they are (D8)', () => {
    const { target, add, fields } = createCarrier();
    const foreign = 'theirs=%41, "x"; expires=Thu, 01 Jan 2026 00:00:00 GMT; Other=1';
    add(foreign);
    setCookie(target, 'a', '1');
    expect(fields()).toEqual([foreign, `a=1${SAFE}`]);
  });

  test('the same name is replaced, whoever set it and with whatever scope (D7)', () => {
    const { target, add, fields } = createCarrier();
    add(' a\t = old; Path=/elsewhere');
    setCookie(target, 'a', '1');
    setCookie(target, 'b', '2');
    setCookie(target, 'a', '3', { path: '/app' });
    expect(fields()).toEqual([`b=2${SAFE}`, 'a=3; Path=/app; Secure; HttpOnly; SameSite=Lax']);
  });

  test('names are the same only letter for letter (D7, R8)', () => {
    const { target, fields } = createCarrier();
    for (const name of ['a', 'A', 'aa', '__Host-a', '__HOST-a']) setCookie(target, name, '1');
    expect(fields().map((field) => field.split('=')[0])).toEqual([
      'a',
      'A',
      'aa',
      '__Host-a',
      '__HOST-a',
    ]);
  });

  test.each(['a', 'ab', 'x; a=1', '=a', '=a=1', 'xa=1', 'x=a=1'])(
    'a field that only looks like the name stays: %s',
    (field) => {
      const { target, add, fields } = createCarrier();
      add(field);
      setCookie(target, 'a', '1');
      expect(fields()).toEqual([field, `a=1${SAFE}`]);
    },
  );

  test('a deletion takes the place of the cookie, and the other way round (D7, D11)', () => {
    const { target, fields } = createCarrier();
    setCookie(target, 'a', '1');
    deleteCookie(target, 'a');
    expect(fields()).toEqual([`a=; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0${SAFE}`]);
    setCookie(target, 'a', '2');
    expect(fields()).toEqual([`a=2${SAFE}`]);
  });

  test('a deletion repeats the scope and the partition (D11, P2)', () => {
    const { target, fields } = createCarrier();
    deleteCookie(target, 'a', { path: '/app', sameSite: 'none', partitioned: true });
    expect(fields()).toEqual([
      'a=; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0; Path=/app; Secure; HttpOnly; SameSite=None; Partitioned',
    ]);
  });

  test('two cookies, Lax for reading and Strict for writing, go together (S7)', () => {
    const { target, fields } = createCarrier();
    setCookie(target, '__Host-read', '1', { sameSite: 'lax' });
    setCookie(target, '__Host-write', '2', { sameSite: 'strict' });
    expect(fields().map((field) => field.split('; ').at(-1))).toEqual([
      'SameSite=Lax',
      'SameSite=Strict',
    ]);
  });

  test('what is refused changes nothing (D1)', () => {
    const { target, add, fields } = createCarrier();
    add('a=theirs');
    const attempts = [
      () => setCookie(target, 'a', '1\r\nX: y'),
      () => setCookie(target, 'a b', '1'),
      () => setCookie(target, 'a', '1', { maxAge: 0.5 }),
      () => setCookie(target, 'a', '1', { sameSite: 'none', secure: false }),
      () => setCookie(target, '__Host-a', '1', { path: '/a' }),
      () => deleteCookie(target, 'a', { domain: '.example.com' }),
    ];
    for (const attempt of attempts) expect(refusalOf(attempt).code).toBe('cookie-invalid');
    expect(fields()).toEqual(['a=theirs']);
  });
});

test('a node response that has started is an error of its own, and nothing is changed', () => {
  const response = new ServerResponse(new IncomingMessage(new Socket()));
  response.flushHeaders();
  const error = refusalOf(() => setCookie(response, 'a', '1'));
  expect(error.code).toBe('response-started');
  expect(error.message).toContain('"a"');
  expect(refusalOf(() => deleteCookie(response, 'a')).code).toBe('response-started');
});

test('other Web headers stay when a cookie is replaced', () => {
  const headers = new Headers({ 'content-type': 'text/plain', vary: 'Cookie' });
  setCookie(headers, 'a', '1');
  setCookie(headers, 'a', '2');
  expect(headers.get('content-type')).toBe('text/plain');
  expect(headers.get('vary')).toBe('Cookie');
});

test('Web headers that cannot be changed are a TypeError of the platform', () => {
  const { headers } = Response.redirect('https://example.com/', 303);
  expect(() => setCookie(headers, 'a', '1')).toThrow(TypeError);
});
