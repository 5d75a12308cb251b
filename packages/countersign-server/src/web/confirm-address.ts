// Behind the link that confirms an address: a page with one button, for who is signed in and for who is
// not. The link proves the address, and signs nobody in.

import { MailLinkPage } from '../views/mail-link-page.js';
import type { Doorkeeper, PageContext } from './doorkeeper.js';
import { signInPath } from './farewell.js';
import {
  forgetMailLink,
  mailLinkToken,
  openMailLink,
  sendLinkProblem,
  sendTooManyLinks,
} from './mail-link.js';
import { seeOther, seeOtherWith, sendPage, tellToWait, visitorFrame } from './reply.js';
import { visitOf } from './visit.js';

const KIND = 'verify-address';

export async function showConfirmAddress(door: Doorkeeper, c: PageContext): Promise<Response> {
  return openMailLink(c, KIND) ?? ask(door, c);
}

export async function confirmAddress(door: Doorkeeper, c: PageContext): Promise<Response> {
  const token = mailLinkToken(c, KIND);
  if (token === undefined) return sendLinkProblem(door, c, KIND);
  const result = await door.flows.addresses.confirm(visitOf(c), { token });
  if (!result.ok && result.reason === 'throttled') return ask(door, c, result);
  if (!result.ok) return sendLinkProblem(door, c, KIND);
  forgetMailLink(c);
  const text = `${result.address} is confirmed. You can sign in with it.`;
  return c.env.session.userId === null
    ? seeOther(c, signInPath({ farewell: 'address-confirmed' }))
    : seeOtherWith(c, '/profile', { tone: 'good', text });
}

/** @param wait if too many links that are none came from this network */
async function ask(
  door: Doorkeeper,
  c: PageContext,
  wait?: { readonly retryAfterMs: number },
): Promise<Response> {
  const token = mailLinkToken(c, KIND);
  const link =
    token === undefined
      ? ({ ok: false } as const)
      : await door.flows.addresses.look(visitOf(c), { token });
  if (!link.ok)
    return wait === undefined
      ? sendLinkProblem(door, c, KIND)
      : sendTooManyLinks(door, c, KIND, wait.retryAfterMs);
  const notice = wait === undefined ? undefined : tellToWait(c, wait.retryAfterMs);
  const page = MailLinkPage({
    frame: visitorFrame(door, notice),
    purpose: KIND,
    address: link.address,
  });
  return sendPage(c, page, wait === undefined ? 200 : 429);
}
