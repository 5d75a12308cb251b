// Signing in with a password. What it leads to, and what is said when it leads nowhere; the order of the
// checks is the flows' (countersign/flows).

import type { SignInOutcome } from 'countersign/flows';

import type { Doorkeeper, PageContext } from './doorkeeper.js';
import { readFarewell, TOO_MANY_SESSIONS } from './farewell.js';
import { keepReturnTo } from './kept-return-to.js';
import { IMPOSSIBLE } from './password-answers.js';
import { isTicked, withForm, type Fields } from './posted-form.js';
import type { Problems } from './problems.js';
import { seeOther, tellToWait } from './reply.js';
import { readReturnTo } from './return-to.js';
import { sendSignInForm, type SignInForm } from './sign-in-form.js';
import { visitOf } from './visit.js';

/** The same for every reason (G48). */
const REFUSED = 'Name and password do not go together. Check both and try again.';

const WORDS = {
  refused: REFUSED,
  'changed-meanwhile': 'Your account was changed while you signed in. Try again.',
  'too-many-sessions': TOO_MANY_SESSIONS,
} as const;

/** Where the second factor is asked for. */
export const SECOND_STEP_PATH = '/sign-in/second';

export function showSignIn(door: Doorkeeper, c: PageContext): Response | Promise<Response> {
  const returnTo = readReturnTo(c.req.query('return_to'));
  if (c.env.session.userId !== null) return seeOther(c, returnTo);
  return sendSignInForm(door, c, { returnTo, notice: readFarewell(c.req.query('notice')) });
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
  if (errors.name !== undefined || errors.password !== undefined)
    return sendSignInForm(door, c, { ...typed, status: 422, errors });
  const { name, remember } = typed;
  const given = { name, remember, password: field('password') };
  const result = await door.flows.signIn.withPassword(visitOf(c), given);
  if (result.ok) return seeOther(c, returnTo);
  if (result.reason === 'second-factor') {
    keepReturnTo(c, returnTo);
    return seeOther(c, SECOND_STEP_PATH);
  }
  return sendSignInForm(door, c, { ...typed, ...describe(c, result) });
}

type Refusal = Exclude<SignInOutcome, { ok: true } | { reason: 'second-factor' }>;

/** What the page says to a refusal. */
function describe(c: PageContext, result: Refusal): Omit<SignInForm, 'returnTo'> {
  if (result.reason === 'malformed') return { status: 400, errors: { password: IMPOSSIBLE } };
  if (result.reason === 'throttled')
    return { status: 429, refused: true, notice: tellToWait(c, result.retryAfterMs) };
  return { status: 401, refused: true, notice: { tone: 'bad', text: WORDS[result.reason] } };
}
