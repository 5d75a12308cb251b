// What holds for every cookie: what is written is read back, nothing that the grammar refuses is ever
// written, hostile headers are read without an error, and both ways of reading agree.

import * as fc from 'fast-check';
import { CookieJar } from 'tough-cookie';
import { describe, expect, test } from 'vitest';

import type { CookieOptions, CookieScope } from '../../src/cookie/attributes.js';
import { decodeCookieValue, encodeCookieValue } from '../../src/cookie/encode.js';
import { findCookie } from '../../src/cookie/find.js';
import { parseCookies } from '../../src/cookie/parse.js';
import { setCookie } from '../../src/cookie/response.js';
import { serializeCookie, serializeDeletion } from '../../src/cookie/serialize.js';
import { CountersignError } from '../../src/errors.js';
import { createFakeClock } from '../../src/testing/fake-clock.js';
import { COOKIE_NAME, COOKIE_VALUE, SET_COOKIE, readPairs } from './cookie-reference.js';
import { WANTED, createHostileHeaders } from './hostile-headers.js';

const SITE = 'https://app.example.com/shop/cart';

const names = fc
  .tuple(
    fc.constantFrom(
      '',
      '',
      '__Host-',
      '__Secure-',
      '__Http-',
      '__Host-Http-',
      '__host-',
      '__proto__',
    ),
    fc.stringMatching(/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,20}$/),
  )
  .map(([prefix, rest]) => prefix + rest);
const values = fc.oneof(
  fc.stringMatching(/^[\x21\x23-\x2B\x2D-\x3A\x3C-\x5B\x5D-\x7E]{0,40}$/),
  fc.stringMatching(/^"[\x21\x23-\x2B\x2D-\x3A\x3C-\x5B\x5D-\x7E]{0,20}"$/),
);
const scopes = fc.record<CookieScope>(
  {
    domain: fc.constantFrom('example.com', 'app.example.com', 'EXAMPLE.com'),
    path: fc.constantFrom('/', '/shop', '/shop/'),
    secure: fc.boolean(),
    httpOnly: fc.boolean(),
    sameSite: fc.constantFrom('strict', 'lax', 'none'),
    partitioned: fc.boolean(),
  },
  { requiredKeys: [] },
);

/** Text and other things where names, values and options are wanted. */
const text = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.constantFrom(
    '',
    'a',
    'a=b',
    'a;b',
    'a\r\nX: y',
    '__Host-a',
    '__Host-Http-a',
    '"',
    '"a"',
    '/',
    '/a',
  ),
);
const rubbish = fc.oneof(
  text,
  fc.integer(),
  fc.double(),
  fc.boolean(),
  fc.constant(null),
  fc.object(),
);
const wildOptions = fc.record(
  {
    maxAge: fc.oneof(fc.integer(), fc.double(), rubbish),
    expires: fc.oneof(fc.date({ noInvalidDate: false }), rubbish),
    domain: fc.oneof(fc.domain(), rubbish),
    path: fc.oneof(fc.webPath(), rubbish),
    secure: rubbish,
    httpOnly: rubbish,
    sameSite: fc.oneof(fc.constantFrom('strict', 'lax', 'none'), rubbish),
    partitioned: rubbish,
  },
  { requiredKeys: [] },
);

/** The field, or `undefined` when it was refused as it should be: by a CountersignError. */
function written(write: () => string): string | undefined {
  try {
    return write();
  } catch (error) {
    if (error instanceof CountersignError && error.code === 'cookie-invalid') return undefined;
    throw error;
  }
}

/** What tough-cookie, a model of a browser, sends back after one Set-Cookie field. */
function sentBack(field: string): string {
  const jar = new CookieJar(undefined, { prefixSecurity: 'strict' });
  jar.setCookieSync(field, SITE);
  return jar.getCookieStringSync(SITE);
}

function isReadAsByReference(header: string): boolean {
  const cookies = parseCookies(header);
  const expected = readPairs(header);
  if (JSON.stringify([...cookies]) !== JSON.stringify(expected)) return false;
  return WANTED.every((name) => {
    const all = expected.filter((pair) => pair[0] === name).map((pair) => pair[1]);
    const found = findCookie(header, name);
    return (
      JSON.stringify(found) === JSON.stringify(all.length > 1 ? all : all[0]) &&
      JSON.stringify(cookies.getAll(name)) === JSON.stringify(all) &&
      cookies.get(name) === all[0] &&
      cookies.has(name) === all.length > 0
    );
  });
}

