// What the pages work with: the parts that `serve` puts together, and what a request brings along.

import type { Clock, Session, Sessions } from 'countersign';
import type { Accounts } from 'countersign/accounts';
import type { Context } from 'hono';

import type { Log } from '../log.js';
import type { Notice } from '../views/frame.js';
import type { Assets } from './assets.js';

/** What the doorkeeper keeps in a session. */
export interface DoorkeeperData {
  /** Said at the top of the next page, once. */
  readonly notice: Notice;
}

export interface Doorkeeper {
  readonly sessions: Sessions<DoorkeeperData>;
  readonly accounts: Accounts;
  readonly assets: Assets;
  readonly clock: Clock;
  readonly log: Log;
}

/** What is known of a request before its page runs. */
export interface PageBindings {
  readonly session: Session<DoorkeeperData>;
  /** The client's address; `null` when it is not known. */
  readonly address: string | null;
}

export interface PageEnv {
  readonly Bindings: PageBindings;
}

export type PageContext = Context<PageEnv>;
