// The page that asks for a proof: for what, and which ones would do.

import type { User } from 'countersign/accounts';
import type { Flows } from 'countersign/flows';
import type { JSX } from 'hono/jsx/jsx-runtime';

import { ConfirmPage, type ConfirmPageProps } from '../views/confirm-page.js';
import type { Notice } from '../views/frame.js';
import type { Proof } from '../views/proof.js';
import { SurePage } from '../views/sure-page.js';
import { actionOf, fieldsOf, goToPlace, type AskedAction } from './asked-actions.js';
import { findAsked } from './asked.js';
import type { Asked, Doorkeeper, PageContext } from './doorkeeper.js';
import { signInPath } from './farewell.js';
import { hallFrame } from './hall-frame.js';
import { seeOther, sendPage, sendScriptedPage, type PageStatus } from './reply.js';
import { SECURITY_PATH } from './security.js';
import { visitOf } from './visit.js';

const PROOFS: readonly Proof[] = ['password', 'totp', 'passkey', 'recovery-code'];

export interface Question {
  readonly asked: Asked;
  readonly action: AskedAction;
}

/** @param id as the browser sent it */
export function findQuestion(c: PageContext, id: string | undefined): Question | undefined {
  const asked = findAsked(c, id);
  const action = asked === undefined ? undefined : actionOf(asked);
  return asked === undefined || action === undefined ? undefined : { asked, action };
}

/** What the page says to a proof that did not hold. */
export interface Refusal {
  readonly status: PageStatus;
  readonly error?: string;
  readonly notice?: Notice;
}

export interface Asking extends Question, Partial<Refusal> {
  /** As the browser wants it; the best one of those that are missing, if this is none. */
  readonly proof: string;
}

/** Whether anything has still to be proved before it is done, or the page is shown where it is. */
export function checkProofs(
  { flows }: Doorkeeper,
  c: PageContext,
  user: User,
  { needs, given }: AskedAction,
): ReturnType<Flows['stepUp']['check']> {
  return flows.stepUp.check(visitOf(c), { purpose: needs, given: given?.(user) ?? [] });
}

/** Asks for a proof that is missing; or goes to where it is done, when none is. */
export async function askForProof(
  door: Doorkeeper,
  c: PageContext,
  user: User,
  { asked, action, proof, status, error, notice }: Asking,
): Promise<Response> {
  const purpose = await action.purpose(user, c, fieldsOf(asked));
  if (purpose === undefined) return seeOther(c, action.place);
  const checked = await checkProofs(door, c, user, action);
  // Proved meanwhile, in another tab: what changes anything waits for a click all the same.
  if (checked.ok) return goToPlace(c, action);
  if (checked.reason !== 'step-up') return seeOther(c, signInPath({ farewell: 'ended' }));
  const proofs = PROOFS.filter((kind) => isAmong(checked.proofs, kind));
  const frame = hallFrame(door, c, user, notice);
  const { cancel = action.place } = action;
  const hidden = { asked: asked.id };
  const chosen = proofs.find((kind) => kind === proof) ?? proofs[0];
  const providers = isAmong(checked.proofs, 'provider') ? door.providers : [];
  if (chosen === undefined && providers.length === 0)
    return sendPage(c, askToSignIn({ frame, purpose, hidden, cancel }));
  const given = givenOf(door, c).filter((kind) => !proofs.includes(kind));
  const page = ConfirmPage({
    frame,
    purpose,
    hidden,
    proofs,
    ...(chosen === undefined ? {} : { chosen }),
    providers,
    given,
    cancel,
    error,
  });
  return sendScriptedPage(c, page, status);
}

/** No form of ours takes a link in a mail for a proof. Signing in does. */
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
