// Changing the password, and setting one where there is none (G36; ASVS 6.2.3, 7.4.3). What is typed
// here is kept nowhere, so whatever has to be proved besides it is asked for before the form.

import { hasSecondFactor, type User } from 'countersign/accounts';
import type { FactorKind, PasswordChangeOutcome } from 'countersign/flows';

import type { Notice } from '../views/frame.js';
import { PasswordPage, type PasswordErrors } from '../views/password-page.js';
import { turnBack } from './asked.js';
import type { Doorkeeper, PageContext } from './doorkeeper.js';
import { signInPath } from './farewell.js';
import { hallFrame } from './hall-frame.js';
import { hasErrors, IMPOSSIBLE, newPasswordErrors } from './password-answers.js';
import { isTicked, withForm, type Fields } from './posted-form.js';
import type { Problems } from './problems.js';
import { seeOther, seeOtherWith, sendScriptedPage, tellToWait, type PageStatus } from './reply.js';
import { SECURITY_PATH } from './security.js';
import { visitOf } from './visit.js';

export const PASSWORD_PATH = '/password';

/** For `turnBack`. */
const ACTION = 'change-password';

const NOT_CURRENT = 'This is not your current password.';

const CLOSED =
  'This is not your current password, or it is closed. Your security page says what to do.';

/** What the form asks for by itself. */
export function givenWithPassword({ hasPassword }: User): readonly FactorKind[] {
  return hasPassword ? ['password'] : [];
}

export async function showPassword(
  door: Doorkeeper,
  c: PageContext,
  user: User,
): Promise<Response> {
  const given = givenWithPassword(user);
  const checked = await door.flows.stepUp.check(visitOf(c), { purpose: 'credentials', given });
  if (!checked.ok) return turnBack(c, checked, ACTION);
  return sendForm(door, c, user, { endOthers: true });
}

export function changePassword(
  door: Doorkeeper,
  problems: Problems,
  c: PageContext,
  user: User,
): Promise<Response> {
  return withForm(c, problems, (field) => answerChange(door, c, user, field));
}

async function answerChange(
  door: Doorkeeper,
  c: PageContext,
  user: User,
  field: Fields,
): Promise<Response> {
  const endOthers = user.hasPassword && isTicked(field, 'end_others');
  const errors = findErrors(door, user, field);
  if (hasErrors(errors)) return sendForm(door, c, user, { status: 422, endOthers, errors });
  const next = field('password');
  const { password } = door.flows;
  const result = user.hasPassword
    ? await password.change(visitOf(c), { current: field('current'), next, endOthers })
    : await password.set(visitOf(c), { next, endOthers });
  if (result.ok) {
    const text = successText(user, endOthers);
    return seeOtherWith(c, SECURITY_PATH, { tone: 'good', text });
  }
  if (result.reason === 'ended') return seeOther(c, signInPath({ farewell: 'password-changed' }));
  if (result.reason === 'step-up' || result.reason === 'not-signed-in')
    return turnBack(c, result, ACTION);
  // There was none, and there is one now: it was set in another tab.
  if (result.reason === 'refused' && !user.hasPassword) return seeOther(c, PASSWORD_PATH);
  return sendForm(door, c, user, { endOthers, ...describe(c, user, result) });
}

type Refusal = Exclude<
  PasswordChangeOutcome,
  { ok: true } | { reason: 'ended' | 'step-up' | 'not-signed-in' }
>;

/** What the page says to a refusal. */
function describe(c: PageContext, user: User, result: Refusal): Omit<Form, 'endOthers'> {
  if (result.reason === 'throttled')
    return { status: 429, notice: tellToWait(c, result.retryAfterMs) };
  if (result.reason === 'password-refused')
    return { status: 422, errors: { password: result.message } };
  return result.reason === 'malformed'
    ? { status: 400, errors: { current: IMPOSSIBLE } }
    : { status: 422, errors: { current: user.passwordClosedTo === null ? NOT_CURRENT : CLOSED } };
}

function successText({ hasPassword }: User, endedOthers: boolean): string {
  if (!hasPassword) return 'You have a password now.';
  return endedOthers
    ? 'Your password is changed, and all other devices are signed out.'
    : 'Your password is changed. Your other devices are still signed in.';
}

function findErrors(door: Doorkeeper, user: User, field: Fields): PasswordErrors {
  const context = [user.name, ...user.addresses.map(({ address }) => address)];
  const isCurrentMissing = user.hasPassword && field('current') === '';
  return {
    current: isCurrentMissing ? 'Enter your current password.' : undefined,
    ...newPasswordErrors(door, field, { context, hasSecondFactor: hasSecondFactor(user) }),
  };
}

interface Form {
  readonly endOthers: boolean;
  readonly status?: PageStatus;
  readonly errors?: PasswordErrors;
  readonly notice?: Notice;
}

function sendForm(
  door: Doorkeeper,
  c: PageContext,
  user: User,
  { endOthers, status, errors = {}, notice }: Form,
): Response | Promise<Response> {
  const { policy } = door.accounts;
  const page = PasswordPage({
    frame: hallFrame(door, c, user, notice),
    ...(hasSecondFactor(user)
      ? { guidance: policy.guidanceWithSecondFactor, least: policy.minLengthWithSecondFactor }
      : { guidance: policy.guidance, least: policy.minLength }),
    endOthers,
    hasPassword: user.hasPassword,
    errors,
  });
  return sendScriptedPage(c, page, status);
}
