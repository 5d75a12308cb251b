// serializeCookie against RFC 6265bis §4.1.1, item by item (D1-D12, limits), and its defaults (D14, S3).

import { describe, expect, test } from 'vitest';

import { serializeCookie, serializeDeletion } from '../../src/cookie/serialize.js';
import { createFakeClock } from '../../src/testing/fake-clock.js';
import { refusalOf } from './refusal.js';

const SAFE = '; Path=/; Secure; HttpOnly; SameSite=Lax';
const TCHARS = "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/** Every character up to U+0180 that is not in `allowed`, and a few beyond. */
function charactersOutside(allowed: string): string[] {
  const all = Array.from({ length: 0x180 }, (_, code) => String.fromCharCode(code));
  return [...all, '\u2028', '\ud800', '\udc00', '😀'].filter((char) => !allowed.includes(char));
}

describe('the defaults', () => {
  test('are Path=/, Secure, HttpOnly and SameSite=Lax (D14, S3)', () => {
    expect(serializeCookie('a', 'b')).toBe(`a=b${SAFE}`);
    expect(serializeCookie('a', 'b', {})).toBe(`a=b${SAFE}`);
  });

  test('hold for options that are present and undefined', () => {
    const options = {
      domain: undefined,
      path: undefined,
      secure: undefined,
      httpOnly: undefined,
      sameSite: undefined,
      partitioned: undefined,
      maxAge: undefined,
      expires: undefined,
    };
    expect(serializeCookie('a', 'b', options)).toBe(`a=b${SAFE}`);
    expect(serializeDeletion('a', options)).toContain(SAFE);
  });

  test('can be turned off one by one', () => {
    expect(serializeCookie('a', 'b', { secure: false })).toBe(
      'a=b; Path=/; HttpOnly; SameSite=Lax',
    );
    expect(serializeCookie('a', 'b', { httpOnly: false })).toBe(
      'a=b; Path=/; Secure; SameSite=Lax',
    );
  });

  test('every attribute together, each once (D1, D6)', () => {
    const clock = createFakeClock();
    const field = serializeCookie('a', 'b', {
      maxAge: 3600,
      expires: new Date(784_111_777_000),
      domain: 'example.com',
      path: '/app',
      secure: true,
      httpOnly: true,
      sameSite: 'none',
      partitioned: true,
      clock,
    });
    expect(field).toBe(
      'a=b; Max-Age=3600; Expires=Sun, 06 Nov 1994 08:49:37 GMT; Path=/app; Domain=example.com; Secure; HttpOnly; SameSite=None; Partitioned',
    );
  });
});

describe('the name', () => {
  test('is never empty (D2)', () => {
    const error = refusalOf(() => serializeCookie('', 'value'));
    expect(error.code).toBe('cookie-invalid');
    expect(error.message).toContain('§4.1.1');
  });

  test('may have every character of a token (D3)', () => {
    expect(serializeCookie(TCHARS, 'b')).toBe(`${TCHARS}=b${SAFE}`);
    for (const char of TCHARS) expect(serializeCookie(char, '')).toBe(`${char}=${SAFE}`);
  });

  test('has no other character at any place (D3)', () => {
    for (const char of charactersOutside(TCHARS)) {
      for (const name of [char, `${char}a`, `a${char}`, `a${char}a`]) {
        expect(refusalOf(() => serializeCookie(name, 'b')).code).toBe('cookie-invalid');
        expect(refusalOf(() => serializeDeletion(name)).code).toBe('cookie-invalid');
      }
    }
  });

  test('that breaks lines is quoted and cut in the message', () => {
    const error = refusalOf(() => serializeCookie(`a\r\nSet-Cookie: b=c${'x'.repeat(500)}`, 'd'));
    expect(error.message).not.toMatch(/[\r\n]/);
    expect(error.message.length).toBeLessThan(300);
  });
});

