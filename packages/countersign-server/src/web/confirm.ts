// Step-up: proofs once more, as many as are missing, then what they were asked for (A44; ASVS 7.5.1,
// 7.5.2, 7.2.4). What that is waits in the session (asked.ts).

import type { User } from 'countersign/accounts';
import type { Expired, StepUpOutcome } from 'countersign/flows';
import type { JSX } from 'hono/jsx/jsx-runtime';

import { ConfirmPage, type ConfirmPageProps } from '../views/confirm-page.js';
import type { Notice } from '../views/frame.js';
import type { Proof } from '../views/proof.js';
import { SurePage } from '../views/sure-page.js';
import { actionOf, fieldsOf, goToPlace, type AskedAction } from './asked-actions.js';
import { confirmPath, findAsked } from './asked.js';
import type { Asked, Doorkeeper, PageContext } from './doorkeeper.js';
import { signInPath } from './farewell.js';
import { hallFrame } from './hall-frame.js';
import { readCredential, sendOptions, sendTrouble } from './passkey-answers.js';
import { IMPOSSIBLE } from './password-answers.js';
import { withForm, type Fields } from './posted-form.js';
import type { Problems } from './problems.js';
import { wordsFor } from './proof-answers.js';
import { seeOther, sendPage, sendScriptedPage, tellToWait, type PageStatus } from './reply.js';
import { SECURITY_PATH } from './security.js';
import { visitOf } from './visit.js';

/** Where somebody goes whose question is gone, or was another's. */
const NOWHERE = SECURITY_PATH;

const PROOFS: readonly Proof[] = ['password', 'totp', 'passkey', 'recovery-code'];

export async function showConfirm(door: Doorkeeper, c: PageContext, user: User): Promise<Response> {
  const question = findQuestion(c, c.req.query('asked'));
  if (question === undefined) return seeOther(c, NOWHERE);
  return ask(door, c, user, { ...question, proof: c.req.query('proof') ?? '' });
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

/** For who can prove it by a mail or a provider only: all of a sign-in, and back. */
export function signInAgain(problems: Problems, c: PageContext): Promise<Response> {
  return withForm(c, problems, async (field) => {
    const place = findQuestion(c, field('asked'))?.action.place ?? NOWHERE;
    await c.env.session.signOut();
    return seeOther(c, signInPath({ returnTo: place, farewell: 'signed-out' }));
  });
}

interface Question {
  readonly asked: Asked;
  readonly action: AskedAction;
}

function findQuestion(c: PageContext, id: string | undefined): Question | undefined {
  const asked = findAsked(c, id);
  const action = asked === undefined ? undefined : actionOf(asked);
  return asked === undefined || action === undefined ? undefined : { asked, action };
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
  if (result === undefined) return ask(door, c, user, { ...question, proof });
  if (!result.ok) {
    const refusal = describe(c, proof, result);
    if (refusal === 'ended') return seeOther(c, signInPath({ farewell: 'ended' }));
    return ask(door, c, user, { ...question, proof, ...refusal });
  }
  const { asked, action } = question;
  const checked = await door.flows.stepUp.check(visitOf(c), action.needs);
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

interface Refusal {
  readonly status: PageStatus;
  readonly error?: string;
  readonly notice?: Notice;
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

interface Asking extends Question, Partial<Refusal> {
  /** As the browser wants it; the best one of those that are missing, if this is none. */
  readonly proof: string;
}

async function ask(
  door: Doorkeeper,
  c: PageContext,
  user: User,
  { asked, action, proof, status, error, notice }: Asking,
): Promise<Response> {
  const purpose = await action.purpose(user, c, fieldsOf(asked));
  if (purpose === undefined) return seeOther(c, action.place);
  const checked = await door.flows.stepUp.check(visitOf(c), action.needs);
  // Proved meanwhile, in another tab: what changes anything waits for a click all the same.
  if (checked.ok) return goToPlace(c, action);
  if (checked.reason !== 'step-up') return seeOther(c, signInPath({ farewell: 'ended' }));
  const proofs = PROOFS.filter((kind) => isAmong(checked.proofs, kind));
  const frame = hallFrame(door, c, user, notice);
  const { cancel = action.place } = action;
  const hidden = { asked: asked.id };
  const chosen = proofs.find((kind) => kind === proof) ?? proofs[0];
  if (chosen === undefined) return sendPage(c, askToSignIn({ frame, purpose, hidden, cancel }));
  const given = givenOf(door, c).filter((kind) => !proofs.includes(kind));
  const page = ConfirmPage({ frame, purpose, hidden, proofs, chosen, given, cancel, error });
  return sendScriptedPage(c, page, status);
}

/** No form of ours takes a mail or a provider for a proof. Signing in does. */
function askToSignIn({
  frame,
  purpose,
  hidden,
  cancel,
}: Required<Pick<ConfirmPageProps, 'frame' | 'purpose' | 'hidden' | 'cancel'>>): JSX.Element {
  return SurePage({
    frame,
    place: SECURITY_PATH,
    title: 'Sign in again to go on',
    consequences: [`To ${purpose}, show who you are anew. You come back here afterwards.`],
    action: '/confirm/sign-in-again',
    fields: hidden,
    button: 'Sign out and in again',
    cancel,
  });
}

/** What was proved a short while ago. */
function givenOf({ flows }: Doorkeeper, c: PageContext): readonly Proof[] {
  return PROOFS.filter((kind) => flows.isFresh(c.env.session, { factors: [kind] }));
}

function isAmong(kinds: readonly string[], kind: string): boolean {
  return kinds.includes(kind);
}
