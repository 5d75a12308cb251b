// What was asked for, and waits until the person has confirmed who they are (ASVS 7.5.1). It is kept in
// the session and not in the link, so no link from elsewhere can have anything confirmed.

import { randomBytes } from 'node:crypto';

import type { Asked, PageContext } from './doorkeeper.js';
import { signInPath } from './farewell.js';
import { seeOther } from './reply.js';

/** Why a flow did not do it, where it is not about what was typed. */
export interface TurnedBack {
  readonly reason: 'step-up' | 'not-signed-in' | 'ended' | 'changed-meanwhile';
}

const ID_BYTES = 12;
/** Longer than all that is asked for: a session shall not be filled. */
const LONGEST_FIELD = 2_000;

/** Keeps it, in the place of what was asked for before. */
export function keepAsked(c: PageContext, asked: Omit<Asked, 'id'>): Asked {
  const fields = Object.fromEntries(
    Object.entries(asked.fields).map(([name, value]) => [name, value.slice(0, LONGEST_FIELD)]),
  );
  const kept = { action: asked.action, fields, id: randomBytes(ID_BYTES).toString('base64url') };
  c.env.session.set('asked', kept);
  return kept;
}

/** @param id as the browser sent it */
export function findAsked(c: PageContext, id: string | undefined): Asked | undefined {
  const { asked } = c.env.session.data;
  return asked !== undefined && asked.id === id ? asked : undefined;
}

/** The page that asks for a proof; `proof` is the kind that was chosen. */
export function confirmPath(id: string, proof?: string): string {
  const query = new URLSearchParams({ asked: id, ...(proof === undefined ? {} : { proof }) });
  return `/confirm?${query.toString()}`;
}

/** Asks for a proof first, and then does it; or says that nobody is signed in here any more. */
export function turnBack(
  c: PageContext,
  { reason }: TurnedBack,
  action: string,
  fields: Asked['fields'] = {},
): Response {
  if (reason !== 'step-up') return seeOther(c, signInPath({ farewell: 'ended' }));
  return seeOther(c, confirmPath(keepAsked(c, { action, fields }).id));
}
