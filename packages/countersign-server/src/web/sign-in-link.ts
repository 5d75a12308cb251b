// Behind the link that signs in: a page with one button. Only the browser that asked for the link can use
// it (ASVS 6.6.2), and a second factor is asked for as after a password (6.4.3).

import { LinkProblemPage } from '../views/link-problem-page.js';
import { MailLinkPage } from '../views/mail-link-page.js';
import type { Doorkeeper, PageContext } from './doorkeeper.js';
import { signInPath, TOO_MANY_SESSIONS } from './farewell.js';
import { takeReturnTo } from './kept-return-to.js';
import { forgetMailLink, mailLinkToken, openMailLink, sendLinkProblem } from './mail-link.js';
import { seeOther, sendPage, tellToWait, visitorFrame } from './reply.js';
import { SECOND_STEP_PATH } from './sign-in.js';
import { visitOf } from './visit.js';

export async function showSignInLink(door: Doorkeeper, c: PageContext): Promise<Response> {
  const opened = openMailLink(c, 'sign-in-link');
  if (opened !== undefined) return opened;
  const token = mailLinkToken(c, 'sign-in-link');
  if (token === undefined) return sendLinkProblem(door, c, 'sign-in-link');
  const link = await door.flows.signInLink.look(visitOf(c), { token });
  if (link.ok) return sendPage(c, MailLinkPage({ frame: visitorFrame(door), purpose: 'sign-in' }));
  return link.reason === 'expired'
    ? sendLinkProblem(door, c, 'sign-in-link')
    : sendToOtherBrowser(door, c);
}

export async function useSignInLink(door: Doorkeeper, c: PageContext): Promise<Response> {
  const token = mailLinkToken(c, 'sign-in-link');
  if (token === undefined) return sendLinkProblem(door, c, 'sign-in-link');
  const result = await door.flows.signInLink.finish(visitOf(c), { token });
  if (!result.ok && result.reason === 'throttled') {
    const frame = visitorFrame(door, tellToWait(c, result.retryAfterMs));
    return sendPage(c, MailLinkPage({ frame, purpose: 'sign-in' }), 429);
  }
  if (!result.ok && result.reason === 'other-browser') return sendToOtherBrowser(door, c);
  if (!result.ok && result.reason === 'expired') return sendLinkProblem(door, c, 'sign-in-link');
  if (!result.ok && result.reason === 'too-many-sessions') {
    // The link is still good: the same button, once there is room.
    const frame = visitorFrame(door, { tone: 'bad', text: TOO_MANY_SESSIONS });
    return sendPage(c, MailLinkPage({ frame, purpose: 'sign-in' }), 401);
  }
  forgetMailLink(c);
  if (result.ok) return seeOther(c, takeReturnTo(c));
  return seeOther(
    c,
    result.reason === 'second-factor'
      ? SECOND_STEP_PATH
      : signInPath({ returnTo: takeReturnTo(c), farewell: 'changed' }),
  );
}

/** The link is still good where it was asked for. */
function sendToOtherBrowser(door: Doorkeeper, c: PageContext): Response | Promise<Response> {
  forgetMailLink(c);
  const page = LinkProblemPage({
    frame: visitorFrame(door),
    purpose: 'sign-in',
    problem: 'other-browser',
  });
  return sendPage(c, page, 403);
}
