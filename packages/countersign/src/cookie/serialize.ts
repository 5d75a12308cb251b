// serializeCookie: one Set-Cookie field, or a refusal that names the rule. Strict: whatever a browser
// would drop, cut or read differently is not written. RFC 6265bis (draft -22) §4.1 and §5.6-5.7; CHIPS.

import { type Clock, systemClock } from '../clock.js';
import { CountersignError } from '../errors.js';
import {
  MAX_AGE_SECONDS,
  MAX_ATTRIBUTE_OCTETS,
  MAX_COOKIE_OCTETS,
  findForeignOctet,
  isCookieName,
  isCookieValue,
  isDomainValue,
  isPathValue,
} from './grammar.js';
import { COOKIE_PREFIXES, enforcedPrefix } from './prefix.js';

export type SameSite = 'strict' | 'lax' | 'none';

/** Which cookie is meant, and who may see it: what a deletion has to repeat. */
export interface CookieScope {
  /** The hosts: this one and all below it. Default: only the host that answers. */
  readonly domain?: string | undefined;
  /** The paths: this one and all below it. Default `/`. */
  readonly path?: string | undefined;
  /** Send it over TLS only. Default `true`. */
  readonly secure?: boolean | undefined;
  /** Hide it from scripts. Default `true`. */
  readonly httpOnly?: boolean | undefined;
  /** Whether requests that other sites cause carry it. Default `lax`; it is always written. */
  readonly sameSite?: SameSite | undefined;
  /** Keep one per top-level site (CHIPS), for pages embedded elsewhere. Default `false`. */
  readonly partitioned?: boolean | undefined;
}

export interface CookieOptions extends CookieScope {
  /** How long the browser keeps it: whole seconds, 0 to 34,560,000 (400 days). Default: until it closes. */
  readonly maxAge?: number | undefined;
  /** Until when the browser keeps it, at most 400 days ahead. `maxAge` counts where both are given. */
  readonly expires?: Date | undefined;
  /** Tells whether `expires` is too far ahead. Default: the machine's clock. */
  readonly clock?: Clock | undefined;
}

const SAME_SITE = { strict: 'Strict', lax: 'Lax', none: 'None' } as const;
/** The year of the epoch of browsers' date parsers (RFC 6265bis §5.1.1). */
const FIRST_YEAR = 1601;

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
 * every grammar knows, and `Max-Age=0` for browsers whose clock is wrong.
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
      "a name has one or more of the characters A-Z a-z 0-9 and ! # $ % & ' * + - . ^ _ ` | ~",
      'RFC 6265bis §4.1.1, cookie-name',
    );
  }
}

function checkValue(name: string, value: string): void {
  if (typeof value !== 'string') {
    throw refusal(
      name,
      `the value is of type ${typeof value}, not a string`,
      'RFC 6265bis §4.1.1, cookie-value',
    );
  }
  if (!isCookieValue(value)) {
    throw refusal(
      name,
      `character ${findForeignOctet(value) + 1} of the value may not stand there; encode text with encodeCookieValue and bytes with base64url`,
      'RFC 6265bis §4.1.1, cookie-value',
    );
  }
  const octets = name.length + value.length;
  if (octets > MAX_COOKIE_OCTETS) {
    throw refusal(
      name,
      `name and value have ${octets} octets, and browsers drop a cookie over ${MAX_COOKIE_OCTETS}`,
      'RFC 6265bis §5.6',
    );
  }
}

/** The rules that join several attributes, or an attribute and the name. */
function checkRules(name: string, scope: CookieScope): void {
  const secure = scope.secure ?? true;
  if (!secure && scope.sameSite === 'none') {
    throw refusal(name, 'SameSite=None needs Secure', 'RFC 6265bis §5.7');
  }
  if (!secure && scope.partitioned === true) {
    throw refusal(name, 'Partitioned needs Secure', 'CHIPS §2.1');
  }
  const prefix = enforcedPrefix(name);
  if (prefix === undefined) return;
  const rule = COOKIE_PREFIXES[prefix];
  const source = prefix.includes('Http-') ? 'layered-cookies §4.1.3' : 'RFC 6265bis §4.1.3';
  if (!secure) throw refusal(name, `a name with ${prefix} needs Secure`, source);
  if (rule.hostOnly && scope.domain !== undefined) {
    throw refusal(name, `a name with ${prefix} may not have a Domain`, source);
  }
  if (rule.hostOnly && (scope.path ?? '/') !== '/') {
    throw refusal(name, `a name with ${prefix} needs Path=/`, source);
  }
  if (rule.httpOnly && scope.httpOnly === false) {
    throw refusal(name, `a name with ${prefix} needs HttpOnly`, source);
  }
}

function formatLifetime(name: string, options: CookieOptions): string {
  const { maxAge, expires } = options;
  let text = '';
  if (maxAge !== undefined) {
    if (!Number.isInteger(maxAge) || maxAge < 0 || maxAge > MAX_AGE_SECONDS) {
      throw refusal(
        name,
        `maxAge is ${maxAge}; it is whole seconds from 0 to ${MAX_AGE_SECONDS} (400 days)`,
        'RFC 6265bis §4.1.1, §5.5',
      );
    }
    text += `; Max-Age=${maxAge}`;
  }
  if (expires !== undefined) text += `; Expires=${formatDate(name, expires, options.clock)}`;
  return text;
}

function formatDate(name: string, expires: Date, clock: Clock = systemClock): string {
  if (!(expires instanceof Date) || !(expires.getUTCFullYear() >= FIRST_YEAR)) {
    throw refusal(
      name,
      `expires is not a Date from the year ${FIRST_YEAR} on`,
      'RFC 6265bis §4.1.1, §5.1.1',
    );
  }
  if (expires.getTime() > clock.now() + MAX_AGE_SECONDS * 1000) {
    throw refusal(name, 'expires is more than 400 days ahead', 'RFC 6265bis §5.5');
  }
  return expires.toUTCString();
}

function formatScope(name: string, scope: CookieScope): string {
  const { domain, path = '/', sameSite = 'lax' } = scope;
  if (!isPathValue(path) || path.length > MAX_ATTRIBUTE_OCTETS) {
    throw refusal(
      name,
      `path is not up to ${MAX_ATTRIBUTE_OCTETS} printable ASCII characters from a slash on, without a semicolon or a space at the end, so the cookie would get another scope`,
      'RFC 6265bis §4.1.1, §5.6',
    );
  }
  let text = `; Path=${path}`;
  if (domain !== undefined) {
    if (!isDomainValue(domain)) {
      throw refusal(
        name,
        'domain is not a host name of letters, digits and hyphens (no dot at either end, no port, xn-- for others)',
        'RFC 6265bis §4.1.1, domain-value',
      );
    }
    text += `; Domain=${domain}`;
  }
  if (scope.secure ?? true) text += '; Secure';
  if (scope.httpOnly ?? true) text += '; HttpOnly';
  if (!Object.hasOwn(SAME_SITE, sameSite)) {
    throw refusal(name, `sameSite is one of 'strict', 'lax' and 'none'`, 'RFC 6265bis §4.1.2.7');
  }
  text += `; SameSite=${SAME_SITE[sameSite]}`;
  if (scope.partitioned === true) text += '; Partitioned';
  return text;
}

/** The name is quoted and cut, since it may be what carries the line break. The value is never shown. */
function refusal(name: string, problem: string, rule: string): CountersignError {
  const shown = JSON.stringify(name.slice(0, 80));
  return new CountersignError('cookie-invalid', `cookie ${shown}: ${problem} (${rule})`);
}
