// Counting what strangers ask for and is no guess, by the network that it comes from: for good, whether or
// not anything comes of it.

import type { AccountAction } from './account-events.js';
import type { AccountParts } from './account-parts.js';
import type { Caller } from './caller.js';
import type { Throttled } from './counted-attempt.js';
import type { RequestPurpose } from './throttle-options.js';

export interface NetworkRequest {
  readonly purpose: RequestPurpose;
  /** As the listener is told it when there were too many. */
  readonly action: AccountAction;
  readonly caller: Caller;
}

/** `undefined`: go on. Before anything is stored, and before anybody else is asked. */
export async function countFromNetwork(
  { throttle, tell }: Pick<AccountParts, 'throttle' | 'tell'>,
  { purpose, action, caller }: NetworkRequest,
): Promise<Throttled | undefined> {
  const { address } = caller;
  const decision = await throttle.beginRequest({
    purpose,
    ...(address === undefined ? {} : { address }),
  });
  if (decision.ok) return undefined;
  tell({ action, outcome: 'refused', reason: 'throttled', userId: null }, caller);
  return { ok: false, reason: 'throttled', retryAfterMs: decision.retryAfterMs };
}
