// Counting what is asked for and is no guess, by the network that it comes from, and new passwords by whose
// they would be as well: for good, whether or not anything comes of it.

import type { AccountAction } from './account-events.js';
import type { AccountParts } from './account-parts.js';
import type { Caller } from './caller.js';
import type { Throttled } from './counted-attempt.js';
import type { RequestBy } from './throttle-counters.js';
import type { RequestPurpose } from './throttle-options.js';

export interface NetworkRequest {
  readonly purpose: RequestPurpose;
  /** As the listener is told it when there were too many. */
  readonly action: AccountAction;
  readonly caller: Caller;
}

type Counting = Pick<AccountParts, 'throttle' | 'tell'>;

/** `undefined`: go on. Before anything is stored, and before anybody else is asked. */
export function countFromNetwork(
  parts: Counting,
  { purpose, action, caller }: NetworkRequest,
): Promise<Throttled | undefined> {
  return count(parts, { purpose }, { action, caller, userId: null });
}

export interface NewPasswordRequest {
  /**
   * What the tries are counted by: the user who knows the current password, or the link, so that nobody
   * who may change it keeps its owner from a reset.
   */
  readonly by: string;
  /** Whose it would be; `null` where there is no account yet. */
  readonly userId: string | null;
  readonly action: AccountAction;
  readonly caller: Caller;
}

/**
 * `undefined`: go on. Before the screen, which may be somebody else's service, and the hash: whoever may
 * set a password could otherwise have both asked without an end (ASVS 2.4.1).
 */
export function countNewPassword(
  parts: Counting,
  { by, ...asked }: NewPasswordRequest,
): Promise<Throttled | undefined> {
  return count(parts, { purpose: 'new-password', account: by }, asked);
}

async function count(
  { throttle, tell }: Counting,
  by: RequestBy,
  { action, caller, userId }: Omit<NewPasswordRequest, 'by'>,
): Promise<Throttled | undefined> {
  const { address } = caller;
  const decision = await throttle.beginRequest({
    ...by,
    ...(address === undefined ? {} : { address }),
  });
  if (decision.ok) return undefined;
  tell({ action, outcome: 'refused', reason: 'throttled', userId }, caller);
  return { ok: false, reason: 'throttled', retryAfterMs: decision.retryAfterMs };
}
