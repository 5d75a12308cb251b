// The link of a mail, when somebody opens it. Its token leaves the address bar at once, for a cookie, so
// that no history, log or referrer keeps it (G70); and nothing is used up before a form is sent, because
// programs that look into mails open links as well (G66).

import { LinkProblemPage, type LinkProblemPageProps } from '../views/link-problem-page.js';
import type { Doorkeeper, PageContext } from './doorkeeper.js';
import { createPageCookie } from './page-cookie.js';
import { MAIL_PATHS } from './places.js';
import { seeOther, sendPage, tellToWait, visitorFrame } from './reply.js';

export type LinkKind = 'sign-up' | 'verify-address' | 'reset' | 'sign-in-link';

/** No link lives longer. */
const cookie = createPageCookie({ name: 'mail-link', maxAge: 3_600 });

const TOKEN = /^[\w-]{20,200}$/;

const PURPOSES: Readonly<Record<LinkKind, LinkProblemPageProps['purpose']>> = {
  'sign-up': 'sign-up',
  'verify-address': 'verify-address',
  reset: 'reset',
  'sign-in-link': 'sign-in',
};

/**
 * Answers a link that has just been opened, by sending the browser to the same page without the token.
 * `undefined` where there is none in the address.
 */
export function openMailLink(c: PageContext, kind: LinkKind): Response | undefined {
  const token = c.req.query('token');
  if (token === undefined) return undefined;
  // One link at a time: of two that are opened, the later.
  if (TOKEN.test(token)) cookie.write(c, `${kind}.${token}`);
  else cookie.clear(c);
  return seeOther(c, MAIL_PATHS[kind]);
}

/** The token of the link that was opened last, if it is of this kind. */
export function mailLinkToken(c: PageContext, kind: LinkKind): string | undefined {
  const [kept, token] = cookie.read(c)?.split('.', 2) ?? [];
  return kept === kind && token !== undefined && TOKEN.test(token) ? token : undefined;
}

/** After the link was used. */
export function forgetMailLink(c: PageContext): void {
  cookie.clear(c);
}

/** The answer to a link that opens nothing. */
export function sendLinkProblem(
  door: Doorkeeper,
  c: PageContext,
  kind: LinkKind,
): Response | Promise<Response> {
  cookie.clear(c);
  const page = LinkProblemPage({ frame: visitorFrame(door), purpose: PURPOSES[kind] });
  return sendPage(c, page, 410);
}

/** The same where too many such links came from one network, or were made up there (G71). */
export function sendTooManyLinks(
  door: Doorkeeper,
  c: PageContext,
  kind: LinkKind,
  retryAfterMs: number,
): Response | Promise<Response> {
  const frame = visitorFrame(door, tellToWait(c, retryAfterMs));
  return sendPage(c, LinkProblemPage({ frame, purpose: PURPOSES[kind] }), 429);
}
