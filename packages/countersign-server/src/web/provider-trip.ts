// Off to an OpenID provider: the answer to a form, which leaves by itself (views/departure-page.tsx). What
// has to be known on the return waits in cookies: where to go, and which provider it was.

import { ONE_TIME_KINDS } from 'countersign/accounts';
import type { Flows } from 'countersign/flows';

import { DeparturePage } from '../views/departure-page.js';
import { ProviderProblemPage, type ProviderProblem } from '../views/provider-problem-page.js';
import type { Notice } from '../views/frame.js';
import type { Doorkeeper, PageContext, ProviderName } from './doorkeeper.js';
import { keepReturnTo } from './kept-return-to.js';
import { createPageCookie } from './page-cookie.js';
import { sendPage, tellToWait, visitorFrame, type PageStatus } from './reply.js';
import { visitOf } from './visit.js';

type ProviderFlow = Flows['providers'];

export interface ProviderTrip {
  /** As the form said. */
  readonly provider: string;
  readonly purpose: Parameters<ProviderFlow['begin']>[1]['purpose'];
  /** Where the return leads to, read by `readReturnTo`. */
  readonly returnTo: string;
  /** For a sign-in: whether the browser shall be remembered. Default no. */
  readonly remember?: boolean;
}

/** What stands in the way, for the caller to answer. */
export type TripBarred = Exclude<
  Awaited<ReturnType<ProviderFlow['begin']>>,
  { ok: true } | { reason: 'unavailable' | 'throttled' }
>;

/** As long as a round trip may take. */
const departedTo = createPageCookie({
  name: 'departed-to',
  maxAge: ONE_TIME_KINDS.provider.lifetimeMs / 1_000,
});

/** Sends the browser to a provider, or says that it does not answer or that others are before. */
export async function depart(
  door: Doorkeeper,
  c: PageContext,
  { returnTo, ...trip }: ProviderTrip,
): Promise<Response | TripBarred> {
  const begun = await door.flows.providers.begin(visitOf(c), trip);
  const { name, label } = findProvider(door, trip.provider);
  if (!begun.ok) {
    if (begun.reason === 'unavailable')
      return sendProviderProblem(door, c, { problem: 'unreachable', label, status: 503 });
    if (begun.reason !== 'throttled') return begun;
    const notice = tellToWait(c, begun.retryAfterMs);
    return sendProviderProblem(door, c, { problem: 'crowded', label, status: 429, notice });
  }
  keepReturnTo(c, returnTo);
  departedTo.write(c, name);
  return sendPage(c, DeparturePage({ frame: visitorFrame(door), label, url: begun.url }));
}

/** What the provider is called that the browser was sent to last; and it is forgotten. */
export function takeProviderLabel(door: Doorkeeper, c: PageContext): string {
  const name = departedTo.read(c);
  departedTo.clear(c);
  return findProvider(door, name).label;
}

export function sendProviderProblem(
  door: Doorkeeper,
  c: PageContext,
  answer: {
    readonly problem: ProviderProblem;
    readonly label: string;
    readonly status: PageStatus;
    readonly notice?: Notice;
  },
): Response | Promise<Response> {
  const { problem, label, status, notice } = answer;
  const frame = visitorFrame(door, notice);
  return sendPage(c, ProviderProblemPage({ frame, label, problem }), status);
}

/** @param name as a browser sent it */
function findProvider(
  { providers }: Doorkeeper,
  name: string | undefined,
): Pick<ProviderName, 'name' | 'label'> {
  return (
    providers.find((provider) => provider.name === name) ?? {
      name: 'none',
      label: 'the other service',
    }
  );
}
