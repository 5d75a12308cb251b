// Telling of a refusal: the same few lines for every verb that changes credentials.

import type { AccountAction, AccountRefusal } from '../accounts/account-events.js';
import { callerOf, type FlowParts } from './flow-parts.js';
import type { Visit } from './visit.js';

export interface RefusedEvent {
  readonly action: AccountAction;
  readonly reason: AccountRefusal;
  /** `null`: nobody is known. */
  readonly userId: string | null;
  /** What of it, for the log. */
  readonly cause?: unknown;
}

export function tellRefused(parts: FlowParts, visit: Visit, refused: RefusedEvent): void {
  const caller = callerOf(parts, visit);
  parts.accounts.tell({ ...refused, outcome: 'refused' }, caller);
}
