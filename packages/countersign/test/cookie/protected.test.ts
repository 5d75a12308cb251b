// Signed and sealed cookies: round trip, expiry, key rotation, separation of uses, one spelling only,
// bounds before any cryptography (D5, D15, D18, R7, R10).

import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import type { ProtectedCookie, ProtectedCookieOptions } from '../../src/cookie/protected.js';
import { sealedCookie } from '../../src/cookie/sealed.js';
import { serializeCookie } from '../../src/cookie/serialize.js';
import { signedCookie } from '../../src/cookie/signed.js';
import { type KeyRing, createKeyRing } from '../../src/crypto/key-ring.js';
import { createFakeClock } from '../../src/testing/fake-clock.js';
import { refusalOf } from './refusal.js';

const OLD = 'correct horse battery staple, 32+';
const NEW = 'the second secret, newer, 32 bytes';
const NAME = '__Host-cart';
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.';

/** A ring that counts how often a key is used. */
function countingRing(): { readonly ring: KeyRing; uses(): number } {
  const { newest } = createKeyRing([OLD]);
  let uses = 0;
  const key = {
    id: newest.id,
    derive(purpose: string) {
      uses += 1;
      return newest.derive(purpose);
    },
  };
  return { ring: { newest: key, keys: [key], find: () => key }, uses: () => uses };
}

