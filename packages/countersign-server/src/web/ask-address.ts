// The three forms that ask for an address and send a mail to it: for a new account, a new password, or to
// sign in. What is answered is the same for every address (G60; ASVS 6.3.8).

import { MAX_ADDRESS_OCTETS, ONE_TIME_KINDS, type OneTimeKind } from 'countersign/accounts';
import type { Flows } from 'countersign/flows';

import { AskAddressPage } from '../views/ask-address-page.js';
import type { Notice } from '../views/frame.js';
import type { MailPurpose } from '../views/mail-purpose.js';
import { MailSentPage } from '../views/mail-sent-page.js';
import type { Doorkeeper, PageContext } from './doorkeeper.js';
import { keepReturnTo, keptReturnTo } from './kept-return-to.js';
import { createPageCookie, fromCookieText, toCookieText } from './page-cookie.js';
import { isTicked, withForm, type Fields } from './posted-form.js';
import type { Problems } from './problems.js';
import { seeOther, sendPage, tellToWait, visitorFrame, type PageStatus } from './reply.js';
import { readReturnTo } from './return-to.js';
import { visitOf } from './visit.js';

interface Asking {
  readonly path: string;
  readonly flow: keyof Pick<Flows, 'signUp' | 'reset' | 'signInLink'>;
  /** What the link in the mail is. */
  readonly kind: OneTimeKind;
  /** Whether it is of any use to who is signed in. */
  readonly for: 'visitors' | 'everyone';
}

/** The pages by what they are for. */
export const ASKING: Readonly<Record<MailPurpose, Asking>> = {
  'sign-up': { path: '/sign-up', flow: 'signUp', kind: 'sign-up', for: 'visitors' },
  'sign-in': { path: '/sign-in/link', flow: 'signInLink', kind: 'sign-in-link', for: 'visitors' },
  reset: { path: '/forgot', flow: 'reset', kind: 'reset', for: 'everyone' },
};

const NO_ADDRESS = 'Enter the e-mail address of your account.';

/** What the next page says: to which address a mail is on its way, whether anybody has it or not. */
const sentTo = createPageCookie({ name: 'mail-sent-to', maxAge: 600 });

export function showAskAddress(
  door: Doorkeeper,
  c: PageContext,
  purpose: MailPurpose,
): Response | Promise<Response> {
  const returnTo = readReturnTo(c.req.query('return_to'));
  if (c.env.session.userId !== null && ASKING[purpose].for === 'visitors')
    return seeOther(c, returnTo);
  return ask(door, c, { purpose, returnTo });
}

export function askAddress(
  door: Doorkeeper,
  problems: Problems,
  c: PageContext,
  purpose: MailPurpose,
): Promise<Response> {
  return withForm(c, problems, (field) => answerAddress(door, c, purpose, field));
}

/** "Look into your mail." */
export function showMailSent(
  door: Doorkeeper,
  c: PageContext,
  purpose: MailPurpose,
): Response | Promise<Response> {
  const { path, kind } = ASKING[purpose];
  const [kept, address] = sentTo.read(c)?.split('.', 2) ?? [];
  if (kept !== purpose || address === undefined) return seeOther(c, path);
  const { lifetimeMs: lasts } = ONE_TIME_KINDS[kind];
  const returnTo = keptReturnTo(c);
  const shown = { purpose, lasts, returnTo, address: fromCookieText(address) };
  return sendPage(c, MailSentPage({ frame: visitorFrame(door), ...shown }));
}

async function answerAddress(
  door: Doorkeeper,
  c: PageContext,
  purpose: MailPurpose,
  field: Fields,
): Promise<Response> {
  const { flow, path } = ASKING[purpose];
  const returnTo = readReturnTo(field('return_to'));
  const address = field('address').trim();
  const remember = isTicked(field, 'remember');
  const visit = visitOf(c);
  const result =
    flow === 'signInLink'
      ? await door.flows.signInLink.request(visit, { address, remember })
      : await door.flows[flow].request(visit, { address });
  if (result.ok) {
    keepReturnTo(c, returnTo);
    sentTo.write(c, `${purpose}.${toCookieText(address.slice(0, MAX_ADDRESS_OCTETS))}`);
    return seeOther(c, `${path}/sent`);
  }
  const asked = { purpose, returnTo, address, remember };
  if (result.reason === 'throttled')
    return ask(door, c, { ...asked, status: 429, notice: tellToWait(c, result.retryAfterMs) });
  // The other flows take names as well, for accounts that have one; the form asks for an address.
  const error = purpose === 'sign-up' ? result.message : NO_ADDRESS;
  return ask(door, c, { ...asked, status: 422, error });
}

interface Asked {
  readonly purpose: MailPurpose;
  readonly returnTo: string;
  readonly address?: string;
  /** Whether the box was ticked. */
  readonly remember?: boolean;
  readonly error?: string;
  readonly notice?: Notice;
  readonly status?: PageStatus;
}

function ask(
  door: Doorkeeper,
  c: PageContext,
  { notice, status, remember: checked = false, ...shown }: Asked,
): Response | Promise<Response> {
  const frame = visitorFrame(door, notice);
  const rememberFor = door.sessions.policy.remembered.absolute;
  const remember = shown.purpose === 'sign-in' ? { rememberFor, checked } : undefined;
  return sendPage(c, AskAddressPage({ frame, ...shown, remember }), status);
}