describe('what is written', () => {
  test('is read back, by the library and by a browser in between', () => {
    fc.assert(
      fc.property(names, values, scopes, (name, value, scope) => {
        const field = written(() => serializeCookie(name, value, scope));
        fc.pre(field !== undefined);
        // The neighbours have names that no token equals.
        const direct = field.slice(0, field.indexOf('; '));
        for (const header of [direct, sentBack(field), `[x]=1; ${direct}; {y}=2`]) {
          expect(parseCookies(header).getAll(name)).toEqual([value]);
          expect(findCookie(header, name)).toBe(value);
        }
      }),
      { numRuns: 500 },
    );
  });

  test('is forgotten by a browser after the deletion with the same scope (D11)', () => {
    fc.assert(
      fc.property(names, values, scopes, (name, value, scope) => {
        const field = written(() => serializeCookie(name, value, scope));
        const deletion = written(() => serializeDeletion(name, scope));
        expect(deletion === undefined).toBe(field === undefined);
        fc.pre(field !== undefined && deletion !== undefined);
        const jar = new CookieJar();
        jar.setCookieSync(field, SITE);
        expect(jar.getCookieStringSync(SITE)).not.toBe('');
        jar.setCookieSync(deletion, SITE);
        expect(jar.getCookieStringSync(SITE)).toBe('');
      }),
    );
  });

  test('comes back as any text through encodeCookieValue (D5)', () => {
    fc.assert(
      fc.property(names, fc.string({ unit: 'binary', maxLength: 100 }), (name, content) => {
        const header = `${name}=${encodeCookieValue(content)}`;
        expect(serializeCookie(name, encodeCookieValue(content))).toMatch(SET_COOKIE);
        expect(decodeCookieValue(parseCookies(header).get(name) ?? '')).toBe(content);
      }),
    );
  });

  test('matches the grammar whatever is asked for, with each attribute once (D1, D6)', () => {
    const clock = createFakeClock();
    let accepted = 0;
    fc.assert(
      fc.property(
        fc.oneof(names, text),
        fc.oneof(values, text),
        fc.oneof(wildOptions, scopes),
        (name, value, wild) => {
          const options = { ...wild, clock } as CookieOptions;
          const field = written(() => serializeCookie(name, value, options));
          const deletion = written(() => serializeDeletion(name, options));
          for (const candidate of [field, deletion]) {
            if (candidate === undefined) continue;
            accepted += 1;
            expect(candidate).toMatch(SET_COOKIE);
            const attributes = candidate
              .split('; ')
              .slice(1)
              .map((part) => part.split('=')[0]);
            expect(new Set(attributes).size).toBe(attributes.length);
            expect(attributes).toContain('Path');
            expect(attributes).toContain('SameSite');
          }
          if (field !== undefined) expect(name.length + value.length).toBeLessThanOrEqual(4096);
        },
      ),
      { numRuns: 3_000 },
    );
    expect(accepted).toBeGreaterThan(300);
  });

  test('is everything that the grammar allows for name and value, and nothing else (D3, D4)', () => {
    fc.assert(
      fc.property(fc.oneof(names, text), fc.oneof(values, text), (name, value) => {
        const field = written(() => serializeCookie(name, value));
        const isAllowed = COOKIE_NAME.test(name) && COOKIE_VALUE.test(value);
        expect(field !== undefined).toBe(isAllowed);
      }),
      { numRuns: 2_000 },
    );
  });

  test('never has a name twice in one response, in any order of setting (D7)', () => {
    const few = fc.constantFrom('a', 'A', 'b', '__Host-id');
    fc.assert(
      fc.property(fc.array(fc.tuple(few, values), { maxLength: 12 }), (cookies) => {
        const headers = new Headers();
        for (const [name, value] of cookies) setCookie(headers, name, value);
        const last = new Map(cookies);
        const sent = headers.getSetCookie().map((field) => field.slice(0, field.indexOf(';')));
        expect(sent.toSorted()).toEqual([...last].map((pair) => pair.join('=')).toSorted());
      }),
    );
  });
});

describe('a hostile header', () => {
  test('is read as the plainest reader reads it, without an error (R2-R5, R11, R12)', () => {
    const headers = createHostileHeaders(1);
    const misread: string[] = [];
    for (let run = 0; run < 50_000; run += 1) {
      const header = headers.next();
      if (!isReadAsByReference(header)) misread.push(JSON.stringify(header));
    }
    expect(misread).toEqual([]);
  });

  test('is found in as it is parsed, whatever name is asked for', () => {
    const part = fc.constantFrom('a', 'b', 'ab', '=', ';', ' ', '\t', 'é', '"');
    const piece = fc.array(part, { maxLength: 5 }).map((parts) => parts.join(''));
    const header = fc.array(part, { maxLength: 40 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(header, fc.oneof(piece, fc.string()), (line, name) => {
        const all = parseCookies(line).getAll(name);
        expect([findCookie(line, name) ?? []].flat()).toEqual(all);
        expect(all).toEqual(
          readPairs(line)
            .filter((pair) => pair[0] === name)
            .map((pair) => pair[1]),
        );
      }),
      { numRuns: 5_000 },
    );
  });
});
