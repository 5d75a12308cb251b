// The example of providers in docs/reference/flows.md, word for word but for where it imports from.

import type { Flows, Visit } from '../../src/flows/index.js';

interface Step {
  readonly status: 303;
  readonly location: string;
}

/** The button, by POST. */
export async function goTo(flows: Flows, visit: Visit, provider: string): Promise<Step> {
  const begun = await flows.providers.begin(visit, { provider, purpose: 'sign-in' });
  return { status: 303, location: begun.ok ? begun.url : `/sign-in?${begun.reason}` };
}

/** The return address of one provider, by GET. */
export async function comeBack(
  flows: Flows,
  visit: Visit,
  { provider, url }: { readonly provider: string; readonly url: string },
): Promise<Step> {
  const done = await flows.providers.finish(visit, { provider, url });
  if (done.ok) return { status: 303, location: '/account' };
  if (done.reason === 'second-factor') return { status: 303, location: '/sign-in/second-factor' };
  return { status: 303, location: `/sign-in?${done.reason}` };
}
