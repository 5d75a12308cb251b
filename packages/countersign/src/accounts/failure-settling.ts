// What becomes of counted failures once something was proved or replaced. By then it has happened: a
// throttle store that fails here must not make an error of it, on which nobody would end the sessions.

import type { AccountParts } from './account-parts.js';
import type { Awaitable } from './account-store.js';
import type { Caller } from './caller.js';

export interface SettledFailures {
  /** Whose; `null` for nobody's that is known. */
  readonly userId: string | null;
  readonly caller: Caller;
}

/** Does it. An error is told, and the failures stay counted. */
export async function settleFailures(
  { tell }: Pick<AccountParts, 'tell'>,
  { userId, caller }: SettledFailures,
  settle: () => Awaitable<void>,
): Promise<void> {
  try {
    await settle();
  } catch (cause) {
    tell({ action: 'count-failures', outcome: 'failed', userId, cause }, caller);
  }
}
