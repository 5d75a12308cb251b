// parseCookies against RFC 6265bis §4.2 and §5.6, item by item (R1-R12), from every source it takes.

import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';

import { describe, expect, test } from 'vitest';

import { parseCookies } from '../../src/cookie/parse.js';
import type { CookieSource } from '../../src/cookie/source.js';

function nodeRequest(cookie: string): IncomingMessage {
  const request = new IncomingMessage(new Socket());
  request.headers.cookie = cookie;
  return request;
}

describe('the source may be', () => {
  const header = 'session_token=123456789; theme=dark';
  const hostile = (field: string): { cookie: string } => ({ [field]: 'x', cookie: header });
  const express = { headers: { cookie: header }, get: () => 'not this' };
  test.each<[string, CookieSource]>([
    ['a Web Request', new Request('https://example.com/', { headers: { cookie: header } })],
    ['Web Headers', new Headers({ cookie: header })],
    ['a node request', nodeRequest(header)],
    ['the headers of a node request', nodeRequest(header).headers],
    ['a request of Express, which has a get of its own', express],
    ['a request with Web Headers', { headers: new Headers({ cookie: header }) }],
    ['node headers with an array (R1)', { headers: { cookie: header.split('; ') } }],
    ['a header', header],
    ['an array of headers (R1)', header.split('; ')],
    ['node headers with a field named headers', hostile('headers')],
    ['node headers with a field named get', { headers: hostile('get') }],
  ])('%s', (_, source) => {
    const cookies = parseCookies(source);
    expect(cookies.get('session_token')).toBe('123456789');
    expect([...cookies]).toEqual([
      ['session_token', '123456789'],
      ['theme', 'dark'],
    ]);
  });

  test.each<[string, unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['an empty header', ''],
    ['an empty array', []],
    ['a Web Request without cookies', new Request('https://example.com/')],
    ['Web Headers without cookies', new Headers()],
    ['a node request without cookies', new IncomingMessage(new Socket())],
    ['an object without headers', {}],
    ['an object with headers that are none', { headers: undefined }],
    ['a cookie field that is no text', { headers: { cookie: 5 } }],
    ['a number', 5],
    ['a function', () => 'a=1'],
  ])('%s: no cookies, and no error (D17)', (_, source) => {
    const cookies = parseCookies(source as CookieSource);
    expect(cookies.size).toBe(0);
    expect([...cookies]).toEqual([]);
    expect(cookies.get('a')).toBeUndefined();
    expect(cookies.getAll('a')).toEqual([]);
    expect(cookies.has('a')).toBe(false);
    expect(cookies.names()).toEqual([]);
  });
});

describe('the pairs', () => {
  const pairs: [string, string, [string, string][]][] = [
    ['one', 'a=b', [['a', 'b']]],
    [
      'two without a space (R2)',
      'a=b;c=d',
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
    ],
    [
      'spaces and tabs around each part (R2)',
      ' \ta \t=\t b\t ; \tc=d\t',
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
    ],
    ['an equals sign in the value (R2)', 'a=b=c==', [['a', 'b=c==']]],
    [
      'an empty value',
      'a=; b=',
      [
        ['a', ''],
        ['b', ''],
      ],
    ],
    [
      'a value of blanks',
      'a= \t ;b=1',
      [
        ['a', ''],
        ['b', '1'],
      ],
    ],
    ['spaces, commas, quotes and high bytes (R3)', 'a=x y,"z"\\é', [['a', 'x y,"z"\\é']]],
    [
      'names that no server should write (R3)',
      'a b=1; [x]=2; "q"=3',
      [
        ['a b', '1'],
        ['[x]', '2'],
        ['"q"', '3'],
      ],
    ],
    ['control characters (R3)', 'a=\0\u0001\r\n', [['a', '\0\u0001\r\n']]],
    ['a line break is no blank (R2)', '\na=1\n', [['\na', '1\n']]],
    ['pieces without an equals sign are passed over (R4)', 'a; b=1; c; ; d', [['b', '1']]],
    ['pieces without a name are passed over (R4)', '=a; = b; \t=c; ==d; e=1', [['e', '1']]],
    ['a nameless value that looks like a cookie is not repaired (R4)', '=__Host-id=evil; =a=b', []],
    ['a bare __Host- word is not repaired (R4)', '__Host-id; __Host-id evil', []],
    [
      'percent signs stay (R5)',
      'a=%41%zz%; %61=1',
      [
        ['a', '%41%zz%'],
        ['%61', '1'],
      ],
    ],
    ['plus signs stay (R5)', 'a=b+c', [['a', 'b+c']]],
    [
      'names in two cases are two (R8)',
      'id=1; ID=2; Id=3',
      [
        ['id', '1'],
        ['ID', '2'],
        ['Id', '3'],
      ],
    ],
    [
      'attribute names are ordinary (R9)',
      '$Version=1; Path=/; Secure=',
      [
        ['$Version', '1'],
        ['Path', '/'],
        ['Secure', ''],
      ],
    ],
    [
      'quotes stay (R11)',
      'a="x y"; b="; c="',
      [
        ['a', '"x y"'],
        ['b', '"'],
        ['c', '"'],
      ],
    ],
    [
      'a semicolon ends a quoted value too (R11)',
      'a="b;c=d"',
      [
        ['a', '"b'],
        ['c', 'd"'],
      ],
    ],
    ['only separators', ';;; ; ;', []],
    ['a separator at each end', ';a=1;', [['a', '1']]],
  ];
  test.each(pairs)('%s', (_, header, expected) => {
    expect([...parseCookies(header)]).toEqual(expected);
    for (const [name, value] of expected) expect(parseCookies(header).get(name)).toBe(value);
  });

  test('a prefix in another case is another name (R8)', () => {
    const cookies = parseCookies('__HOST-id=evil; __host-id=evil');
    expect(cookies.get('__Host-id')).toBeUndefined();
    expect(cookies.get('__HOST-id')).toBe('evil');
  });

  test('several fields count as one (R1)', () => {
    expect([...parseCookies(['a=1', 'b=2; c=3', '', 'd=4'])]).toEqual([
      ['a', '1'],
      ['b', '2'],
      ['c', '3'],
      ['d', '4'],
    ]);
  });

  test('one field does not run on in the next (R1)', () => {
    expect([...parseCookies(['a="1', '2"', 'b'])]).toEqual([['a', '"1']]);
  });
});

