// setCookie and deleteCookie: put Set-Cookie fields on a response, Web or node, beside those that are
// there already, and never two with the same name. RFC 6265bis §3 and §4.1.1.

import { CountersignError } from '../errors.js';
import type { CookieOptions, CookieScope } from './attributes.js';
import { trimmedSlice } from './pairs.js';
import { serializeCookie, serializeDeletion } from './serialize.js';

/** Web `Headers`, as far as cookies are written to them. */
export interface WritableHeaders {
  append(name: string, value: string): void;
  delete(name: string): void;
  getSetCookie(): string[];
}

/** A response of `node:http` or `node:http2`, as far as cookies are written to it. */
export interface CookieResponse {
  readonly headersSent?: boolean;
  getHeader(name: string): number | string | readonly string[] | undefined;
  setHeader(name: string, value: readonly string[]): unknown;
}

/** Where cookies are written to: Web `Headers`, a Web `Response`, or a response of `node:http` or `node:http2`. */
export type CookieTarget = WritableHeaders | CookieResponse | { readonly headers: WritableHeaders };

/**
 * Sets a cookie on a response. Cookies of other names stay; one of the same name that was set before is
 * replaced, since a response may not set a cookie twice.
 * @throws CountersignError `cookie-invalid` as `serializeCookie` does, `response-started` when the node
 *   response has sent its headers; a TypeError for Web headers that are immutable
 */
export function setCookie(
  target: CookieTarget,
  name: string,
  value: string,
  options?: CookieOptions,
): void {
  write(target, name, serializeCookie(name, value, options));
}

/**
 * Makes the browser forget a cookie.
 * @param scope the domain, path and `partitioned` it was set with, and whatever its name's prefix demands
 * @throws CountersignError as `setCookie` does
 */
export function deleteCookie(target: CookieTarget, name: string, scope?: CookieScope): void {
  write(target, name, serializeDeletion(name, scope));
}

function write(target: CookieTarget, name: string, field: string): void {
  if ('setHeader' in target) {
    if (target.headersSent === true) {
      throw new CountersignError(
        'response-started',
        `cookie "${name}": the response has started, so its headers cannot be changed. Set cookies first`,
      );
    }
    const fields = asList(target.getHeader('Set-Cookie'));
    target.setHeader('Set-Cookie', [...fields.filter((other) => nameOf(other) !== name), field]);
    return;
  }
  const headers = 'headers' in target ? target.headers : target;
  const fields = headers.getSetCookie();
  if (fields.some((other) => nameOf(other) === name)) {
    headers.delete('set-cookie');
    for (const other of fields) if (nameOf(other) !== name) headers.append('set-cookie', other);
  }
  headers.append('set-cookie', field);
}

function asList(value: number | string | readonly string[] | undefined): readonly string[] {
  if (value === undefined) return [];
  return typeof value === 'object' ? value : [String(value)];
}

/** What stands before the first equals sign: the name, unless the field is a nameless one (§5.6). */
function nameOf(field: string): string {
  return trimmedSlice(field, 0, Math.max(field.indexOf('='), 0));
}
