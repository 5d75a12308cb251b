// Where to go when a sign-in is done that takes more than one page: by a second step, a mail or a
// provider. It waits in a cookie, and is read as strictly as if it came in a link.

import { createPageCookie, fromCookieText, toCookieText } from './page-cookie.js';
import type { PageContext } from './doorkeeper.js';
import { readReturnTo } from './return-to.js';

const HOME = '/';

/** As long as the link of a mail works at most. */
const cookie = createPageCookie({ name: 'return-to', maxAge: 3_600 });

/** @param returnTo that was read by `readReturnTo` */
export function keepReturnTo(c: PageContext, returnTo: string): void {
  if (returnTo === HOME) cookie.clear(c);
  else cookie.write(c, toCookieText(returnTo));
}

/** What is kept; `/` when nothing is. */
export function keptReturnTo(c: PageContext): string {
  const kept = cookie.read(c);
  return kept === undefined ? HOME : readReturnTo(fromCookieText(kept));
}

/** The same, and it is forgotten. */
export function takeReturnTo(c: PageContext): string {
  const kept = keptReturnTo(c);
  cookie.clear(c);
  return kept;
}
