// Who asks for a verb of accounts: what the throttle counts by and the audit trail tells. All of it is
// optional and none of it is a proof of anything, but the device: its id comes from a cookie of ours.

/** What is known of whoever makes a request. */
export interface Caller {
  /** The client's address, behind the proxies that are believed. Left out: not limited by address. */
  readonly address?: string;
  /** The `User-Agent` header. */
  readonly userAgent?: string;
  /** A salted reference to the session, for the audit trail; never its id (ASVS 16.2.5). */
  readonly session?: string;
  /**
   * The id of a device on which this account has signed in before, as its signed cookie says. Its
   * failures are counted apart, so that strangers' guesses do not lock it out (G46).
   */
  readonly device?: string;
}
