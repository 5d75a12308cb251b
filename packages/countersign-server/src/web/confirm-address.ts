// Behind the link that confirms an address: a page with one button, for who is signed in and for who is
// not. The link proves the address, and signs nobody in.

import type { Notice } from '../views/frame.js';
import { MailLinkPage } from '../views/mail-link-page.js';
import type { Doorkeeper, PageContext } from './doorkeeper.js';
import { signInPath } from './farewell.js';
import { forgetMailLink, mailLinkToken, openMailLink, sendLinkProblem } from './mail-link.js';
import {
  seeOther,
  seeOtherWith,
  sendPage,
  tellToWait,
  visitorFrame,
  type PageStatus,
} from './reply.js';
import { visitOf } from './visit.js';

const KIND = 'verify-address';

export async function showConfirmAddress(door: Doorkeeper, c: PageContext): Promise<Response> {
  return openMailLink(c, KIND) ?? ask(door, c);
}

export async function confirmAddress(door: Doorkeeper, c: PageContext): Promise<Response> {
  const token = mailLinkToken(c, KIND);
  if (token === undefined) return sendLinkProblem(door, c, KIND);
  const result = await door.flows.addresses.confirm(visitOf(c), { token });
  if (!result.ok && result.reason === 'throttled')
    return ask(door, c, { status: 429, notice: tellToWait(c, result.retryAfterMs) });
  if (!result.ok) return sendLinkProblem(door, c, KIND);
  forgetMailLink(c);
  const text = `${result.address} is confirmed. You can sign in with it.`;
  return c.env.session.userId === null
    ? seeOther(c, signInPath({ farewell: 'address-confirmed' }))
    : seeOtherWith(c, '/profile', { tone: 'good', text });
}

async function ask(
  door: Doorkeeper,
  c: PageContext,
  { status, notice }: { readonly status?: PageStatus; readonly notice?: Notice } = {},
): Promise<Response> {
  const token = mailLinkToken(c, KIND);
  const link = token === undefined ? undefined : await door.flows.addresses.look(token);
  if (link === undefined) return sendLinkProblem(door, c, KIND);
  const frame = visitorFrame(door, notice);
  return sendPage(c, MailLinkPage({ frame, purpose: KIND, address: link.address }), status);
}
