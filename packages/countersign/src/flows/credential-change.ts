// What follows a change of a credential that was written: this session is made anew where something was
// proved (ASVS 7.2.4), and the others end, if that is wanted (7.4.3; G74). In either case a sign-in that
// began before, and has checked the old credential, is refused.

import { CountersignError } from '../errors.js';
import { callerOf, type FlowParts } from './flow-parts.js';
import type { FactorKind } from './assurance.js';
import type { Visit, VisitSession } from './visit.js';

export interface CredentialChange {
  readonly userId: string;
  /** End the user's other sessions. */
  readonly endOthers: boolean;
  /** What was proved for the change, with the ticket from before it was checked. */
  readonly proof?: { readonly factor: FactorKind; readonly attempt: string };
}

/** `ended`: something ended this session meanwhile, so nobody is signed in here any more. */
export async function afterCredentialChange(
  parts: FlowParts,
  visit: Visit,
  { userId, endOthers, proof }: CredentialChange,
): Promise<'ok' | 'ended'> {
  const { session } = visit;
  if (proof !== undefined) {
    const { factor, attempt } = proof;
    const renewed = await session.reauthenticate({ factors: [factor], attempt });
    if (!renewed.ok) {
      // No reason to spare the others.
      if (endOthers) await parts.sessions.endUser(userId);
      else await parts.sessions.refuseEarlierSignIns(userId);
      return 'ended';
    }
  }
  // Not before the new session is made: either one makes its ticket worthless too.
  if (endOthers) {
    if (!(await endOthersOf(session))) {
      await parts.sessions.endUser(userId);
      return 'ended';
    }
    const caller = callerOf(parts, visit, userId);
    parts.accounts.tell({ action: 'end-sessions', outcome: 'success', userId }, caller);
  } else await parts.sessions.refuseEarlierSignIns(userId);
  return 'ok';
}

/** False when this session has ended meanwhile, which then has no right to end others by itself. */
async function endOthersOf(session: VisitSession): Promise<boolean> {
  try {
    await session.endOthers();
    return true;
  } catch (error) {
    if (error instanceof CountersignError && error.code === 'session-ended') return false;
    throw error;
  }
}
