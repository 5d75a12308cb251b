// Signing in with a passkey alone. The script of the page asks for options, the browser asks the person,
// and a form brings what came of it.

import type { Doorkeeper, PageContext } from './doorkeeper.js';
import { TOO_MANY_SESSIONS } from './farewell.js';
import { readCredential, sendOptions, sendTrouble } from './passkey-answers.js';
import { isTicked, withForm, type Fields } from './posted-form.js';
import type { Problems } from './problems.js';
import { wordsFor } from './proof-answers.js';
import { seeOther, tellToWait } from './reply.js';
import { readReturnTo } from './return-to.js';
import { sendSignInForm } from './sign-in-form.js';
import { visitOf } from './visit.js';

const WORDS = {
  refused: wordsFor('passkey').refused,
  'changed-meanwhile': 'Your account was changed while you signed in. Try again.',
  'too-many-sessions': TOO_MANY_SESSIONS,
} as const;

export async function beginPasskeySignIn(door: Doorkeeper, c: PageContext): Promise<Response> {
  const begun = await door.flows.passkeys.beginSignIn(visitOf(c));
  if (begun.ok) return sendOptions(c, begun.options);
  return sendTrouble(c, 429, tellToWait(c, begun.retryAfterMs).text);
}

export function signInWithPasskey(
  door: Doorkeeper,
  problems: Problems,
  c: PageContext,
): Promise<Response> {
  return withForm(c, problems, (field) => answerPasskey(door, c, field));
}

async function answerPasskey(door: Doorkeeper, c: PageContext, field: Fields): Promise<Response> {
  const shown = {
    returnTo: readReturnTo(field('return_to')),
    remember: isTicked(field, 'remember'),
  };
  const response = readCredential(field);
  const words = wordsFor('passkey');
  if (response === undefined) {
    const passkey = field('credential') === '' ? words.missing : words.malformed;
    return sendSignInForm(door, c, { ...shown, status: 422, errors: { passkey } });
  }
  const { remember } = shown;
  const result = await door.flows.passkeys.signIn(visitOf(c), { response, remember });
  if (result.ok) return seeOther(c, shown.returnTo);
  if (result.reason === 'throttled') {
    const notice = tellToWait(c, result.retryAfterMs);
    return sendSignInForm(door, c, { ...shown, status: 429, refused: true, notice });
  }
  if (result.reason === 'expired')
    return sendSignInForm(door, c, { ...shown, status: 422, errors: { passkey: words.expired } });
  const passkey = WORDS[result.reason];
  return sendSignInForm(door, c, { ...shown, status: 401, errors: { passkey } });
}
