// What signed and sealed cookies have in common: one cookie, described once, that is set, read and
// deleted; its expiry; what happens with duplicates. How the text is protected is the codec's part.

import { type Clock, systemClock } from '../clock.js';
import { type KeyRing, type SecretKey, createKeyRing } from '../crypto/key-ring.js';
import { assertOptionNames, misconfigured } from '../errors.js';
import type { CookieScope } from './attributes.js';
import { assertWellFormed } from './encode.js';
import { findCookie } from './find.js';
import { MAX_AGE_SECONDS, MAX_COOKIE_OCTETS } from './grammar.js';
import { refusal, shown } from './refusal.js';
import { type CookieTarget, deleteCookie, setCookie } from './response.js';
import { serializeDeletion } from './serialize.js';
import { type CookieSource, readCookieHeader } from './source.js';

export interface ProtectedCookieOptions extends CookieScope {
  /** The cookie's name, such as `__Host-cart`. A value made for one name is worthless under another. */
  readonly name: string;
  /** Newest first: the first key writes, all of them read. A ring, or the secrets for one. */
  readonly keys: KeyRing | readonly (SecretKey | undefined)[];
  /** For how many seconds a value is accepted, 1 to 34,560,000 (400 days). It is part of the value. */
  readonly maxAge: number;
  /** Whether the browser keeps the cookie for `maxAge` too, or only until it closes. Default `true`. */
  readonly persistent?: boolean | undefined;
  /** Keeps apart applications that share keys and a cookie name. Default: none. */
  readonly purpose?: string | undefined;
  /** Default: the machine's clock. */
  readonly clock?: Clock | undefined;
}

const OPTION_NAMES: readonly (keyof ProtectedCookieOptions)[] = [
  'name',
  'keys',
  'maxAge',
  'persistent',
  'purpose',
  'clock',
  'domain',
  'path',
  'secure',
  'httpOnly',
  'sameSite',
  'partitioned',
];

/** One cookie whose value nobody without a key can make. Reading never throws: a bad value is no value. */
export interface ProtectedCookie {
  readonly name: string;
  /**
   * Sets the cookie to a text, as `setCookie` does.
   * @throws CountersignError `cookie-invalid` when the cookie would have over 4,096 octets, or the text is
   *   not well-formed Unicode; `response-started`
   */
  set(target: CookieTarget, text: string): void;
  /** The text, or `undefined`: absent, altered, expired, of an unknown key, or more than one valid. */
  get(source: CookieSource): string | undefined;
  /** Makes the browser forget the cookie. A copy of its value stays good until it expires. */
  delete(target: CookieTarget): void;
  /** The cookie value for a text, for other carriers than a response. Throws as `set` does. */
  encode(text: string): string;
  /** The text of a cookie value, or `undefined` as for `get`. */
  decode(value: string | undefined): string | undefined;
}

/** Text with the time it expires, in epoch milliseconds. */
export interface DatedText {
  readonly text: string;
  readonly expires: number;
}

/** One way to protect a text. `read` gives back only what `write` made, to the last character. */
export interface Codec {
  write(content: DatedText): string;
  read(value: string): DatedText | undefined;
}

/** Cookies of one name that are looked at. Two are an attack or an accident, more are a flood (R7, R10). */
const MAX_CANDIDATES = 8;

/**
 * @param kind sets one way of protection apart from others under the same key and name
 * @throws CountersignError `configuration` for bad keys or `maxAge`; `cookie-invalid` for a name or scope
 *   that a browser would refuse
 */
export function createProtectedCookie(
  options: ProtectedCookieOptions,
  kind: string,
  createCodec: (keys: KeyRing, purpose: string) => Codec,
): ProtectedCookie {
  assertOptionNames('', options ?? null, OPTION_NAMES);
  const { name, maxAge, clock = systemClock, persistent = true } = options;
  if (!Number.isInteger(maxAge) || maxAge < 1 || maxAge > MAX_AGE_SECONDS) {
    const remedy = `Give whole seconds from 1 to ${MAX_AGE_SECONDS} (400 days)`;
    throw misconfigured('maxAge', `is ${shown(maxAge)}`, remedy);
  }
  const scope = scopeOf(options);
  serializeDeletion(name, scope); // refuses a bad name or scope now, not at the first request
  // A name has no space in it, so that no name with a purpose equals another one.
  const { purpose } = options;
  const use = `${kind} cookie ${name}${purpose === undefined ? '' : ` ${purpose}`}`;
  const keys = isKeyRing(options.keys) ? options.keys : createKeyRing(options.keys);
  const codec = createCodec(keys, use);

  const encode = (text: string): string => {
    assertWellFormed(text);
    const value = codec.write({ text, expires: clock.now() + maxAge * 1000 });
    const octets = name.length + value.length;
    if (octets <= MAX_COOKIE_OCTETS) return value;
    const problem = `the text makes a ${kind} cookie of ${octets} octets, and browsers drop one over ${MAX_COOKIE_OCTETS}`;
    throw refusal(name, problem, 'RFC 6265bis §5.6');
  };
  const decode = (value: string | undefined): string | undefined => {
    if (value === undefined || value.length > MAX_COOKIE_OCTETS) return undefined;
    const content = codec.read(value);
    return content !== undefined && clock.now() < content.expires ? content.text : undefined;
  };
  return {
    name,
    encode,
    decode,
    set: (target, text) =>
      setCookie(target, name, encode(text), persistent ? { ...scope, maxAge } : scope),
    get: (source) => readOne(findCookie(readCookieHeader(source), name), decode),
    delete: (target) => deleteCookie(target, name, scope),
  };
}

function isKeyRing(keys: ProtectedCookieOptions['keys']): keys is KeyRing {
  return typeof keys === 'object' && keys !== null && 'newest' in keys;
}

function readOne(
  found: string | readonly string[] | undefined,
  decode: (value: string | undefined) => string | undefined,
): string | undefined {
  if (found === undefined || typeof found === 'string') return decode(found);
  if (found.length > MAX_CANDIDATES) return undefined;
  const valid = found.map(decode).filter((text) => text !== undefined);
  return valid.length === 1 ? valid[0] : undefined;
}

function scopeOf(options: ProtectedCookieOptions): CookieScope {
  const { domain, path, secure, httpOnly, sameSite, partitioned } = options;
  return { domain, path, secure, httpOnly, sameSite, partitioned };
}
