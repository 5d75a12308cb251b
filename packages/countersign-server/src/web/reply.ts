// The few ways in which a page answers.

import type { JSX } from 'hono/jsx/jsx-runtime';

import type { Frame, Notice } from '../views/frame.js';
import type { Doorkeeper, PageContext } from './doorkeeper.js';
import { contentSecurityPolicy } from './security-headers.js';

/** 401: refused. 403: forged. 410: a link that is spent. 422: something to put right. 429: wait. */
export type PageStatus = 200 | 400 | 401 | 403 | 404 | 410 | 413 | 415 | 422 | 429 | 500 | 503;

/** RFC 9110 §15.5.2 wants a challenge. Browsers ask nobody for a scheme that they do not know. */
const CHALLENGE = 'Cookie realm="Countersign"';

export function sendPage(
  c: PageContext,
  page: JSX.Element,
  status: PageStatus = 200,
): Response | Promise<Response> {
  if (status === 401) c.header('WWW-Authenticate', CHALLENGE);
  return c.html(page, status);
}

/** The same for a page that has scripts, which the policy of the others does not let run. */
export function sendScriptedPage(
  c: PageContext,
  page: JSX.Element,
  status: PageStatus = 200,
): Response | Promise<Response> {
  c.header('Content-Security-Policy', contentSecurityPolicy('own'));
  return sendPage(c, page, status);
}

/** After a POST: the browser gets the next page, so that reloading it posts nothing. */
export function seeOther(c: PageContext, path: string): Response {
  return c.redirect(path, 303);
}

/** Says something at the top of the next page, and goes there. */
export function seeOtherWith(c: PageContext, path: string, notice: Notice): Response {
  c.env.session.set('notice', notice);
  return seeOther(c, path);
}

/** For who is not signed in. */
export function visitorFrame(door: Doorkeeper, notice?: Notice): Frame {
  return { assets: door.assets.paths, userName: null, notice };
}

/** Tells the client when to come again, and how to say so: `Wait a minute, then try again.` */
export function tellToWait(c: PageContext, retryAfterMs: number): Notice {
  const seconds = Math.max(1, Math.ceil(retryAfterMs / 1000));
  c.header('Retry-After', String(seconds));
  return { tone: 'bad', text: `Too many tries. Wait ${inWords(seconds)}, then try again.` };
}

function inWords(seconds: number): string {
  if (seconds < 60) return seconds === 1 ? 'a second' : `${seconds} seconds`;
  const minutes = Math.ceil(seconds / 60);
  if (minutes < 60) return minutes === 1 ? 'a minute' : `${minutes} minutes`;
  const hours = Math.ceil(minutes / 60);
  return hours === 1 ? 'an hour' : `${hours} hours`;
}
