// How sure a session is of who its user is: computed here and nowhere else, from its factors and their
// times. NIST SP 800-63B-4 §2: two different factors, or one authenticator that is two by itself.

import type { Factor } from '../session/record.js';

/** 0: nobody. 1: one factor. 2: two factors. */
export type AssuranceLevel = 0 | 1 | 2;

/** The kinds of factors that the flows put into sessions, and what each of them is. */
export const FACTOR_KINDS = {
  /** Something known. */
  password: 'knowledge',
  /** Something had: an app that shows codes. */
  totp: 'possession',
  /** Something had: one of the codes that were written down. */
  'recovery-code': 'possession',
  /** Something had: a passkey that asked its owner for nothing. */
  'security-key': 'possession',
  /** Both: a passkey that was unlocked by a finger, a face or a PIN. */
  passkey: 'both',
  /** A link in a mail: no second factor, as who reads the mail often has the password too (ASVS 6.3.6). */
  email: 'weak',
  /** Another service said so; how sure that one is, is not known (ASVS 6.8.4). */
  provider: 'weak',
  /** Another service said so, and that it asked for two factors. */
  'provider-mfa': 'both',
} as const satisfies Readonly<Record<string, 'knowledge' | 'possession' | 'both' | 'weak'>>;

export type FactorKind = keyof typeof FACTOR_KINDS;

export interface AssuranceOptions {
  /** Epoch milliseconds. */
  readonly now: number;
  /** Factors that are older, in milliseconds, do not count. Default: all count. */
  readonly within?: number;
}

/** The level that these factors reach. Kinds that are not of the flows count as one factor. */
export function assuranceOf(
  factors: readonly Factor[],
  { now, within = Infinity }: AssuranceOptions,
): AssuranceLevel {
  // Ends exactly at the limit, as `session.isFresh` does.
  const classes = factors.filter(({ at }) => now < at + within).map(({ kind }) => classOf(kind));
  if (classes.length === 0) return 0;
  const both = classes.includes('knowledge') && classes.includes('possession');
  return both || classes.includes('both') ? 2 : 1;
}

/**
 * Whether these kinds of factors open an account that needs a second one: something had, and a proof of
 * another class besides, since an app and a recovery code may be in the pocket of one thief. A link in a
 * mail with a code from an app opens it, as the password may be lost, and is of level 1 all the same.
 */
export function hasTwoSteps(kinds: readonly string[]): boolean {
  const classes = kinds.map(classOf);
  if (classes.includes('both')) return true;
  return classes.includes('possession') && classes.some((each) => each !== 'possession');
}

function classOf(kind: string): (typeof FACTOR_KINDS)[FactorKind] {
  return isFactorKind(kind) ? FACTOR_KINDS[kind] : 'weak';
}

function isFactorKind(kind: string): kind is FactorKind {
  return Object.hasOwn(FACTOR_KINDS, kind);
}