describe('duplicates', () => {
  const cookies = parseCookies('id=1; other=x; id=2; id=1; ID=3');

  test('are all visible, in their order (R6, R7)', () => {
    expect(cookies.getAll('id')).toEqual(['1', '2', '1']);
    expect(cookies.getAll('ID')).toEqual(['3']);
    expect(cookies.size).toBe(5);
  });

  test('get gives the first, names gives each name once', () => {
    expect(cookies.get('id')).toBe('1');
    expect(cookies.names()).toEqual(['id', 'other', 'ID']);
  });

  test('an empty first one counts', () => {
    const empty = parseCookies('id=; id=2');
    expect(empty.get('id')).toBe('');
    expect(empty.has('id')).toBe(true);
    expect(empty.getAll('id')).toEqual(['', '2']);
  });
});

describe('names that mean something to JavaScript', () => {
  const special = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'get', 'size', '0'];

  test('are absent unless they came (R12)', () => {
    for (const name of special) {
      expect(parseCookies('a=1').get(name)).toBeUndefined();
      expect(parseCookies('a=1').has(name)).toBe(false);
    }
  });

  test('are ordinary when they came (R12)', () => {
    const cookies = parseCookies(special.map((name) => `${name}=${name}!`).join('; '));
    expect(cookies.names()).toEqual(special);
    for (const name of special) expect(cookies.get(name)).toBe(`${name}!`);
    expect({}.toString).toBe(Object.prototype.toString);
  });
});

describe('the bounds (R10)', () => {
  test('1,024 pieces are read, named or not', () => {
    const pieces = Array.from({ length: 1_500 }, (_, i) => (i % 2 === 0 ? `n${i}=${i}` : 'bare'));
    const cookies = parseCookies(pieces.join(';'));
    expect(cookies.size).toBe(512);
    expect(cookies.get('n1022')).toBe('1022');
    expect(cookies.has('n1024')).toBe(false);
  });

  test('65,536 characters are read, and no piece that is cut', () => {
    const fill = `a=${'x'.repeat(65_536 - 8)}`;
    expect(parseCookies(`${fill};b=123`).get('b')).toBe('123');
    expect(parseCookies(`${fill};b=123;c=1`).names()).toEqual(['a', 'b']);
    expect(parseCookies(`${fill};b=1234`).names()).toEqual(['a']);
    expect(parseCookies(`a=${'x'.repeat(65_535)}`).size).toBe(0);
  });

  test('many cookies are found by name as few are', () => {
    for (const count of [31, 32, 33, 200]) {
      const names = Array.from({ length: count }, (_, i) => `n${i}`);
      const header = [...names, ...names].map((name, i) => `${name}=${i}`).join('; ');
      const cookies = parseCookies(header);
      names.forEach((name, i) => {
        expect(cookies.get(name)).toBe(String(i));
        expect(cookies.getAll(name)).toEqual([String(i), String(i + count)]);
        expect(cookies.has(name)).toBe(true);
      });
      expect(cookies.get('n')).toBeUndefined();
      expect(cookies.names()).toEqual(names);
    }
  });
});

test('an answer that is changed by its receiver changes nothing', () => {
  const cookies = parseCookies('a=1; a=2; b=3');
  (cookies.getAll('a') as string[]).length = 0;
  (cookies.names() as string[]).length = 0;
  for (const pair of cookies) (pair as unknown as string[]).reverse();
  expect([...cookies]).toEqual([
    ['a', '1'],
    ['a', '2'],
    ['b', '3'],
  ]);
  expect(JSON.stringify(cookies)).toBe('{}');
});
