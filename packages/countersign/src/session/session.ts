// The session: what a request handler works with. An interface only; `RequestSession` implements it.

import type { Awaitable } from '../waiting.js';
import type { Explanation } from './explanation.js';
import type { FreshnessOptions } from './freshness.js';
import type { Client, Factor, SessionId } from './record.js';

/** Session data as it is read: frozen all the way down, every key possibly absent. */
export type SessionData<Data> = { readonly [Key in keyof Data]?: DeepReadonly<Data[Key]> };

export type DeepReadonly<T> = T extends object
  ? { readonly [Key in keyof T]: DeepReadonly<T[Key]> }
  : T;

export interface SignInOptions<Data> {
  /**
   * The ticket from `beginSignIn`, taken before the credential was checked. Without it the ticket is
   * taken now, which is right unless a change of the credential races this sign-in.
   */
  readonly attempt?: string;
  /** What the user proved, such as `['password']`. Default none. */
  readonly factors?: readonly string[];
  /** Keep the session when the browser closes, with the longer limits. Default no (A30). */
  readonly remember?: true;
  /** Keys of the anonymous session's data to take along. Default none. */
  readonly carry?: readonly (keyof Data & string)[];
}

export interface ReauthenticationOptions {
  /** What the user proved just now. */
  readonly factors: readonly string[];
  /** As for a sign-in. */
  readonly attempt?: string;
}

/**
 * `attempt-invalid`: not a ticket of this user. `attempt-expired`: it took longer than
 * `policy.attempt`. `ended-meanwhile`: since the attempt began, the user's sessions or the one to be
 * replaced were ended, or earlier sign-ins refused. `limit`: the user has `policy.perUser.max` sessions.
 */
export type SignInRefusal = 'attempt-invalid' | 'attempt-expired' | 'ended-meanwhile' | 'limit';

export type SignInResult =
  | { readonly ok: true; readonly id: SessionId }
  | { readonly ok: false; readonly reason: SignInRefusal };

/** One entry of a user's device list. Nothing in it is secret from that user. */
export interface SessionSummary {
  readonly id: SessionId;
  /** Whether it is the session that asks. */
  readonly current: boolean;
  readonly createdAt: number;
  readonly authenticatedAt: number | null;
  /** Exact to `policy.touch`. */
  readonly lastSeenAt: number;
  readonly expiresAt: number;
  readonly remembered: boolean;
  readonly factors: readonly Factor[];
  readonly client: Client;
}

export interface SignOutOptions {
  /** Also send `Clear-Site-Data: "cache", "cookies", "storage"` (A63). Default no. */
  readonly clearSiteData?: true;
}

export interface Session<Data> {
  /** The session's public name; `null` for a visitor for whom nothing is stored. Not a secret. */
  readonly id: SessionId | null;
  /** Who signed in; `null` for a visitor. */
  readonly userId: string | null;
  /** What is kept for this session, changes of this request included. Frozen; use `set` and the like. */
  readonly data: SessionData<Data>;
  /** Proofs given in this session, with their times. */
  readonly factors: readonly Factor[];
  /** Epoch milliseconds; `null` for a visitor. */
  readonly createdAt: number | null;
  readonly authenticatedAt: number | null;
  /** The absolute limit. */
  readonly expiresAt: number | null;
  readonly remembered: boolean;
  /** Who asks, as the adapter found out: the client of this request, not the one that signed in. */
  readonly client: Client;
  /**
   * Aborts when the session ends, by whatever cause; at once for a visitor who has none. One for all
   * requests of the session: whoever listens for less long takes the listener away.
   */
  readonly signal: AbortSignal;

  /**
   * Sets one key when the response begins. Only changed keys are stored, so requests that set
   * different keys never undo each other. A visitor gets an anonymous session by it.
   * @throws CountersignError `data-invalid`, `data-too-large`, `response-started`
   */
  set<Key extends keyof Data & string>(key: Key, value: Data[Key]): void;
  /** Deletes one key when the response begins. */
  delete(key: keyof Data & string): void;
  /** Gives the value of a key and deletes it: for messages shown once. */
  take<Key extends keyof Data & string>(key: Key): DeepReadonly<Data[Key]> | undefined;
  /**
   * Changes the stored data atomically, at once: `change` gets what is stored and gives what shall be.
   * It may run several times, so it should do nothing else. Works after the response began, too.
   * @returns the data now stored
   * @throws CountersignError `session-ended`, `update-contended`, `data-invalid`, `data-too-large`
   */
  update(
    change: (data: SessionData<Data>) => Awaitable<SessionData<Data>>,
  ): Promise<SessionData<Data>>;

  /** A ticket for one sign-in of this user. Take it before the credential is checked; it is not secret. */
  beginSignIn(userId: string): Promise<string>;
  /**
   * Signs a user in: a new session with a new id, stored now; its cookie goes with this response,
   * whatever its status. An anonymous session ends, and so does another user's.
   * @throws CountersignError `store-unavailable`, `response-started`; `data-invalid` for a user id
   *   that is empty or over 1,024 characters
   */
  signIn(userId: string, options?: SignInOptions<Data>): Promise<SignInResult>;
  /** Notes a new proof by the signed-in user: a new session with all data, the old one kept for the overlap. */
  reauthenticate(options: ReauthenticationOptions): Promise<SignInResult>;
  /**
   * Whether a factor was proved recently enough: by default any, within `policy.freshness`.
   * @throws CountersignError `configuration` for an option that there is not
   */
  isFresh(options?: FreshnessOptions): boolean;
  /** Ends the session in the store, now; its cookie is cleared by this response. */
  signOut(options?: SignOutOptions): Promise<void>;

  /** The user's sessions, newest first. Empty for a visitor. */
  list(): Promise<readonly SessionSummary[]>;
  /** Ends one of this user's sessions by its id. False when the user has no such session. */
  end(id: SessionId): Promise<boolean>;
  /** Ends all of this user's sessions but this one; how many it were. */
  endOthers(): Promise<number>;

  /** Why this request is, or is not, signed in. For developers. */
  explain(): Explanation;
}
