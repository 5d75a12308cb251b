// Behind the links for a new account and for a new password: the password is chosen here. Only the form
// uses the link up.

import { ChoosePasswordPage } from '../views/choose-password-page.js';
import type { Notice } from '../views/frame.js';
import type { NewPasswordErrors } from '../views/new-password.js';
import type { Doorkeeper, PageContext } from './doorkeeper.js';
import { signInPath } from './farewell.js';
import { takeReturnTo } from './kept-return-to.js';
import {
  forgetMailLink,
  mailLinkToken,
  openMailLink,
  sendLinkProblem,
  sendTooManyLinks,
} from './mail-link.js';
import { hasErrors, newPasswordErrors } from './password-answers.js';
import { withForm, type Fields } from './posted-form.js';
import type { Problems } from './problems.js';
import {
  seeOther,
  seeOtherWith,
  sendScriptedPage,
  tellToWait,
  visitorFrame,
  type PageStatus,
} from './reply.js';
import { visitOf } from './visit.js';

export type ChoosingPurpose = 'sign-up' | 'reset';

export async function showChoosePassword(
  door: Doorkeeper,
  c: PageContext,
  purpose: ChoosingPurpose,
): Promise<Response> {
  const opened = openMailLink(c, purpose);
  if (opened !== undefined) return opened;
  const token = mailLinkToken(c, purpose);
  const whose = token === undefined ? undefined : await look(door, c, purpose, token);
  if (whose === undefined) return sendLinkProblem(door, c, purpose);
  return ask(door, c, { purpose, whose });
}

export function choosePassword(
  door: Doorkeeper,
  problems: Problems,
  c: PageContext,
  purpose: ChoosingPurpose,
): Promise<Response> {
  return withForm(c, problems, (field) => answerPassword(door, c, purpose, field));
}

interface Whose {
  /** What they sign in by. */
  readonly name: string;
  readonly hasSecondFactor: boolean;
}

/** Whose password it will be. */
async function look(
  { flows }: Doorkeeper,
  c: PageContext,
  purpose: ChoosingPurpose,
  token: string,
): Promise<Whose | undefined> {
  if (purpose === 'reset') {
    const found = await flows.reset.look(visitOf(c), { token });
    return found.ok ? found : undefined;
  }
  const found = await flows.signUp.look(visitOf(c), { token });
  return found.ok ? { name: found.address, hasSecondFactor: false } : undefined;
}

async function answerPassword(
  door: Doorkeeper,
  c: PageContext,
  purpose: ChoosingPurpose,
  field: Fields,
): Promise<Response> {
  const token = mailLinkToken(c, purpose);
  if (token === undefined) return sendLinkProblem(door, c, purpose);
  const whose = await look(door, c, purpose, token);
  if (whose === undefined) return answerMiss(door, c, purpose, token);
  const password = field('password');
  const { name, hasSecondFactor } = whose;
  const errors = newPasswordErrors(door, field, { context: [name], hasSecondFactor });
  if (hasErrors(errors)) return ask(door, c, { purpose, whose, status: 422, errors });
  const result = await flowOf(door, purpose).finish(visitOf(c), { token, password });
  if (result.ok) return finish(c, purpose);
  if (result.reason === 'throttled') {
    const notice = tellToWait(c, result.retryAfterMs);
    return ask(door, c, { purpose, whose, status: 429, notice });
  }
  if (result.reason === 'password-refused')
    return ask(door, c, { purpose, whose, status: 422, errors: { password: result.message } });
  if (result.reason === 'changed-meanwhile') {
    forgetMailLink(c);
    return seeOther(c, signInPath({ returnTo: takeReturnTo(c) }));
  }
  if (result.reason === 'too-many-sessions') {
    forgetMailLink(c);
    return seeOther(c, signInPath({ returnTo: takeReturnTo(c), farewell: result.reason }));
  }
  return sendLinkProblem(door, c, purpose);
}

/** A link that opens nothing is a guess of its network, which the flow counts (G71). */
async function answerMiss(
  door: Doorkeeper,
  c: PageContext,
  purpose: ChoosingPurpose,
  token: string,
): Promise<Response> {
  const result = await flowOf(door, purpose).finish(visitOf(c), { token, password: '' });
  return !result.ok && result.reason === 'throttled'
    ? sendTooManyLinks(door, c, purpose, result.retryAfterMs)
    : sendLinkProblem(door, c, purpose);
}

function flowOf(
  { flows }: Doorkeeper,
  purpose: ChoosingPurpose,
): Doorkeeper['flows']['signUp'] | Doorkeeper['flows']['reset'] {
  return purpose === 'sign-up' ? flows.signUp : flows.reset;
}

function finish(c: PageContext, purpose: ChoosingPurpose): Response {
  forgetMailLink(c);
  const returnTo = takeReturnTo(c);
  // Whoever can read mail has shown that, and no more: they sign in as always (G73).
  if (purpose === 'reset')
    return seeOther(c, signInPath({ returnTo, farewell: 'password-changed' }));
  const text = 'Your account is ready, and you are signed in.';
  return seeOtherWith(c, returnTo, { tone: 'good', text });
}

interface Asking {
  readonly purpose: ChoosingPurpose;
  readonly whose: Whose;
  readonly errors?: NewPasswordErrors;
  readonly notice?: Notice;
  readonly status?: PageStatus;
}

function ask(
  door: Doorkeeper,
  c: PageContext,
  { purpose, whose, errors = {}, notice, status }: Asking,
): Response | Promise<Response> {
  const { policy } = door.accounts;
  const { name: address, hasSecondFactor } = whose;
  const page = ChoosePasswordPage({
    frame: visitorFrame(door, notice),
    purpose,
    address,
    ...(hasSecondFactor
      ? { guidance: policy.guidanceWithSecondFactor, least: policy.minLengthWithSecondFactor }
      : { guidance: policy.guidance, least: policy.minLength }),
    errors,
  });
  return sendScriptedPage(c, page, status);
}
