// A sign-in that has begun: by whom, when, and with which ticket.

import type { Instant } from './instant.js';

export type UserId = 'ann' | 'bob';

export function isUserId(userId: string | null): userId is UserId {
  return userId === 'ann' || userId === 'bob';
}

export interface Attempt {
  readonly userId: UserId;
  /** Endings that had returned by then cannot refuse it. */
  readonly from: Instant;
  /** The check of the credential began: endings that begin later do refuse it. */
  readonly to: Instant;
  /** The ticket, and when it was taken; `undefined` for a sign-in without one. */
  readonly ticket: { readonly text: string; readonly taken: Instant } | undefined;
}
