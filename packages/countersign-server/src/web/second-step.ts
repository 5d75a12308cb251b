// The second step of a sign-in that waits for it. Whoever is here has a cookie that no session takes; the
// account is the one of the first step, whatever is posted.

import type { SecondFactorOutcome } from 'countersign/flows';

import type { Notice } from '../views/frame.js';
import { SecondStepPage } from '../views/second-step-page.js';
import type { Doorkeeper, PageContext } from './doorkeeper.js';
import { signInPath, TOO_MANY_SESSIONS } from './farewell.js';
import { takeReturnTo } from './kept-return-to.js';
import { withForm, type Fields } from './posted-form.js';
import { readCredential, sendOptions, sendTrouble } from './passkey-answers.js';
import { wordsFor } from './proof-answers.js';
import type { Problems } from './problems.js';
import {
  seeOther,
  sendPage,
  sendScriptedPage,
  tellToWait,
  visitorFrame,
  type PageStatus,
} from './reply.js';
import { visitOf } from './visit.js';

export async function showSecondStep(door: Doorkeeper, c: PageContext): Promise<Response> {
  return ask(door, c, { proof: c.req.query('proof') ?? '' });
}

export function takeSecondStep(
  door: Doorkeeper,
  problems: Problems,
  c: PageContext,
): Promise<Response> {
  return withForm(c, problems, (field) => answerSecondStep(door, c, field));
}

/** Options for a passkey of the account that waits. */
export async function beginPasskeySecondStep(door: Doorkeeper, c: PageContext): Promise<Response> {
  const begun = await door.flows.passkeys.beginSecondFactor(visitOf(c));
  if (begun.ok) return sendOptions(c, begun.options);
  // The script loads its page anew, which says what has happened.
  if (begun.reason === 'expired') return seeOther(c, '/sign-in');
  return sendTrouble(c, 422, 'Your account has no passkey. Choose another way.');
}

/** Back to the beginning. */
export async function cancelSignIn(door: Doorkeeper, c: PageContext): Promise<Response> {
  await door.flows.signIn.abandon(visitOf(c));
  return seeOther(c, signInPath({ returnTo: takeReturnTo(c) }));
}

async function answerSecondStep(
  door: Doorkeeper,
  c: PageContext,
  field: Fields,
): Promise<Response> {
  const proof = field('proof');
  const result = await prove(door, c, proof, field);
  if (result === undefined) return ask(door, c, { proof });
  if (result.ok) return seeOther(c, takeReturnTo(c));
  if (result.reason === 'changed-meanwhile')
    return seeOther(c, signInPath({ returnTo: takeReturnTo(c), farewell: 'changed' }));
  if (result.reason === 'too-many-sessions') {
    const notice = { tone: 'bad', text: TOO_MANY_SESSIONS } as const;
    return ask(door, c, { proof, status: 401, notice });
  }
  return ask(door, c, { proof, ...describe(c, proof, result) });
}

/** What was proved; `undefined` for a kind of proof that is none. */
async function prove(
  door: Doorkeeper,
  c: PageContext,
  proof: string,
  field: Fields,
): Promise<SecondFactorOutcome | Incomplete | undefined> {
  const { signIn } = door.flows;
  const visit = visitOf(c);
  if (proof === 'passkey' && door.hasPasskeys) {
    const response = readCredential(field);
    if (response === undefined) return { ok: false, reason: 'incomplete' };
    return door.flows.passkeys.secondFactor(visit, { response });
  }
  const code = field('code');
  if (proof !== 'totp' && proof !== 'recovery-code') return undefined;
  if (code.trim() === '') return { ok: false, reason: 'incomplete' };
  return proof === 'totp'
    ? signIn.withTotp(visit, { code })
    : signIn.withRecoveryCode(visit, { code });
}

interface Incomplete {
  readonly ok: false;
  readonly reason: 'incomplete';
}

type Refusal = Exclude<
  SecondFactorOutcome | Incomplete,
  { ok: true } | { reason: 'changed-meanwhile' | 'too-many-sessions' }
>;

interface Asking {
  /** As the browser wants it; the best one that the account has, if it has none of this kind. */
  readonly proof: string;
  readonly status?: PageStatus;
  readonly error?: string;
  readonly notice?: Notice;
}

/** What the page says to a refusal. */
function describe(c: PageContext, proof: string, result: Refusal): Omit<Asking, 'proof'> {
  if (result.reason === 'throttled')
    return { status: 429, notice: tellToWait(c, result.retryAfterMs) };
  const words = wordsFor(proof);
  if (result.reason === 'incomplete') return { status: 422, error: words.missing };
  if (result.reason === 'expired') return { status: 422, error: words.expired };
  if (result.reason === 'malformed') return { status: 400, error: words.malformed };
  return { status: 401, error: words.refused };
}

/** Asks for a second factor of the sign-in that waits here, or sends to its beginning. */
async function ask(door: Doorkeeper, c: PageContext, asking: Asking): Promise<Response> {
  const waiting = await door.flows.signIn.waiting(visitOf(c));
  if (waiting === undefined)
    return seeOther(c, signInPath({ returnTo: takeReturnTo(c), farewell: 'took-too-long' }));
  const factors = waiting.factors.filter((factor) => factor !== 'passkey' || door.hasPasskeys);
  const chosen = factors.find((factor) => factor === asking.proof) ?? factors[0];
  if (chosen === undefined) {
    await door.flows.signIn.abandon(visitOf(c));
    return seeOther(c, signInPath({ returnTo: takeReturnTo(c), farewell: 'no-second-step' }));
  }
  const { status, error, notice } = asking;
  const page = SecondStepPage({ frame: visitorFrame(door, notice), factors, chosen, error });
  return chosen === 'passkey' ? sendScriptedPage(c, page, status) : sendPage(c, page, status);
}
