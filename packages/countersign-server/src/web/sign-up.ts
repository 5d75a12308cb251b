// Creating an account, which signs in as well. It cannot but tell that a name is taken: without
// e-mail there is no other way to say so. The throttle keeps it from being asked for many names.

import { readAccountName } from 'countersign/accounts';

import { SignUpPage, type SignUpErrors } from '../views/sign-up-page.js';
import type { Notice } from '../views/frame.js';
import type { Doorkeeper, PageContext } from './doorkeeper.js';
import { repeatedError } from './password-answers.js';
import { signInPath } from './farewell.js';
import { withForm, type Fields } from './posted-form.js';
import type { Problems } from './problems.js';
import { seeOther, seeOtherWith, sendScriptedPage, tellToWait, visitorFrame } from './reply.js';
import { readReturnTo } from './return-to.js';

const TAKEN = 'This name is taken. Choose another one, or sign in.';

export function showSignUp(door: Doorkeeper, c: PageContext): Response | Promise<Response> {
  const returnTo = readReturnTo(c.req.query('return_to'));
  if (c.env.session.userId !== null) return seeOther(c, returnTo);
  const { guidance } = door.accounts.policy;
  return sendScriptedPage(c, SignUpPage({ frame: visitorFrame(door), returnTo, guidance }));
}

export function signUp(door: Doorkeeper, problems: Problems, c: PageContext): Promise<Response> {
  return withForm(c, problems, (field) => answerSignUp(door, c, field));
}

async function answerSignUp(door: Doorkeeper, c: PageContext, field: Fields): Promise<Response> {
  const { accounts } = door;
  const name = field('name');
  const password = field('password');
  const returnTo = readReturnTo(field('return_to'));
  const again = (
    status: 422 | 429,
    errors: SignUpErrors,
    notice?: Notice,
  ): Response | Promise<Response> => {
    const { guidance } = accounts.policy;
    const frame = visitorFrame(door, notice);
    return sendScriptedPage(c, SignUpPage({ frame, returnTo, guidance, name, errors }), status);
  };

  const errors = findErrors(door, name, password, field('repeated'));
  if (errors !== undefined) return again(422, errors);

  const { address, session } = c.env;
  const from = address === null ? {} : { address };
  const result = await accounts.register({ name, password, ...from });
  if (result.ok) {
    const signedIn = await session.signIn(result.user.userId, { factors: ['password'] });
    if (!signedIn.ok) return seeOther(c, signInPath({ returnTo }));
    const text = 'Your account is ready, and you are signed in.';
    return seeOtherWith(c, returnTo, { tone: 'good', text });
  }
  if (result.reason === 'throttled') return again(429, {}, tellToWait(c, result.retryAfterMs));
  if (result.reason === 'password-refused') return again(422, { password: result.message });
  return again(422, { name: result.reason === 'name-taken' ? TAKEN : result.message });
}

/** All that is wrong at once, so that nobody has to send the form once for each. */
function findErrors(
  { accounts }: Doorkeeper,
  name: string,
  password: string,
  repeated: string,
): SignUpErrors | undefined {
  const reading = readAccountName(name);
  const check = accounts.policy.check(password, { context: reading.ok ? [reading.name] : [] });
  const errors = {
    name: reading.ok ? undefined : reading.message,
    password: check.ok ? undefined : check.message,
    repeated: repeatedError(password, repeated),
  };
  return Object.values(errors).every((error) => error === undefined) ? undefined : errors;
}
