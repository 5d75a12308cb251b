// What each way to keep accounts and sessions gives once it is open, and what it needs for that.

import type { Clock, SessionStore } from 'countersign';
import type { AccountStore } from 'countersign/accounts';

/** A database of either kind. */
export interface OpenedDatabase {
  readonly sessions: SessionStore;
  readonly accounts: AccountStore;
  /** After the sessions were closed. */
  close(): Promise<void>;
}

/** A place for sessions alone. */
export type OpenedSessions = Omit<OpenedDatabase, 'accounts'>;

export interface Opening {
  readonly clock: Clock;
  /** How long to wait for a server that does not answer yet, in milliseconds. */
  readonly patience: number;
  /** Takes one line for the person at the terminal, without its line end. */
  readonly say: (line: string) => void;
}
