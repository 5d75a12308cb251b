// What each way to keep accounts and sessions gives once it is open, and what it needs for that.

import type { Clock, SessionStore } from 'countersign';
import type { AccountStore, OneTimeStore, ThrottleStore } from 'countersign/accounts';

/** A place for what is short-lived, with all of it. */
export interface OpenedSessions {
  readonly sessions: SessionStore;
  /** Links of mails, sign-ins that wait for their second factor, ceremonies. */
  readonly oneTime: OneTimeStore;
  /** Counters of what was guessed and asked for. */
  readonly throttle: ThrottleStore;
  /** After the sessions were closed. */
  close(): Promise<void>;
}

/** A database of either kind. */
export interface OpenedDatabase extends OpenedSessions {
  readonly accounts: AccountStore;
}

export interface Opening {
  readonly clock: Clock;
  /** How long to wait for a server that does not answer yet, in milliseconds. */
  readonly patience: number;
  /** Takes one line for the person at the terminal, without its line end. */
  readonly say: (line: string) => void;
}
