// Setting up an authenticator app, and removing it (ASVS 7.5.1). The form carries what finds the secret
// again; the secret itself is on the page only.

import type { User } from 'countersign/accounts';
import type { TotpConfirmOutcome } from 'countersign/flows';

import { AuthenticatorPage } from '../views/authenticator-page.js';
import type { Notice } from '../views/frame.js';
import { SurePage } from '../views/sure-page.js';
import { turnBack } from './asked.js';
import type { Doorkeeper, PageContext } from './doorkeeper.js';
import { hallFrame } from './hall-frame.js';
import { sendAdded } from './new-codes.js';
import { TOO_SHORT_ALONE } from './password-answers.js';
import { isTicked, withForm, type Fields } from './posted-form.js';
import type { Problems } from './problems.js';
import { wordsFor } from './proof-answers.js';
import { seeOther, seeOtherWith, sendPage, tellToWait, type PageStatus } from './reply.js';
import { SECURITY_PATH } from './security.js';
import { visitOf } from './visit.js';

export const AUTHENTICATOR_PATH = '/security/authenticator';
export const REMOVE_AUTHENTICATOR_PATH = '/security/authenticator/remove';

/** For `turnBack`. */
const ACTION = 'add-authenticator';

export async function showAuthenticator(
  door: Doorkeeper,
  c: PageContext,
  user: User,
): Promise<Response> {
  if (user.totp !== null && !user.totp.closed) return seeOther(c, REMOVE_AUTHENTICATOR_PATH);
  const begun = await door.flows.totp.begin(visitOf(c));
  if (!begun.ok) return turnBack(c, begun, ACTION);
  const { setup: token, secret, uri } = begun;
  return sendPage(c, AuthenticatorPage({ frame: hallFrame(door, c, user), token, secret, uri }));
}

export function confirmAuthenticator(
  door: Doorkeeper,
  problems: Problems,
  c: PageContext,
  user: User,
): Promise<Response> {
  return withForm(c, problems, (field) => answerConfirm(door, c, user, field));
}

async function answerConfirm(
  door: Doorkeeper,
  c: PageContext,
  user: User,
  field: Fields,
): Promise<Response> {
  const setup = field('token');
  const code = field('code');
  const endOthers = isTicked(field, 'end_others');
  const result: Adding =
    code.trim() === ''
      ? { ok: false, reason: 'incomplete' }
      : await door.flows.totp.confirm(visitOf(c), { setup, code, endOthers });
  if (result.ok)
    return sendAdded(door, c, user, {
      codes: result.recoveryCodes,
      text: 'Your authenticator app is on.',
      place: SECURITY_PATH,
    });
  const { reason } = result;
  if (reason === 'expired') return beginAnew(c);
  if (reason === 'step-up' || reason === 'not-signed-in' || reason === 'ended')
    return turnBack(c, { reason }, ACTION);
  return sendAgain(door, c, user, { setup, endOthers, ...describe(c, result) });
}

type Adding = TotpConfirmOutcome | { readonly ok: false; readonly reason: 'incomplete' };

interface Again {
  readonly status: PageStatus;
  readonly error?: string;
  readonly notice?: Notice;
}

function describe(
  c: PageContext,
  result: Exclude<
    Adding,
    { ok: true } | { reason: 'expired' | 'step-up' | 'not-signed-in' | 'ended' }
  >,
): Again {
  const words = wordsFor('totp');
  if (result.reason === 'throttled')
    return { status: 429, notice: tellToWait(c, result.retryAfterMs) };
  if (result.reason === 'incomplete') return { status: 422, error: words.missing };
  return result.reason === 'malformed'
    ? { status: 400, error: words.malformed }
    : { status: 422, error: words.refused };
}

/** The page with the same secret, so that nothing has to be scanned again. */
async function sendAgain(
  door: Doorkeeper,
  c: PageContext,
  user: User,
  {
    setup,
    endOthers,
    status,
    error,
    notice,
  }: Again & { readonly setup: string; readonly endOthers: boolean },
): Promise<Response> {
  const found = await door.flows.totp.resume(visitOf(c), { setup });
  if (!found.ok) return beginAnew(c);
  const { secret, uri } = found;
  const frame = hallFrame(door, c, user, notice);
  const page = AuthenticatorPage({ frame, token: setup, secret, uri, endOthers, error });
  return sendPage(c, page, status);
}

function beginAnew(c: PageContext): Response {
  const text =
    'That took too long, so here is a new code to scan. Remove the old one from the app.';
  return seeOtherWith(c, AUTHENTICATOR_PATH, { tone: 'plain', text });
}

export function showRemoveAuthenticator(
  door: Doorkeeper,
  c: PageContext,
  user: User,
): Response | Promise<Response> {
  if (user.totp === null) return seeOther(c, SECURITY_PATH);
  const isLast = user.passkeys.length === 0;
  const page = SurePage({
    frame: hallFrame(door, c, user),
    place: SECURITY_PATH,
    title: 'Remove your authenticator app?',
    consequences: [
      isLast
        ? 'Then your password alone opens your account, and your recovery codes are worthless.'
        : 'Then your passkeys are your only second step.',
    ],
    action: REMOVE_AUTHENTICATOR_PATH,
    button: 'Remove it',
    cancel: SECURITY_PATH,
    endOthers: false,
  });
  return sendPage(c, page);
}

export async function removeAuthenticator(
  door: Doorkeeper,
  c: PageContext,
  { endOthers }: { readonly endOthers: boolean },
): Promise<Response> {
  const result = await door.flows.totp.remove(visitOf(c), { endOthers });
  if (result.ok) {
    const text = 'Your authenticator app is removed.';
    return seeOtherWith(c, SECURITY_PATH, { tone: 'good', text });
  }
  if (result.reason === 'password-too-short')
    return seeOtherWith(c, SECURITY_PATH, { tone: 'bad', text: TOO_SHORT_ALONE });
  return turnBack(c, result, 'remove-authenticator', endOthers ? { end_others: 'yes' } : {});
}
