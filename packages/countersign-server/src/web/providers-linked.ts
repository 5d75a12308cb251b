// The sign-in services that are linked with an account; linking goes by way of the provider.

import type { User, UserIdentity } from 'countersign/accounts';

import { ProvidersPage } from '../views/providers-page.js';
import { turnBack } from './asked.js';
import type { Doorkeeper, PageContext } from './doorkeeper.js';
import { hallFrame } from './hall-frame.js';
import { LAST_WAY_IN } from './password-answers.js';
import { depart } from './provider-trip.js';
import { seeOtherWith, sendPage } from './reply.js';
import { visitOf } from './visit.js';

export const PROVIDERS_PATH = '/security/providers';

export function showProviders(
  door: Doorkeeper,
  c: PageContext,
  user: User,
): Response | Promise<Response> {
  const page = ProvidersPage({
    frame: hallFrame(door, c, user),
    now: door.clock.now(),
    linked: user.identities.map((identity) => ({
      id: idOf(identity),
      label: labelOf(door, identity),
      linkedAt: identity.linkedAt,
    })),
    linkable: door.providers,
  });
  return sendPage(c, page);
}

/** What the form of an identity sends. */
function idOf({ issuer, subject }: UserIdentity): string {
  return `${issuer} ${subject}`;
}

/** The provider, and who the person is there: `Example ID (ada@example.com)`. */
function labelOf({ providers }: Doorkeeper, { issuer, label: who }: UserIdentity): string {
  const label = providers.find((provider) => provider.issuer === issuer)?.label;
  return label === undefined || label === who ? who : `${label} (${who})`;
}

export async function linkProvider(
  door: Doorkeeper,
  c: PageContext,
  provider: string,
): Promise<Response> {
  const trip = { provider, purpose: 'link', returnTo: PROVIDERS_PATH } as const;
  const answer = await depart(door, c, trip);
  if (answer instanceof Response) return answer;
  const { reason } = answer;
  if (reason === 'step-up' || reason === 'not-signed-in')
    return turnBack(c, { reason }, 'link-provider', { provider });
  const text = 'There is no such sign-in service here.';
  return seeOtherWith(c, PROVIDERS_PATH, { tone: 'bad', text });
}

export async function unlinkProvider(
  door: Doorkeeper,
  c: PageContext,
  user: User,
  id: string,
): Promise<Response> {
  const identity = findIdentity(user, id);
  const result =
    identity === undefined
      ? ({ ok: false, reason: 'unknown-identity' } as const)
      : await door.flows.providers.unlink(visitOf(c), {
          issuer: identity.issuer,
          subject: identity.subject,
          endOthers: false,
        });
  if (result.ok) {
    const text = `${identity === undefined ? 'It' : labelOf(door, identity)} is not linked any more.`;
    return seeOtherWith(c, PROVIDERS_PATH, { tone: 'good', text });
  }
  if (result.reason === 'unknown-identity') {
    const text = 'That was unlinked already.';
    return seeOtherWith(c, PROVIDERS_PATH, { tone: 'plain', text });
  }
  if (result.reason === 'last-way-in') {
    return seeOtherWith(c, PROVIDERS_PATH, { tone: 'bad', text: LAST_WAY_IN });
  }
  return turnBack(c, { reason: result.reason }, 'unlink-provider', { identity: id });
}

export function findIdentity({ identities }: User, id: string): UserIdentity | undefined {
  return identities.find((identity) => idOf(identity) === id);
}
