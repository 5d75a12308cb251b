// The cookies of the flows. Each has a name and a lifetime of its own, and none of them is a session's:
// what they carry is worthless to every session API.

import type { CookieScope } from '../cookie/attributes.js';
import { deleteCookie, setCookie } from '../cookie/response.js';
import { findCookie } from '../cookie/find.js';
import { readCookieHeader } from '../cookie/source.js';
import type { Visit } from './visit.js';

/** A cookie that carries a one-time token. */
export interface TokenCookie {
  /** The token of a request; `undefined` for none, and for more than one. */
  read(visit: Visit): string | undefined;
  write(visit: Visit, token: string): void;
  clear(visit: Visit): void;
}

export interface TokenCookieOptions {
  /** Without a prefix, such as `second-factor`. */
  readonly name: string;
  /** Whole seconds. */
  readonly maxAge: number;
  /** As the session's cookies are written: without it only in development. */
  readonly secure: boolean;
}

/**
 * Lax, since mail and providers lead here from elsewhere; always of this host alone.
 * @throws CountersignError `configuration`
 */
export function createTokenCookie({ name, maxAge, secure }: TokenCookieOptions): TokenCookie {
  const fullName = cookieName(name, secure);
  const scope: CookieScope = { path: '/', secure, httpOnly: true, sameSite: 'lax' };
  return {
    read({ request }) {
      const found = findCookie(readCookieHeader(request), fullName);
      // Two are an attack or an accident (R7): nothing here is worth guessing which.
      return typeof found === 'string' ? found : undefined;
    },
    write: ({ response }, token) => setCookie(response, fullName, token, { ...scope, maxAge }),
    clear: ({ response }) => deleteCookie(response, fullName, scope),
  };
}

/** `__Host-` keeps other hosts of the domain from planting one (P1-P5). */
export function cookieName(name: string, secure: boolean): string {
  return secure ? `__Host-${name}` : `dev-${name}`;
}
