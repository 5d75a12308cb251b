// The rules that join attributes with the name or with each other: prefixes (D13), SameSite (S1-S3, S7)
// and Partitioned (P1, P2).

import { describe, expect, test } from 'vitest';

import type { CookieScope, SameSite } from '../../src/cookie/attributes.js';
import { COOKIE_PREFIXES, prefixOf, prefixed } from '../../src/cookie/prefix.js';
import { serializeCookie, serializeDeletion } from '../../src/cookie/serialize.js';
import { refusalOf } from './refusal.js';

const ALL = ['__Secure-', '__Host-', '__Http-', '__Host-Http-'] as const;
const HOST_ONLY: readonly string[] = ['__Host-', '__Host-Http-'];
const HTTP_ONLY: readonly string[] = ['__Http-', '__Host-Http-'];

/** Whether the cookie and its deletion are both written; one without the other is a fault. */
function isWritten(name: string, scope: CookieScope): boolean {
  const outcomes = [
    () => serializeCookie(name, 'v', scope),
    () => serializeDeletion(name, scope),
  ].map((write) => {
    try {
      return write().startsWith(`${name}=`);
    } catch {
      return false;
    }
  });
  expect(outcomes[0]).toBe(outcomes[1]);
  return outcomes[0] === true;
}

describe.each(ALL.flatMap((prefix) => [prefix, prefix.toLowerCase(), prefix.toUpperCase()]))(
  'a name that begins with %s',
  (spelling) => {
    const prefix = ALL.find((known) => known.toLowerCase() === spelling.toLowerCase()) ?? '';
    const name = `${spelling}id`;

    test('is written with the defaults', () => {
      expect(isWritten(name, {})).toBe(true);
    });

    test('needs Secure (D13)', () => {
      expect(isWritten(name, { secure: false })).toBe(false);
    });

    test(`${HOST_ONLY.includes(prefix) ? 'allows no' : 'allows a'} Domain (D13)`, () => {
      expect(isWritten(name, { domain: 'example.com' })).toBe(!HOST_ONLY.includes(prefix));
    });

    test(`${HOST_ONLY.includes(prefix) ? 'allows no' : 'allows another'} Path than / (D13)`, () => {
      expect(isWritten(name, { path: '/app' })).toBe(!HOST_ONLY.includes(prefix));
      expect(isWritten(name, { path: '/' })).toBe(true);
    });

    test(`${HTTP_ONLY.includes(prefix) ? 'needs' : 'does not need'} HttpOnly (D13)`, () => {
      expect(isWritten(name, { httpOnly: false })).toBe(!HTTP_ONLY.includes(prefix));
    });

    test('says in a refusal which rule it is', () => {
      const { message } = refusalOf(() => serializeCookie(name, 'v', { secure: false }));
      expect(message).toContain(`${prefix} needs Secure`);
      expect(message).toMatch(/RFC 6265bis §4\.1\.3\.[12]|layered-cookies/);
    });
  },
);

test.each(['_Host-id', 'x__Host-id', '__Host', '__Hosted', '__Secure', '__HttpOnly', '__'])(
  'a name without a prefix has no rule: %s',
  (name) => {
    expect(isWritten(name, { secure: false, domain: 'example.com', path: '/a' })).toBe(true);
    expect(prefixOf(name)).toBeUndefined();
  },
);

describe('prefixOf', () => {
  test.each([
    ['__Host-id', '__Host-'],
    ['__Secure-id', '__Secure-'],
    ['__Http-id', '__Http-'],
    ['__Host-Http-id', '__Host-Http-'],
    ['__Host-', '__Host-'],
  ])('of %s is %s', (name, prefix) => {
    expect(prefixOf(name)).toBe(prefix);
  });

  test.each(['__host-id', '__HOST-id', '__secure-id', '__http-id', 'id', ''])(
    'of %j is none: a server compares case-sensitively (R8, R9)',
    (name) => {
      expect(prefixOf(name)).toBeUndefined();
    },
  );

  test('of __Host-http-id is __Host- only', () => {
    expect(prefixOf('__Host-http-id')).toBe('__Host-');
  });
});

describe('prefixed', () => {
  test('puts __Host- before a name unless another is asked for', () => {
    expect(prefixed('id')).toBe('__Host-id');
    for (const prefix of ALL) {
      expect(prefixed('id', prefix)).toBe(`${prefix}id`);
      expect(prefixOf(prefixed('id', prefix))).toBe(prefix);
    }
  });
});

test('the table says of each prefix what is enforced', () => {
  for (const prefix of ALL) {
    const rule = COOKIE_PREFIXES[prefix];
    expect(rule.secure).toBe(true);
    expect(rule.hostOnly).toBe(HOST_ONLY.includes(prefix));
    expect(rule.httpOnly).toBe(HTTP_ONLY.includes(prefix));
  }
  expect(Object.keys(COOKIE_PREFIXES)).toHaveLength(ALL.length);
});

describe('SameSite', () => {
  test.each([
    ['strict', 'Strict'],
    ['lax', 'Lax'],
    ['none', 'None'],
  ] as const)('%s is written as %s (S1)', (sameSite, text) => {
    expect(serializeCookie('a', 'b', { sameSite })).toMatch(new RegExp(`; SameSite=${text}$`));
  });

  test.each(['', 'Lax', 'LAX', 'default', 'None; Secure', 'constructor', '__proto__', true, false])(
    '%j is refused (S1)',
    (value) => {
      const sameSite = value as unknown as SameSite;
      const error = refusalOf(() => serializeCookie('a', 'b', { sameSite }));
      expect(error.code).toBe('cookie-invalid');
      expect(error.message).toContain('sameSite');
    },
  );

  test('none needs Secure (S2)', () => {
    expect(isWritten('a', { sameSite: 'none' })).toBe(true);
    expect(isWritten('a', { sameSite: 'none', secure: false })).toBe(false);
    expect(isWritten('a', { sameSite: 'lax', secure: false })).toBe(true);
    const refused = refusalOf(() => serializeCookie('a', 'b', { sameSite: 'none', secure: false }));
    expect(refused.message).toContain('SameSite=None needs Secure');
  });

  test('is there whatever else is turned off (S3)', () => {
    const field = serializeCookie('a', 'b', {
      secure: false,
      httpOnly: false,
      sameSite: undefined,
    });
    expect(field).toBe('a=b; Path=/; SameSite=Lax');
  });
});

describe('Partitioned', () => {
  test('is off unless asked for', () => {
    expect(serializeCookie('a', 'b')).not.toContain('Partitioned');
    expect(serializeCookie('a', 'b', { partitioned: false })).not.toContain('Partitioned');
  });

  test('needs Secure (P1)', () => {
    expect(isWritten('a', { partitioned: true, secure: false })).toBe(false);
    expect(isWritten('__Host-a', { partitioned: true, sameSite: 'none' })).toBe(true);
    const refused = refusalOf(() =>
      serializeCookie('a', 'b', { partitioned: true, secure: false }),
    );
    expect(refused.message).toContain('Partitioned needs Secure');
  });

  test('is repeated by the deletion (P2)', () => {
    expect(serializeDeletion('a', { partitioned: true })).toMatch(/; Partitioned$/);
  });
});

test.each([0, '', Number.NaN])(
  'secure: %j means off for the rules as well as for the field',
  (off) => {
    const secure = off as unknown as boolean;
    expect(serializeCookie('a', 'b', { secure })).not.toContain('Secure');
    expect(isWritten('__Host-a', { secure })).toBe(false);
    expect(isWritten('__Http-a', { httpOnly: off as unknown as boolean })).toBe(false);
  },
);
