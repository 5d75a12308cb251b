// Signing in. The page, the form, and the order that keeps "signed out" true while a password is being
// checked: the ticket first, then the password, then the session (docs/design/sessions.md).

import type { VerifyResult } from 'countersign/accounts';

import type { Notice } from '../views/frame.js';
import { SignInPage, type SignInPageProps } from '../views/sign-in-page.js';
import type { Doorkeeper, PageContext } from './doorkeeper.js';
import { readFarewell } from './farewell.js';
import { IMPOSSIBLE } from './password-answers.js';
import { isTicked, withForm, type Fields } from './posted-form.js';
import type { Problems } from './problems.js';
import { seeOther, sendScriptedPage, tellToWait, visitorFrame, type PageStatus } from './reply.js';
import { readReturnTo } from './return-to.js';

/** For names that nobody has, so that they take the same steps as others. */
const NOBODY = 'nobody';

/** The same for every reason (G48). */
const REFUSED = 'Name and password do not go together. Check both and try again.';
const CHANGED_MEANWHILE = 'Your account was changed while you signed in. Try again.';

export function showSignIn(door: Doorkeeper, c: PageContext): Response | Promise<Response> {
  const returnTo = readReturnTo(c.req.query('return_to'));
  if (c.env.session.userId !== null) return seeOther(c, returnTo);
  const frame = visitorFrame(door, readFarewell(c.req.query('notice')));
  return sendScriptedPage(c, SignInPage({ frame, returnTo, rememberFor: rememberFor(door) }));
}

export function signIn(door: Doorkeeper, problems: Problems, c: PageContext): Promise<Response> {
  return withForm(c, problems, (field) => answerSignIn(door, c, field));
}

async function answerSignIn(door: Doorkeeper, c: PageContext, field: Fields): Promise<Response> {
  const returnTo = readReturnTo(field('return_to'));
  const typed = { returnTo, name: field('name'), remember: isTicked(field, 'remember') };
  const errors = {
    name: typed.name.trim() === '' ? 'Enter your user name or e-mail address.' : undefined,
    password: field('password') === '' ? 'Enter your password.' : undefined,
  };
  const isComplete = errors.name === undefined && errors.password === undefined;
  const result: Entry = isComplete
    ? await enter(door, c, { ...typed, password: field('password') })
    : { ok: false, reason: 'incomplete', errors };
  if (result.ok) return seeOther(c, returnTo);
  const { status, notice, ...shown } = describe(c, result);
  const frame = visitorFrame(door, notice);
  return sendScriptedPage(
    c,
    SignInPage({ frame, ...typed, ...shown, rememberFor: rememberFor(door) }),
    status,
  );
}

function rememberFor({ sessions }: Doorkeeper): number {
  return sessions.policy.remembered.absolute;
}

type Shown = Pick<SignInPageProps, 'refused' | 'errors'> & {
  readonly status: PageStatus;
  readonly notice?: Notice;
};

/** What the page says to a refusal. */
function describe(c: PageContext, result: Exclude<Entry, { ok: true }>): Shown {
  if (result.reason === 'incomplete') return { status: 422, errors: result.errors };
  if (result.reason === 'malformed') return { status: 400, errors: { password: IMPOSSIBLE } };
  if (result.reason === 'throttled')
    return { status: 429, refused: true, notice: tellToWait(c, result.retryAfterMs) };
  const text = result.reason === 'refused' ? REFUSED : CHANGED_MEANWHILE;
  return { status: 401, refused: true, notice: { tone: 'bad', text } };
}

interface Credentials {
  readonly name: string;
  readonly password: string;
  readonly remember: boolean;
}

type Entry =
  | { readonly ok: true }
  | Exclude<VerifyResult, { ok: true }>
  | { readonly ok: false; readonly reason: 'changed-meanwhile' }
  | {
      readonly ok: false;
      readonly reason: 'incomplete';
      readonly errors: NonNullable<SignInPageProps['errors']>;
    };

async function enter(door: Doorkeeper, c: PageContext, input: Credentials): Promise<Entry> {
  const { session, address } = c.env;
  const { name, password, remember } = input;
  const userId = await door.accounts.findUserId(name);
  const attempt = await session.beginSignIn(userId ?? NOBODY);
  const verified = await door.accounts.verifyPassword({
    name,
    password,
    ...(address === null ? {} : { address }),
  });
  if (!verified.ok) return verified;
  const signedIn = await session.signIn(verified.user.userId, {
    attempt,
    factors: ['password'],
    ...(remember ? { remember } : {}),
  });
  return signedIn.ok ? { ok: true } : { ok: false, reason: 'changed-meanwhile' };
}
