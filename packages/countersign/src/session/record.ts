// What a store holds about one session. Plain, immutable values: times in epoch milliseconds,
// hashes in base64url, application data as JSON text. No token and no secret is ever in here.

/** The number of this layout. A store reads older layouts and writes this one. */
export const RECORD_FORMAT = 1;

/** The public name of a session: 24 base64url characters. Its first 10 bits are its home. */
export type SessionId = string;

/** A proof of identity given in this session, such as `password`, `totp` or `passkey`, and when. */
export interface Factor {
  readonly kind: string;
  readonly at: number;
}

/** What the browser said of itself when the session began. A signal for people, never a proof (A71). */
export interface Client {
  readonly userAgent: string | null;
  readonly address: string | null;
}

/** A successor that was offered to the browser and has not come back yet. */
export interface PendingSecret {
  readonly hash: string;
  /** The ring key it was derived with; later offers of the same generation use this key or none. */
  readonly keyId: string;
}

/** The predecessor, still accepted for the overlap. */
export interface PreviousSecret {
  readonly hash: string;
  readonly until: number;
}

/** Which secrets open the session. Changed only as a whole, by compare-and-swap. */
export interface RenewalState {
  /** Counts promotions, from 0. */
  readonly generation: number;
  /** SHA-256 of the current secret, as it stands in the cookie. */
  readonly hash: string;
  /** When the current secret became current. */
  readonly since: number;
  readonly pending: PendingSecret | null;
  readonly previous: PreviousSecret | null;
}

export interface SessionRecord {
  readonly id: SessionId;
  /**
   * The id of the first session in this chain of re-authentications; its own id when it is the first.
   * Signing out ends the whole chain.
   */
  readonly lineage: SessionId;
  readonly format: number;
  /** Counts changes of the data, from 0. */
  readonly revision: number;
  /** The application's own string, never interpreted; `null` for an anonymous session. */
  readonly userId: string | null;
  readonly renewal: RenewalState;
  readonly createdAt: number;
  /** When the user last proved who they are; `null` for an anonymous session. */
  readonly authenticatedAt: number | null;
  readonly lastSeenAt: number;
  /** The absolute limit. Nothing moves it later. */
  readonly expiresAt: number;
  /** Set when a newer session has replaced this one: it is not renewed any more, and `expiresAt` is near. */
  readonly replaced: boolean;
  readonly remembered: boolean;
  readonly factors: readonly Factor[];
  readonly client: Client;
  /** The public key this session is bound to, or `null`. */
  readonly deviceKey: string | null;
  /** A JSON object as text; `{}` when nothing was stored. */
  readonly data: string;
}
