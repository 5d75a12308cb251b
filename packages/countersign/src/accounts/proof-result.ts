// What verifying a proof comes to: a password, a code of an app, a recovery code.

import type { Throttled } from './counted-attempt.js';
import type { User } from './user.js';

export type ProofResult =
  | {
      readonly ok: true;
      readonly user: User;
      /** How many attempts in a row have failed before this one. Left out: none. */
      readonly failures?: number;
    }
  /** Wrong, used, or there is none of this kind or no such account: which one, nobody is told (G48). */
  | { readonly ok: false; readonly reason: 'refused' }
  /** Nothing like this is ever right: no code has this shape, no password is so long or ill-formed. Answer 400. */
  | { readonly ok: false; readonly reason: 'malformed' }
  | Throttled;
