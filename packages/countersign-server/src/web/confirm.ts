// Step-up: proofs once more, as many as are missing, then what they were asked for (A44; ASVS 7.5.1,
// 7.5.2, 7.2.4). What that is waits in the session (asked.ts).

import type { User } from 'countersign/accounts';
import type { Expired, StepUpOutcome } from 'countersign/flows';

import { fieldsOf, goToPlace } from './asked-actions.js';
import { confirmPath } from './asked.js';
import type { Doorkeeper, PageContext } from './doorkeeper.js';
import { signInPath } from './farewell.js';
import { readCredential, sendOptions, sendTrouble } from './passkey-answers.js';
import { IMPOSSIBLE } from './password-answers.js';
import { withForm, type Fields } from './posted-form.js';
import type { Problems } from './problems.js';
import { wordsFor } from './proof-answers.js';
import { depart } from './provider-trip.js';
import { askForProof, checkProofs, findQuestion, type Refusal } from './question.js';
import { seeOther, tellToWait } from './reply.js';
import { SECURITY_PATH } from './security.js';
import { visitOf } from './visit.js';

/** Where somebody goes whose question is gone, or was another's. */
const NOWHERE = SECURITY_PATH;

export async function showConfirm(door: Doorkeeper, c: PageContext, user: User): Promise<Response> {
  const question = findQuestion(c, c.req.query('asked'));
  if (question === undefined) return seeOther(c, NOWHERE);
  return askForProof(door, c, user, { ...question, proof: c.req.query('proof') ?? '' });
}

export function confirm(
  door: Doorkeeper,
  problems: Problems,
  c: PageContext,
  user: User,
): Promise<Response> {
  return withForm(c, problems, (field) => answerConfirm(door, c, user, field));
}

/** For the script of the page. */
export async function beginConfirm(door: Doorkeeper, c: PageContext): Promise<Response> {
  const begun = await door.flows.passkeys.beginStepUp(visitOf(c));
  if (begun.ok) return sendOptions(c, begun.options);
  return begun.reason === 'no-passkey'
    ? sendTrouble(c, 409, 'Your account has no passkey any more. Choose another way.')
    : seeOther(c, signInPath({ farewell: 'ended' }));
}

/** Lets a provider vouch once more, and comes back to the question. */
export function confirmAtProvider(
  door: Doorkeeper,
  problems: Problems,
  c: PageContext,
): Promise<Response> {
  return withForm(c, problems, async (field) => {
    const question = findQuestion(c, field('asked'));
    if (question === undefined) return seeOther(c, NOWHERE);
    const returnTo = confirmPath(question.asked.id);
    const provider = field('provider');
    const answer = await depart(door, c, { provider, purpose: 'step-up', returnTo });
    return answer instanceof Response ? answer : seeOther(c, returnTo);
  });
}

/** For who can prove it by a mail only: all of a sign-in, and back. */
export function signInAgain(problems: Problems, c: PageContext): Promise<Response> {
  return withForm(c, problems, async (field) => {
    const place = findQuestion(c, field('asked'))?.action.place ?? NOWHERE;
    await c.env.session.signOut();
    return seeOther(c, signInPath({ returnTo: place, farewell: 'signed-out' }));
  });
}

async function answerConfirm(
  door: Doorkeeper,
  c: PageContext,
  user: User,
  field: Fields,
): Promise<Response> {
  const question = findQuestion(c, field('asked'));
  if (question === undefined) return seeOther(c, NOWHERE);
  const proof = field('proof');
  const result = await prove(door, c, proof, field);
  if (result === undefined) return askForProof(door, c, user, { ...question, proof });
  if (!result.ok) {
    const refusal = describe(c, proof, result);
    if (refusal === 'ended') return seeOther(c, signInPath({ farewell: 'ended' }));
    return askForProof(door, c, user, { ...question, proof, ...refusal });
  }
  const { asked, action } = question;
  const checked = await checkProofs(door, c, user, action);
  if (!checked.ok) return seeOther(c, confirmPath(asked.id));
  c.env.session.delete('asked');
  return action.go === undefined ? goToPlace(c, action) : action.go(door, c, user, fieldsOf(asked));
}

type Proving = StepUpOutcome | Expired | { readonly ok: false; readonly reason: 'incomplete' };

const INCOMPLETE = { ok: false, reason: 'incomplete' } as const;

/** `undefined` for a kind of proof that is none. */
async function prove(
  { flows }: Doorkeeper,
  c: PageContext,
  proof: string,
  field: Fields,
): Promise<Proving | undefined> {
  const visit = visitOf(c);
  const code = field('code');
  switch (proof) {
    case 'password': {
      const password = field('password');
      return password === '' ? INCOMPLETE : flows.stepUp.withPassword(visit, { password });
    }
    case 'totp':
      return code.trim() === '' ? INCOMPLETE : flows.stepUp.withTotp(visit, { code });
    case 'recovery-code':
      return code.trim() === '' ? INCOMPLETE : flows.stepUp.withRecoveryCode(visit, { code });
    case 'passkey': {
      const response = readCredential(field);
      return response === undefined ? INCOMPLETE : flows.passkeys.stepUp(visit, { response });
    }
    default:
      return undefined;
  }
}

const PASSWORD_WORDS = {
  missing: 'Enter your password.',
  malformed: IMPOSSIBLE,
  expired: IMPOSSIBLE,
  refused: 'This is not your password.',
} as const;

function describe(
  c: PageContext,
  proof: string,
  result: Exclude<Proving, { ok: true }>,
): Refusal | 'ended' {
  const { reason } = result;
  if (reason === 'not-signed-in' || reason === 'changed-meanwhile') return 'ended';
  if (reason === 'throttled') return { status: 429, notice: tellToWait(c, result.retryAfterMs) };
  const words = proof === 'password' ? PASSWORD_WORDS : wordsFor(proof);
  return reason === 'incomplete'
    ? { status: 422, error: words.missing }
    : { status: STATUSES[reason], error: words[reason] };
}

const STATUSES = { malformed: 400, expired: 422, refused: 401 } as const;
