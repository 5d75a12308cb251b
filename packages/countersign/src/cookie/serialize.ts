// serializeCookie: one Set-Cookie field, or a refusal that names the rule. Strict: whatever a browser
// would drop, cut or read differently is not written. RFC 6265bis (draft -22) §4.1 and §5.6-5.7; CHIPS.

import { type CookieOptions, type CookieScope, formatLifetime, formatScope } from './attributes.js';
import { MAX_COOKIE_OCTETS, findForeignOctet, isCookieName, isCookieValue } from './grammar.js';
import { COOKIE_PREFIXES, enforcedPrefix } from './prefix.js';
import { refusal } from './refusal.js';

/**
 * One Set-Cookie field. `Secure`, `HttpOnly`, `SameSite=Lax` and `Path=/` unless the options say otherwise.
 * @param name a token, such as `__Host-id`
 * @param value cookie-octets: no space, quote, comma, semicolon, backslash or character beyond ASCII.
 *   For other text use `encodeCookieValue`, for bytes base64url
 * @throws CountersignError `cookie-invalid` with the rule that a browser would have applied
 */
export function serializeCookie(name: string, value: string, options: CookieOptions = {}): string {
  checkName(name);
  checkValue(name, value);
  checkRules(name, options);
  return `${name}=${value}${formatLifetime(name, options)}${formatScope(name, options)}`;
}

/**
 * The Set-Cookie field that makes a browser forget a cookie: an empty value, an `Expires` long past, which
 * every grammar knows, and `Max-Age=0` for a browser whose clock is wrong.
 * @param scope as it was written: with another domain, path or partition it is another cookie
 * @throws CountersignError `cookie-invalid` as `serializeCookie` does
 */
export function serializeDeletion(name: string, scope: CookieScope = {}): string {
  checkName(name);
  checkRules(name, scope);
  return `${name}=; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0${formatScope(name, scope)}`;
}

function checkName(name: string): void {
  if (typeof name !== 'string') {
    throw refusal('', `the name is of type ${typeof name}, not a string`, 'RFC 6265bis §4.1.1');
  }
  if (!isCookieName(name)) {
    throw refusal(
      name,
      "a name is one or more of A-Z a-z 0-9 ! # $ % & ' * + - . ^ _ ` | ~",
      'RFC 6265bis §4.1.1, cookie-name',
    );
  }
  if (name.length > MAX_COOKIE_OCTETS) throw tooLarge(name, name.length);
}

function checkValue(name: string, value: string): void {
  if (typeof value !== 'string') {
    throw refusal(name, `the value is of type ${typeof value}, not a string`, 'RFC 6265bis §4.1.1');
  }
  if (!isCookieValue(value)) {
    throw refusal(
      name,
      `character ${findForeignOctet(value) + 1} of the value may not stand there; encode text with encodeCookieValue, bytes with base64url`,
      'RFC 6265bis §4.1.1, cookie-value',
    );
  }
  const octets = name.length + value.length;
  if (octets > MAX_COOKIE_OCTETS) throw tooLarge(name, octets);
}

function tooLarge(name: string, octets: number): Error {
  return refusal(
    name,
    `name and value have ${octets} octets, and browsers drop a cookie over ${MAX_COOKIE_OCTETS}`,
    'RFC 6265bis §5.6',
  );
}

/** The rules that join several attributes, or an attribute and the name. */
function checkRules(name: string, scope: CookieScope): void {
  const secure = scope.secure ?? true;
  if (!secure && scope.sameSite === 'none') {
    throw refusal(name, 'SameSite=None needs Secure', 'RFC 6265bis §4.1.2.7, §5.7');
  }
  if (!secure && scope.partitioned === true) {
    throw refusal(name, 'Partitioned needs Secure', 'CHIPS');
  }
  const prefix = enforcedPrefix(name);
  if (prefix === undefined) return;
  const rule = COOKIE_PREFIXES[prefix];
  if (!secure) throw refusal(name, `${prefix} needs Secure`, rule.source);
  if (rule.hostOnly && scope.domain !== undefined) {
    throw refusal(name, `${prefix} allows no Domain`, rule.source);
  }
  if (rule.hostOnly && (scope.path ?? '/') !== '/') {
    throw refusal(name, `${prefix} needs Path=/`, rule.source);
  }
  if (rule.httpOnly && !(scope.httpOnly ?? true)) {
    throw refusal(name, `${prefix} needs HttpOnly`, rule.source);
  }
}
