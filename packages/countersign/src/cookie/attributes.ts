// The attributes of a Set-Cookie field: the options that stand for them, and each one's own rule.
// Rules that join several are in serialize.ts. RFC 6265bis (draft -22) §4.1.1-4.1.2, §5.5-5.6.

import { type Clock, systemClock } from '../clock.js';
import {
  MAX_AGE_SECONDS,
  MAX_ATTRIBUTE_OCTETS,
  MIN_EXPIRES_YEAR,
  isDomainValue,
  isPathValue,
} from './grammar.js';
import { refusal, shown } from './refusal.js';

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

const SAME_SITE_TEXT: ReadonlyMap<string, string> = new Map([
  ['strict', '; SameSite=Strict'],
  ['lax', '; SameSite=Lax'],
  ['none', '; SameSite=None'],
] satisfies [SameSite, string][]);

/** `; Max-Age=…` and `; Expires=…`, or nothing for a cookie that ends with the browser. */
export function formatLifetime(name: string, options: CookieOptions): string {
  const { maxAge, expires } = options;
  let text = '';
  if (maxAge !== undefined) {
    if (!Number.isInteger(maxAge) || maxAge < 0 || maxAge > MAX_AGE_SECONDS) {
      throw refusal(
        name,
        `maxAge is ${shown(maxAge)}; it is whole seconds from 0 to ${MAX_AGE_SECONDS} (400 days)`,
        'RFC 6265bis §4.1.1, §5.5',
      );
    }
    text = `; Max-Age=${maxAge}`;
  }
  return expires === undefined ? text : `${text}${formatExpires(name, expires, options.clock)}`;
}

function formatExpires(name: string, expires: Date, clock: Clock = systemClock): string {
  if (!(expires instanceof Date) || !(expires.getUTCFullYear() >= MIN_EXPIRES_YEAR)) {
    throw refusal(
      name,
      `expires is not a valid Date from the year ${MIN_EXPIRES_YEAR} on`,
      'RFC 6265bis §4.1.1, §5.1.1',
    );
  }
  if (expires.getTime() > clock.now() + MAX_AGE_SECONDS * 1000) {
    throw refusal(name, 'expires is more than 400 days ahead', 'RFC 6265bis §5.5');
  }
  return `; Expires=${expires.toUTCString()}`;
}

/** `; Path=…` to `; Partitioned`: each at most once, `Path` and `SameSite` always. */
export function formatScope(name: string, scope: CookieScope): string {
  const sameSite = SAME_SITE_TEXT.get(scope.sameSite ?? 'lax');
  if (sameSite === undefined) {
    throw refusal(name, `sameSite is one of 'strict', 'lax' and 'none'`, 'RFC 6265bis §4.1.2.7');
  }
  const secure = (scope.secure ?? true) ? '; Secure' : '';
  const httpOnly = (scope.httpOnly ?? true) ? '; HttpOnly' : '';
  const partitioned = scope.partitioned === true ? '; Partitioned' : '';
  return `${formatPath(name, scope.path)}${formatDomain(name, scope.domain)}${secure}${httpOnly}${sameSite}${partitioned}`;
}

function formatPath(name: string, path = '/'): string {
  if (path === '/') return '; Path=/';
  if (typeof path !== 'string' || !isPathValue(path) || path.length > MAX_ATTRIBUTE_OCTETS) {
    throw refusal(
      name,
      `path is not a slash and up to ${MAX_ATTRIBUTE_OCTETS - 1} printable ASCII characters without a semicolon, or ends in a space, so the cookie would get another scope`,
      'RFC 6265bis §4.1.1, §5.6',
    );
  }
  return `; Path=${path}`;
}

function formatDomain(name: string, domain: string | undefined): string {
  if (domain === undefined) return '';
  if (typeof domain !== 'string' || !isDomainValue(domain)) {
    throw refusal(
      name,
      'domain is not a host name of letters, digits and hyphens (no dot at either end, no port; xn-- labels for other scripts)',
      'RFC 6265bis §4.1.1, domain-value',
    );
  }
  return `; Domain=${domain}`;
}