describe('the value', () => {
  const octets = Array.from({ length: 0x5e }, (_, i) => String.fromCharCode(0x21 + i)).filter(
    (char) => !'",;\\'.includes(char),
  );

  test('may be empty, or have every cookie-octet (D4)', () => {
    expect(serializeCookie('a', '')).toBe(`a=${SAFE}`);
    expect(serializeCookie('a', octets.join(''))).toBe(`a=${octets.join('')}${SAFE}`);
  });

  test('may stand in one pair of quotes, which is part of it (D4)', () => {
    expect(serializeCookie('a', '""')).toBe(`a=""${SAFE}`);
    expect(serializeCookie('a', `"${octets.join('')}"`)).toBe(`a="${octets.join('')}"${SAFE}`);
  });

  test.each(['"', '"a', 'a"', 'a"b', '"a"b', '"a"b"', '"""', '"a b"', '"a,b"'])(
    'has no quote elsewhere: %s (D4)',
    (value) => {
      expect(refusalOf(() => serializeCookie('a', value)).code).toBe('cookie-invalid');
    },
  );

  test('has no other character at any place, line breaks and NUL above all (D1, D4)', () => {
    for (const char of charactersOutside(octets.join(''))) {
      for (const value of [char, `${char}a`, `a${char}`, `a${char}a`]) {
        expect(refusalOf(() => serializeCookie('a', value)).code).toBe('cookie-invalid');
      }
    }
  });

  test('a refusal says where, points to an encoding, and does not show the value (D5)', () => {
    const { message } = refusalOf(() => serializeCookie('sid', 'hunter2 secret'));
    expect(message).toContain('"sid"');
    expect(message).toContain('character 8');
    expect(message).toContain('encodeCookieValue');
    expect(message).toContain('base64url');
    expect(message).not.toMatch(/hunter2|secret/);
  });

  test.each<unknown>([12, null, undefined, true, {}, ['a']])('is text, not %j', (value) => {
    const error = refusalOf(() => serializeCookie('a', value as string));
    expect(error.code).toBe('cookie-invalid');
  });

  test('a name of a type that is not text is refused too', () => {
    const error = refusalOf(() => serializeCookie(1 as unknown as string, 'a'));
    expect(error.code).toBe('cookie-invalid');
  });
});

describe('the limits of browsers', () => {
  test('name and value have 4,096 octets together at most (§5.6)', () => {
    expect(serializeCookie('name', 'v'.repeat(4092))).toContain('vvv');
    const { message } = refusalOf(() => serializeCookie('name', 'v'.repeat(4093)));
    expect(message).toContain('4097 octets');
    expect(message).toContain('4096');
    expect(refusalOf(() => serializeDeletion('n'.repeat(4097))).message).toContain('4096');
    expect(serializeDeletion('n'.repeat(4096))).toContain('Max-Age=0');
  });

  test('a path has 1,024 octets at most, or it would get another scope (§5.6)', () => {
    const longest = `/${'p'.repeat(1023)}`;
    expect(serializeCookie('a', 'b', { path: longest })).toContain(`; Path=${longest};`);
    const error = refusalOf(() => serializeCookie('a', 'b', { path: `${longest}p` }));
    expect(error.message).toMatch(/path.*§5\.6/);
  });

  test('Max-Age is 400 days at most (§5.5)', () => {
    expect(serializeCookie('a', 'b', { maxAge: 34_560_000 })).toContain('; Max-Age=34560000;');
    const error = refusalOf(() => serializeCookie('a', 'b', { maxAge: 34_560_001 }));
    expect(error.message).toMatch(/34560000 \(400 days\).*§5\.5/);
  });

  test('Expires is 400 days ahead at most, to the millisecond (§5.5)', () => {
    const clock = createFakeClock();
    const limit = clock.now() + 34_560_000_000;
    const expires = new Date(limit);
    expect(serializeCookie('a', 'b', { expires, clock })).toContain(expires.toUTCString());
    const late = { expires: new Date(limit + 1), clock };
    expect(refusalOf(() => serializeCookie('a', 'b', late)).message).toContain('400 days');
  });

  test('Expires is measured by the machine when no clock is given', () => {
    const expires = new Date(Date.now() + 34_560_000_000 + 60_000);
    expect(refusalOf(() => serializeCookie('a', 'b', { expires })).message).toContain('400 days');
    expect(serializeCookie('a', 'b', { expires: new Date(0) })).toContain('01 Jan 1970');
  });
});

describe('Max-Age', () => {
  test.each([
    [0, '0'],
    [-0, '0'],
    [1, '1'],
    [1e6, '1000000'],
    [34_560_000, '34560000'],
  ])('%d is written with digits only (D10)', (maxAge, digits) => {
    expect(serializeCookie('a', 'b', { maxAge })).toBe(`a=b; Max-Age=${digits}${SAFE}`);
  });

  test.each([
    -1,
    0.5,
    3600.5,
    1e21,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
  ])('%d is refused (D10)', (maxAge) => {
    const error = refusalOf(() => serializeCookie('a', 'b', { maxAge }));
    expect(error.code).toBe('cookie-invalid');
    expect(error.message).toContain('maxAge');
  });

  const unspeakable = { toString: 1, valueOf: 1 };
  test.each<unknown>(['3600', null, true, unspeakable])('is a number, not %j (D10)', (value) => {
    const maxAge = value as number;
    expect(refusalOf(() => serializeCookie('a', 'b', { maxAge })).code).toBe('cookie-invalid');
  });
});

