// What one-time records are for, and how long each lives: the one table of their lifetimes. A record of
// one kind is worthless as another.

const MINUTE_MS = 60_000;

export interface OneTimeKindRule {
  /** How long a record lives, in milliseconds. */
  readonly lifetimeMs: number;
  /** Why so long and no longer. */
  readonly reason: string;
}

/** Every kind with its lifetime. NIST SP 800-63B-4 §4.2 allows what is sent by e-mail 24 hours (G67). */
export const ONE_TIME_KINDS = {
  'sign-up': {
    lifetimeMs: 60 * MINUTE_MS,
    reason:
      'A link by e-mail lives 30 to 60 minutes (G67). There is no account yet to be taken over.',
  },
  'verify-address': {
    lifetimeMs: 60 * MINUTE_MS,
    reason:
      'A link by e-mail lives 30 to 60 minutes (G67). It proves an address and signs nobody in.',
  },
  reset: {
    lifetimeMs: 30 * MINUTE_MS,
    reason:
      'A link by e-mail lives 30 to 60 minutes (G67). This one opens an account: the shorter.',
  },
  'sign-in-link': {
    lifetimeMs: 10 * MINUTE_MS,
    reason: 'A link that signs in is an out-of-band request: 10 minutes (ASVS 6.5.5).',
  },
  'second-factor': {
    lifetimeMs: 10 * MINUTE_MS,
    reason: 'A sign-in between password and second factor: time to find the device (ASVS 6.5.5).',
  },
  'totp-setup': {
    lifetimeMs: 15 * MINUTE_MS,
    reason: 'A secret that was shown and not yet confirmed: time to install an app.',
  },
  passkey: {
    lifetimeMs: 5 * MINUTE_MS,
    reason: 'The challenge of one ceremony: the browser asks for no longer than this.',
  },
  provider: {
    lifetimeMs: 10 * MINUTE_MS,
    reason: 'One round trip to an OpenID provider, where the person may have to sign in first.',
  },
} as const satisfies Readonly<Record<string, OneTimeKindRule>>;

export type OneTimeKind = keyof typeof ONE_TIME_KINDS;
