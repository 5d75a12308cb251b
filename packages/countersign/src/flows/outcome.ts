// What the flows answer: expected outcomes are values. Each verb's type names those that it can give.

import type { Throttled } from '../accounts/counted-attempt.js';
import type { SecondFactor } from '../accounts/second-factors.js';

/** Wrong, unknown, used, not active: which one, nobody is told (G48). Answer 401. */
export interface Refused {
  readonly ok: false;
  readonly reason: 'refused';
}

/** Nothing like this can be right: too long or ill-formed. Answer 400. Nothing was counted (G8). */
export interface Malformed {
  readonly ok: false;
  readonly reason: 'malformed';
}

/** The link, the waiting sign-in or the ceremony is unknown, used or too old. Begin again. */
export interface Expired {
  readonly ok: false;
  readonly reason: 'expired';
}

/** The account or its sessions were changed or ended while this was under way. Begin again. */
export interface ChangedMeanwhile {
  readonly ok: false;
  readonly reason: 'changed-meanwhile';
}

/**
 * Everything was proved, and the user has as many sessions as `policy.perUser` allows, where that says to
 * refuse. One has to end first; a link, and a sign-in that waits, are still good then. Not where all others
 * were ended at once, which refuses every sign-in that began before.
 */
export interface TooManySessions {
  readonly ok: false;
  readonly reason: 'too-many-sessions';
}

/** It was done, and something ended this session meanwhile: nobody is signed in here any more. */
export interface Ended {
  readonly ok: false;
  readonly reason: 'ended';
}

/** Right so far. A second factor is needed; the browser now carries a cookie of its own for it. */
export interface SecondFactorNeeded {
  readonly ok: false;
  readonly reason: 'second-factor';
  /** Which may be given, the most convenient first. */
  readonly factors: readonly SecondFactor[];
}

/** Nobody is signed in, or whoever is has no account that is active. */
export interface NotSignedIn {
  readonly ok: false;
  readonly reason: 'not-signed-in';
}

/** The person has to prove anew who they are first (ASVS 7.5.1). Answer with a page that asks for these. */
export interface StepUpNeeded {
  readonly ok: false;
  readonly reason: 'step-up';
  /** Any of these brings it nearer; ask again afterwards. */
  readonly proofs: readonly Proof[];
}

/** What a person who is signed in can be asked to prove. */
export type Proof = 'password' | SecondFactor | 'email' | 'provider';

export interface SignedIn {
  readonly ok: true;
  readonly userId: string;
}

export type SignInOutcome =
  | SignedIn
  | SecondFactorNeeded
  | Refused
  | Malformed
  | ChangedMeanwhile
  | TooManySessions
  | Throttled;

export type SecondFactorOutcome =
  | SignedIn
  | Refused
  | Malformed
  | Expired
  | ChangedMeanwhile
  | TooManySessions
  | Throttled;