describe.each([
  ['a signed cookie', signedCookie],
  ['a sealed cookie', sealedCookie],
])('%s', (_, create) => {
  const clock = createFakeClock();
  const options = { name: NAME, keys: createKeyRing([OLD]), maxAge: 3600, clock };
  const make = (changes: Partial<ProtectedCookieOptions> = {}): ProtectedCookie =>
    create({ ...options, ...changes });
  const cart = make();

  test('any well-formed text comes back, and its value is one that may be written (D4, D5)', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const value = cart.encode(text);
        expect(cart.decode(value)).toBe(text);
        expect(serializeCookie(NAME, value)).toContain(`${NAME}=${value};`);
      }),
    );
  });

  test('a byte order mark at the beginning comes back too', () => {
    expect(cart.decode(cart.encode('\ufefftext'))).toBe('\ufefftext');
  });

  test('text that UTF-8 cannot say is refused', () => {
    expect(refusalOf(() => cart.encode('a\ud800')).code).toBe('cookie-invalid');
  });

  test('is set, read and deleted with its scope', () => {
    const shop = make({ name: 'shop', path: '/shop', domain: 'example.com', sameSite: 'strict' });
    const response = new Headers();
    shop.set(response, '3 apples');
    const [field = ''] = response.getSetCookie();
    expect(field).toMatch(
      /^shop=[\w.-]+; Max-Age=3600; Path=\/shop; Domain=example\.com; Secure; HttpOnly; SameSite=Strict$/,
    );
    expect(shop.get(new Headers({ cookie: field.split(';')[0] ?? '' }))).toBe('3 apples');
    shop.delete(response);
    expect(response.getSetCookie()).toEqual([
      'shop=; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0; Path=/shop; Domain=example.com; Secure; HttpOnly; SameSite=Strict',
    ]);
  });

  test('that is not persistent has no Max-Age and still expires', () => {
    const own = createFakeClock();
    const brief = make({ persistent: false, clock: own });
    const response = new Headers();
    brief.set(response, 'text');
    const [field = ''] = response.getSetCookie();
    expect(field).not.toContain('Max-Age');
    own.advance(3_600_000);
    expect(brief.get(field.split(';')[0] ?? '')).toBeUndefined();
  });

  test.each([
    ['absent', ''],
    ['empty', `${NAME}=`],
    ['bare', NAME],
    ['of a prefix in another case', '__host-cart=x'],
  ])('that is %s is no value, and no error (D17)', (_, header) => {
    expect(cart.get(header)).toBeUndefined();
    expect(cart.get(undefined)).toBeUndefined();
    expect(cart.decode(undefined)).toBeUndefined();
  });

  test('expires to the millisecond by the clock of the server, not of the browser (D18)', () => {
    const own = createFakeClock();
    const brief = make({ maxAge: 60, clock: own });
    const value = brief.encode('text');
    own.advance(59_999);
    expect(brief.decode(value)).toBe('text');
    own.advance(1);
    expect(brief.decode(value)).toBeUndefined();
  });

  test('keeps the expiry it was made with when maxAge changes', () => {
    const own = createFakeClock();
    const value = make({ maxAge: 60, clock: own }).encode('text');
    own.advance(60_000);
    expect(make({ maxAge: 6000, clock: own }).decode(value)).toBeUndefined();
  });

  test('the newest key writes, every key reads, a removed one no longer', () => {
    const old = make({ keys: [OLD] });
    const both = make({ keys: [NEW, OLD] });
    const young = make({ keys: [NEW] });
    const before = old.encode('before');
    const after = both.encode('after');
    expect(both.decode(before)).toBe('before');
    expect(young.decode(after)).toBe('after');
    expect(old.decode(after)).toBeUndefined();
    expect(young.decode(before)).toBeUndefined();
  });

  test('a value is worthless under another name, purpose or kind', () => {
    const value = cart.encode('text');
    const other = create === signedCookie ? sealedCookie : signedCookie;
    expect(make({ name: '__Host-order' }).decode(value)).toBeUndefined();
    expect(make({ name: '__host-cart' }).decode(value)).toBeUndefined();
    expect(make({ purpose: 'shop' }).decode(value)).toBeUndefined();
    expect(make({ purpose: '' }).decode(value)).toBeUndefined();
    expect(other(options).decode(value)).toBeUndefined();
    const shop = make({ purpose: 'shop' }).encode('text');
    expect(make({ purpose: 'shop' }).decode(shop)).toBe('text');
    expect(make({ purpose: 'other' }).decode(shop)).toBeUndefined();
    expect(cart.decode(shop)).toBeUndefined();
  });

  test('a value with any character changed, left out, doubled or added is refused', () => {
    const accepted: string[] = [];
    // Lengths of 0 to 2 modulo 3 put 0, 4 and 2 spare bits in the last character.
    for (const text of ['', 'a', 'ab', 'abc']) {
      const value = cart.encode(text);
      for (let place = 0; place <= value.length; place += 1) {
        const head = value.slice(0, place);
        const tail = value.slice(place + 1);
        const altered = Array.from(`${ALPHABET}= "%é`, (char) => head + char + tail);
        const doubled = head + value.slice(place - 1);
        altered.push(head + tail, head, tail, doubled);
        const others = altered.filter((candidate) => candidate !== value);
        accepted.push(...others.filter((candidate) => cart.decode(candidate) !== undefined));
      }
    }
    expect(accepted).toEqual([]);
  });

  test('parts of two valid values do not make a third', () => {
    const own = createFakeClock();
    const mine = make({ clock: own });
    const first = mine.encode('first');
    own.advance(1);
    const second = mine.encode('other');
    const a = first.split('.');
    const b = second.split('.');
    for (let mix = 1; mix < 2 ** a.length - 1; mix += 1) {
      const mixed = a.map((part, i) => ((mix >> i) & 1 ? part : (b[i] ?? ''))).join('.');
      const isOneOfThem = mixed === first || mixed === second;
      expect(mine.decode(mixed) === undefined).toBe(!isOneOfThem);
    }
  });

  test('no text that was not made here is a value', () => {
    const { id } = createKeyRing([OLD]).newest;
    const likely = fc.constantFrom('.', id, `${id}.`, 'AAAA', 'm', '=', '"', '\0', '%41', 'é');
    const anything = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 200 }),
      fc.array(likely, { maxLength: 12 }).map((parts) => parts.join('')),
      fc.uint8Array({ maxLength: 120 }).map((b) => `${id}.${Buffer.from(b).toString('base64url')}`),
    );
    fc.assert(
      fc.property(anything, (value) => {
        expect(cart.decode(value)).toBeUndefined();
        expect(cart.get(`${NAME}=${value}`)).toBeUndefined();
      }),
      { numRuns: 1_000 },
    );
  });

  test('two cookies of the name: accepted only if exactly one is valid (R7)', () => {
    const good = `${NAME}=${cart.encode('text')}`;
    const bad = `${NAME}=${make({ keys: [NEW] }).encode('evil')}`;
    expect(cart.get(`${bad}; ${good}`)).toBe('text');
    expect(cart.get(`${good}; a=1; ${bad}; ${NAME}=`)).toBe('text');
    expect(cart.get(`${good}; ${good}`)).toBeUndefined();
    expect(cart.get(`${good}; ${NAME}=${cart.encode('more')}`)).toBeUndefined();
    expect(cart.get(`${bad}; ${bad}`)).toBeUndefined();
  });

  test('eight cookies of the name are looked at, and none of nine (R10)', () => {
    const { ring, uses } = countingRing();
    const counted = make({ keys: ring });
    const good = `${NAME}=${counted.encode('text')}`;
    expect(counted.get(`${`${NAME}=x;`.repeat(7)}${good}`)).toBe('text');
    const before = uses();
    expect(counted.get(`${`${NAME}=x;`.repeat(8)}${good}`)).toBeUndefined();
    expect(uses()).toBe(before);
  });

  test('a value longer than any cookie is refused before a key is touched (R10)', () => {
    const { ring, uses } = countingRing();
    const counted = make({ keys: ring });
    const dots = 'a.a.a.'.repeat(20_000);
    for (const value of ['a'.repeat(4097), dots, `a.a.a.${'a'.repeat(4091)}`]) {
      expect(counted.decode(value)).toBeUndefined();
    }
    expect(uses()).toBe(0);
  });

  test('text that makes a cookie too large is refused with its size, and set writes nothing', () => {
    const response = new Headers();
    const error = refusalOf(() => cart.set(response, 'a'.repeat(3_100)));
    expect(error.code).toBe('cookie-invalid');
    expect(error.message).toMatch(/4[1-9]\d\d octets.*4096/);
    expect(error.message).not.toContain('aaa');
    expect(response.getSetCookie()).toEqual([]);
    const most = cart.encode('a'.repeat(2_900));
    expect(cart.decode(most)).toHaveLength(2_900);
  });

  test('the largest that is written is also read', () => {
    let text = '';
    let value = cart.encode(text);
    for (let length = 2_900; length < 3_200; length += 1) {
      try {
        text = 'a'.repeat(length);
        value = cart.encode(text);
      } catch {
        break;
      }
    }
    expect(NAME.length + value.length).toBeGreaterThan(4_090);
    expect(cart.get(`${NAME}=${value}`)).toHaveLength(text.length - 1);
  });

  test.each([
    0,
    -1,
    0.5,
    34_560_001,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    '60' as unknown as number,
  ])('maxAge %d is a misconfiguration: no value is good for ever', (maxAge) => {
    const error = refusalOf(() => make({ maxAge }));
    expect(error.code).toBe('configuration');
    expect(error.message).toMatch(/^maxAge: .*34560000/);
  });

  test.each<[string, Partial<ProtectedCookieOptions>, string]>([
    ['a name that is no token', { name: 'a b' }, 'cookie-invalid'],
    ['a prefix rule that is broken', { path: '/shop' }, 'cookie-invalid'],
    [
      'SameSite=None without Secure',
      { name: 'a', sameSite: 'none', secure: false },
      'cookie-invalid',
    ],
    ['a short key', { keys: ['short'] }, 'configuration'],
    ['no key', { keys: [] }, 'configuration'],
    ['a key that is not set', { keys: [undefined] }, 'configuration'],
  ])('%s is refused when the cookie is described', (_, changes, code) => {
    expect(refusalOf(() => make(changes)).code).toBe(code);
  });

  test('takes secrets instead of a ring', () => {
    expect(make({ keys: [OLD] }).decode(cart.encode('text'))).toBe('text');
  });

  test('uses the clock of the machine when none is given', () => {
    const real = create({ name: NAME, keys: [OLD], maxAge: 60 });
    expect(real.decode(real.encode('text'))).toBe('text');
    expect(real.decode(make({ clock: createFakeClock(0) }).encode('text'))).toBeUndefined();
  });
});

