// The limit of sessions per user, where the policy refuses one more (ASVS 7.1.2): told as an outcome of its
// own, after everything was proved, so that nobody else learns how many there are.

import type { FlowParts } from './flow-parts.js';
import type { TooManySessions } from './outcome.js';
import { tellRefused } from './refused-event.js';
import type { Visit } from './visit.js';

/**
 * What refuses a sign-in of this user as things are; `undefined`: nothing. Asked before a link or a waiting
 * sign-in is used up, so that who has ended one session elsewhere can come back with it. The store has the
 * last word when the session is made.
 */
export async function refuseOverLimit(
  parts: FlowParts,
  visit: Visit,
  userId: string,
): Promise<TooManySessions | undefined> {
  const { sessions } = parts;
  const { max, over } = sessions.policy.perUser;
  if (over !== 'refuse') return undefined;
  // A sign-in continues the session that this user has here, if any.
  const others = (await sessions.list(userId)).filter(({ id }) => id !== visit.session.id);
  return others.length < max ? undefined : tellTooMany(parts, visit, userId);
}

/** Tells the listener that the limit refused a sign-in. */
export function tellTooMany(parts: FlowParts, visit: Visit, userId: string): TooManySessions {
  tellRefused(parts, visit, { action: 'sign-in', reason: 'too-many-sessions', userId });
  return { ok: false, reason: 'too-many-sessions' };
}
