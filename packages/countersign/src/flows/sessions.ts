// Ending sessions, one or all but this: what a thief would do to keep the owner out, so it takes a fresh
// proof (ASVS 7.5.2). Ending this one is signing out, which takes none.

import { callerOf, type FlowParts } from './flow-parts.js';
import type { NotSignedIn, StepUpNeeded } from './outcome.js';
import { tellRefused } from './refused-event.js';
import { clear } from './step-up.js';
import type { Visit } from './visit.js';

/** What a list of the sessions has. */
export interface EndSessionInput {
  readonly id: string;
}

export type EndOutcome =
  | {
      readonly ok: true;
      /** How many ended. */
      readonly ended: number;
    }
  | NotSignedIn
  | StepUpNeeded;

/** Ends one of the user's sessions; 0 ended when there is no such one. */
export async function endSession(
  parts: FlowParts,
  visit: Visit,
  { id }: EndSessionInput,
): Promise<EndOutcome> {
  const cleared = await clear(parts, visit, 'end-sessions', { purpose: 'sessions' });
  if (!cleared.ok) return cleared;
  const { userId } = cleared.account;
  if (await visit.session.end(id)) {
    tellEnded(parts, visit, userId);
    return { ok: true, ended: 1 };
  }
  // Gone already, or another user's.
  tellRefused(parts, visit, { action: 'end-sessions', reason: 'unknown-session', userId });
  return { ok: true, ended: 0 };
}

export async function endOtherSessions(parts: FlowParts, visit: Visit): Promise<EndOutcome> {
  const cleared = await clear(parts, visit, 'end-sessions', { purpose: 'sessions' });
  if (!cleared.ok) return cleared;
  const ended = await visit.session.endOthers();
  tellEnded(parts, visit, cleared.account.userId);
  return { ok: true, ended };
}

function tellEnded(parts: FlowParts, visit: Visit, userId: string): void {
  const caller = callerOf(parts, visit);
  parts.accounts.tell({ action: 'end-sessions', outcome: 'success', userId }, caller);
}
