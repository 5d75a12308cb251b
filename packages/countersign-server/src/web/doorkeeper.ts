// What the pages work with: the parts that `serve` puts together, and what a request brings along.

import type { Clock, Session, Sessions } from 'countersign';
import type { Accounts } from 'countersign/accounts';
import type { Flows } from 'countersign/flows';
import type { Context } from 'hono';

import type { Log } from '../log.js';
import type { Notice } from '../views/frame.js';
import type { Assets } from './assets.js';
import type { Outbox } from './mail-outbox.js';

/** What the doorkeeper keeps in a session. */
export interface DoorkeeperData {
  /** Said at the top of the next page, once. */
  readonly notice: Notice;
  /** What was asked for, and waits until the person has confirmed who they are. */
  readonly asked: Asked;
}

export interface Asked {
  /** Random, for the path of the page that asks: what waits in another tab is not taken for it. */
  readonly id: string;
  /** One of those in web/asked-actions.ts. */
  readonly action: string;
  /** What its form said. No secret. */
  readonly fields: Readonly<Record<string, string>>;
}

export interface Doorkeeper {
  readonly sessions: Sessions<DoorkeeperData>;
  readonly accounts: Accounts;
  readonly flows: Flows;
  /** What people call this service. */
  readonly serviceName: string;
  /** The mails of development; `undefined` where nobody may read them by a browser. */
  readonly outbox: Outbox | undefined;
  /** OpenID providers to sign in at, in the order of their file. */
  readonly providers: readonly ProviderName[];
  /** Whether browsers take passkeys from where this server is. */
  readonly hasPasskeys: boolean;
  /** Whether a link by mail signs in. */
  readonly hasSignInLinks: boolean;
  readonly assets: Assets;
  readonly clock: Clock;
  readonly log: Log;
}

export interface ProviderName {
  /** For forms and URLs, such as `example-id`. */
  readonly name: string;
  /** For people, such as `Example ID`. */
  readonly label: string;
  /** What its identities are known by. */
  readonly issuer: string;
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
