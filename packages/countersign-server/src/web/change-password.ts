// Changing the password (G36; ASVS 6.2.3, 7.4.3): the new one is written first, then this session is
// made anew, then the others end if that is wanted. In either case a sign-in that has checked the old
// password, and is still under way, is refused.

import type { User } from 'countersign/accounts';

import { PasswordPage, type PasswordErrors } from '../views/password-page.js';
import type { Notice } from '../views/frame.js';
import type { Doorkeeper, PageContext } from './doorkeeper.js';
import { signInPath } from './farewell.js';
import { IMPOSSIBLE, repeatedError } from './password-answers.js';
import { isTicked, withForm, type Fields } from './posted-form.js';
import type { Problems } from './problems.js';
import { seeOther, seeOtherWith, sendScriptedPage, tellToWait, userFrame } from './reply.js';

export function showPassword(
  door: Doorkeeper,
  c: PageContext,
  user: User,
): Response | Promise<Response> {
  const { guidance } = door.accounts.policy;
  return sendScriptedPage(
    c,
    PasswordPage({ frame: userFrame(door, c, user), guidance, endOthers: true }),
  );
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
  const endOthers = isTicked(field, 'end_others');
  const errors = findErrors(door, user, field);
  const result: Change =
    errors === undefined
      ? await change(door, c, user, { current: field('current'), next: field('password') })
      : { ok: false, status: 422, errors };
  if (!result.ok) {
    const { guidance } = door.accounts.policy;
    const frame = userFrame(door, c, user, result.notice);
    const page = PasswordPage({ frame, guidance, endOthers, errors: result.errors });
    return sendScriptedPage(c, page, result.status);
  }
  const { session } = c.env;
  const renewed = await session.reauthenticate({ factors: ['password'], attempt: result.attempt });
  if (!renewed.ok) {
    // Something was ended meanwhile, perhaps this session: no reason to spare the others.
    if (endOthers) await door.sessions.endUser(user.userId);
    else await door.sessions.refuseEarlierSignIns(user.userId);
    return seeOther(c, signInPath({ farewell: 'password-changed' }));
  }
  // Not before the new session is made: either one makes its ticket worthless too.
  if (endOthers) await session.endOthers();
  else await door.sessions.refuseEarlierSignIns(user.userId);
  return seeOtherWith(c, '/', { tone: 'good', text: successText(endOthers) });
}

type Change =
  | {
      readonly ok: true;
      /** Taken before the current password was checked. */
      readonly attempt: string;
    }
  | {
      readonly ok: false;
      readonly status: 400 | 422 | 429;
      readonly errors: PasswordErrors;
      readonly notice?: Notice;
    };

async function change(
  { accounts }: Doorkeeper,
  c: PageContext,
  user: User,
  passwords: { readonly current: string; readonly next: string },
): Promise<Change> {
  const { session, address } = c.env;
  const attempt = await session.beginSignIn(user.userId);
  const from = address === null ? {} : { address };
  const changed = await accounts.changePassword(user.userId, { ...passwords, ...from });
  if (changed.ok) return { ok: true, attempt };
  if (changed.reason === 'throttled') {
    const notice = tellToWait(c, changed.retryAfterMs);
    return { ok: false, status: 429, errors: {}, notice };
  }
  if (changed.reason === 'password-refused')
    return { ok: false, status: 422, errors: { password: changed.message } };
  return changed.reason === 'malformed'
    ? { ok: false, status: 400, errors: { current: IMPOSSIBLE } }
    : { ok: false, status: 422, errors: { current: 'This is not your current password.' } };
}

function successText(endedOthers: boolean): string {
  return endedOthers
    ? 'Your password is changed, and all other devices are signed out.'
    : 'Your password is changed. Your other devices are still signed in.';
}

function findErrors(
  { accounts }: Doorkeeper,
  user: User,
  field: Fields,
): PasswordErrors | undefined {
  const check = accounts.policy.check(field('password'), { context: [user.name] });
  const errors = {
    current: field('current') === '' ? 'Enter your current password.' : undefined,
    password: check.ok ? undefined : check.message,
    repeated: repeatedError(field('password'), field('repeated')),
  };
  return Object.values(errors).every((error) => error === undefined) ? undefined : errors;
}
