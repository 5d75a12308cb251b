// Signing in at an OpenID provider, and the return from there, for whatever it was begun.

import type { Flows } from 'countersign/flows';

import type { ProviderProblem } from '../views/provider-problem-page.js';
import type { Doorkeeper, PageContext } from './doorkeeper.js';
import { signInPath } from './farewell.js';
import { takeReturnTo } from './kept-return-to.js';
import { isTicked, withForm } from './posted-form.js';
import type { Problems } from './problems.js';
import { depart, sendProviderProblem, takeProviderLabel } from './provider-trip.js';
import { seeOther, seeOtherWith, tellToWait } from './reply.js';
import { readReturnTo } from './return-to.js';
import { SECOND_STEP_PATH } from './sign-in.js';
import { visitOf } from './visit.js';

/** Where providers are linked and unlinked. */
const PROVIDERS_PATH = '/security/providers';

export function signInAtProvider(
  door: Doorkeeper,
  problems: Problems,
  c: PageContext,
): Promise<Response> {
  return withForm(c, problems, async (field) => {
    const returnTo = readReturnTo(field('return_to'));
    const provider = field('provider');
    const remember = isTicked(field, 'remember');
    const trip = { provider, purpose: 'sign-in', returnTo, remember } as const;
    const answer = await depart(door, c, trip);
    return answer instanceof Response ? answer : c.html(problems.page(404), 404);
  });
}

/** A GET that changes things: the browser comes from elsewhere, with what was agreed on before it left. */
export async function returnFromProvider(
  door: Doorkeeper,
  c: PageContext,
  provider: string,
): Promise<Response> {
  const result = await door.flows.providers.finish(visitOf(c), { url: c.req.url, provider });
  const label = takeProviderLabel(door, c);
  if (!result.ok) return answerRefusal(door, c, label, result);
  const returnTo = takeReturnTo(c);
  if (result.purpose !== 'link') return seeOther(c, returnTo);
  return seeOtherWith(c, PROVIDERS_PATH, { tone: 'good', text: `${label} is linked.` });
}

type Refusal = Exclude<Awaited<ReturnType<Flows['providers']['finish']>>, { ok: true }>;

/** What the page of a problem is called; the others lead somewhere else. */
const PROBLEMS: Readonly<Partial<Record<Refusal['reason'], ProviderProblem>>> = {
  denied: 'denied',
  refused: 'refused',
  expired: 'refused',
  unavailable: 'unreachable',
  'no-account': 'not-linked',
  'address-taken': 'address-taken',
  'already-linked': 'linked-elsewhere',
};

function answerRefusal(
  door: Doorkeeper,
  c: PageContext,
  label: string,
  result: Refusal,
): Response | Promise<Response> {
  const { reason } = result;
  if (reason === 'second-factor') return seeOther(c, SECOND_STEP_PATH);
  const returnTo = takeReturnTo(c);
  if (reason === 'changed-meanwhile')
    return seeOther(c, signInPath({ returnTo, farewell: 'changed' }));
  if (reason === 'too-many-sessions')
    return seeOther(c, signInPath({ returnTo, farewell: reason }));
  if (reason === 'not-signed-in') return seeOther(c, signInPath({ returnTo, farewell: 'ended' }));
  if (reason === 'throttled') {
    const notice = tellToWait(c, result.retryAfterMs);
    return sendProviderProblem(door, c, { problem: 'refused', label, status: 429, notice });
  }
  const problem = PROBLEMS[reason];
  if (problem === undefined) {
    const text =
      reason === 'too-many'
        ? `${label} is not linked: your account has as many links as it can have.`
        : `${label} is not linked: too much time went by. Try again.`;
    return seeOtherWith(c, PROVIDERS_PATH, { tone: 'bad', text });
  }
  const status = problem === 'unreachable' ? 503 : 403;
  return sendProviderProblem(door, c, { problem, label, status });
}
