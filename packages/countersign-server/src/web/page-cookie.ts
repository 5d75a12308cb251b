// Cookies of the pages themselves, for what goes from one page to the next before anybody is signed in.
// None is a session's. Lax, since mails and providers lead here from elsewhere; of this host alone.

import { deleteCookie, findCookie, readCookieHeader, setCookie } from 'countersign/cookie';
import type { CookieScope } from 'countersign/cookie';

import type { PageContext } from './doorkeeper.js';

export interface PageCookie {
  /** What the browser has sent; `undefined` for nothing, and for more than one. */
  read(c: PageContext): string | undefined;
  /** @param value characters of a cookie's value, 4,000 at most */
  write(c: PageContext, value: string): void;
  /** Does nothing where there is none. */
  clear(c: PageContext): void;
}

const SCOPE: CookieScope = { path: '/', secure: true, httpOnly: true, sameSite: 'lax' };

/** @param options `name` without its prefix, and for how many seconds browsers keep it */
export function createPageCookie(options: {
  readonly name: string;
  readonly maxAge: number;
}): PageCookie {
  const name = `__Host-${options.name}`;
  const { maxAge } = options;
  const find = (c: PageContext): string | readonly string[] | undefined =>
    findCookie(readCookieHeader(c.req.raw), name);
  return {
    read(c) {
      const found = find(c);
      return typeof found === 'string' ? found : undefined;
    },
    write: (c, value) => setCookie(c.res, name, value, { ...SCOPE, maxAge }),
    clear(c) {
      if (find(c) !== undefined) deleteCookie(c.res, name, SCOPE);
    },
  };
}

/** Any text as characters that a cookie may have. */
export function toCookieText(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64url');
}

export function fromCookieText(value: string): string {
  return Buffer.from(value, 'base64url').toString('utf8');
}