describe('the format is one that another implementation makes', () => {
  // Made with Python's hmac and cryptography from the same secret, for 2026-01-01T01:00:00Z.
  const clock = createFakeClock();
  const options = { name: NAME, keys: [OLD], maxAge: 3600, clock };
  const signed = 'MyDDpHBwbGVz.mjuqmxs0.BiPpwF85.WnVeZCzUNGDn3i0YHjymagk0mWOhmGb0-uo7tQiLYF8';
  const sealed = 'BiPpwF85.AAECAwQFBgcICQoLxZzm22WNP76wDhv56pobO1MhbCJhGYyK7rGc7AH0nA';

  test('signed: writes and reads it', () => {
    expect(signedCookie(options).encode('3 äpples')).toBe(signed);
    expect(signedCookie(options).decode(signed)).toBe('3 äpples');
  });

  test('sealed: reads it, and expires it when it says', () => {
    const own = createFakeClock();
    const cookie = sealedCookie({ ...options, clock: own });
    expect(cookie.decode(sealed)).toBe('3 äpples');
    own.advance(3_600_000);
    expect(cookie.decode(sealed)).toBeUndefined();
  });
});

test('a signed text can be read by anybody, a sealed one by nobody', () => {
  const options = { name: NAME, keys: [OLD], maxAge: 3600 };
  const readable = (value: string): string =>
    value
      .split('.')
      .map((part) => Buffer.from(part, 'base64url').toString('latin1'))
      .join();
  expect(readable(signedCookie(options).encode('the text'))).toContain('the text');
  expect(readable(sealedCookie(options).encode('the text'))).not.toContain('the text');
});

test('a sealed value is another one each time', () => {
  const cookie = sealedCookie({ name: NAME, keys: [OLD], maxAge: 3600, clock: createFakeClock() });
  const values = Array.from({ length: 200 }, () => cookie.encode('text'));
  expect(new Set(values).size).toBe(values.length);
});

describe('construction', () => {
  const create = (options: unknown): unknown => Reflect.apply(signedCookie, null, [options]);

  test.each([
    [undefined, /options: is not an object of options/],
    [{ name: NAME, keys: [OLD], maxAge: 5, samesite: 'none' }, /samesite: is not an option here/],
    [{ name: NAME, keys: null, maxAge: 5 }, /keys: is not a list of keys/],
  ])('refuses %o, naming option and remedy', (options, message) => {
    expect(() => create(options)).toThrow(message);
  });
});
