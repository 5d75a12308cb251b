// What verifying a proof of somebody who is known already comes to.

import type { Throttled } from './counted-attempt.js';
import type { User } from './user.js';

export type ProofResult =
  | {
      readonly ok: true;
      readonly user: User;
      /** How many attempts in a row have failed before this one. Left out: none. */
      readonly failures?: number;
    }
  /** Wrong, used, or there is none of this kind: which one, the person is not told. */
  | { readonly ok: false; readonly reason: 'refused' }
  /** Nothing like this is ever right: not the shape of a code. */
  | { readonly ok: false; readonly reason: 'malformed' }
  | Throttled;