describe('Expires', () => {
  const clock = createFakeClock();

  test('is an IMF-fixdate (D9)', () => {
    const expires = new Date(784_111_777_000);
    expect(serializeCookie('a', 'b', { expires, clock })).toBe(
      `a=b; Expires=Sun, 06 Nov 1994 08:49:37 GMT${SAFE}`,
    );
  });

  test.each([
    ['no time', new Date(Number.NaN)],
    ['the year 1600', new Date(Date.UTC(1600, 11, 31))],
    ['a year of five digits', new Date(Date.UTC(10_000, 0, 1))],
    ['a number', 784_111_777_000 as unknown as Date],
    ['a text', 'Sun, 06 Nov 1994 08:49:37 GMT' as unknown as Date],
  ])('%s is refused (D9)', (_, expires) => {
    const error = refusalOf(() => serializeCookie('a', 'b', { expires, clock }));
    expect(error.code).toBe('cookie-invalid');
    expect(error.message).toContain('expires');
  });

  test('begins with the year 1601', () => {
    const expires = new Date(Date.UTC(1601, 0, 1));
    expect(serializeCookie('a', 'b', { expires, clock })).toContain('01 Jan 1601 00:00:00 GMT');
  });
});

describe('Path', () => {
  test.each(['/', '/a', '/a/', '/a b', '/<>"\\', '/%20', '/a,b', '/~=:'])(
    '%s is written',
    (path) => {
      expect(serializeCookie('a', 'b', { path })).toBe(
        `a=b; Path=${path}; Secure; HttpOnly; SameSite=Lax`,
      );
    },
  );

  test.each([
    ['that is empty', ''],
    ['without a slash at its beginning', 'app'],
    ['with a space before the slash', ' /app'],
    ['with a space at its end, which browsers cut', '/app '],
    ['with a semicolon', '/a;b'],
    ['with a line break', '/a\r\nSet-Cookie: x=y'],
    ['with NUL', '/a\0'],
    ['with a tab', '/a\t'],
    ['beyond ASCII', '/ä'],
    ['of a type that is not text', 1 as unknown as string],
  ])('%s is refused', (_, path) => {
    const error = refusalOf(() => serializeCookie('a', 'b', { path }));
    expect(error.code).toBe('cookie-invalid');
    expect(error.message).toContain('path');
    expect(refusalOf(() => serializeDeletion('a', { path })).code).toBe('cookie-invalid');
  });
});

describe('Domain', () => {
  test.each([
    'example.com',
    'EXAMPLE.com',
    'a-b.example',
    'xn--bcher-kva.example',
    '3com.com',
    'localhost',
    `${'l'.repeat(63)}.example`,
    `${'a.'.repeat(126)}b`,
  ])('%s is written (D12)', (domain) => {
    expect(serializeCookie('a', 'b', { domain })).toContain(`; Path=/; Domain=${domain}; Secure`);
  });

  test.each([
    ['that is empty', ''],
    ['with a leading dot', '.example.com'],
    ['with a trailing dot', 'example.com.'],
    ['with two dots', 'example..com'],
    ['with a port', 'example.com:443'],
    ['that is a URL', 'https://example.com'],
    ['with a space', 'example.com '],
    ['with an underscore', 'a_b.example'],
    ['with a hyphen at an end', '-a.example'],
    ['with a hyphen at the other end', 'a-.example'],
    ['in another script', 'bücher.example'],
    ['with a label of 64', `${'l'.repeat(64)}.example`],
    ['of 254 characters', `${'a.'.repeat(126)}bc`],
    ['with a line break', 'example.com\r\nX: y'],
    ['with another attribute', 'example.com; Path=/'],
    ['of a type that is not text', 1 as unknown as string],
  ])('%s is refused (D12)', (_, domain) => {
    const error = refusalOf(() => serializeCookie('a', 'b', { domain }));
    expect(error.code).toBe('cookie-invalid');
    expect(error.message).toContain('domain');
  });
});

describe('a deletion', () => {
  test('is an empty value, an Expires long past and Max-Age=0 (D11)', () => {
    expect(serializeDeletion('a')).toBe(
      `a=; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0${SAFE}`,
    );
  });

  test('without Max-Age=0, which some grammars do not know, is one under all of them (D11)', () => {
    const attributes = serializeDeletion('a').split('; ');
    expect(attributes.filter((attribute) => attribute !== 'Max-Age=0')).toEqual([
      'a=',
      'Expires=Thu, 01 Jan 1970 00:00:00 GMT',
      'Path=/',
      'Secure',
      'HttpOnly',
      'SameSite=Lax',
    ]);
  });

  test('repeats the scope, the partition with it (D11, P2)', () => {
    const scope = {
      domain: 'example.com',
      path: '/app',
      sameSite: 'none',
      partitioned: true,
    } as const;
    expect(serializeDeletion('a', scope)).toBe(
      'a=; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0; Path=/app; Domain=example.com; Secure; HttpOnly; SameSite=None; Partitioned',
    );
  });
});
