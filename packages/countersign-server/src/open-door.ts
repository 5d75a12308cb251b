// Puts sessions, accounts and the flows between them together as the doorkeeper wants them.

import { createSessions, type Clock } from 'countersign';
import {
  createAccounts,
  createPasswordPolicy,
  createThrottle,
  type Accounts,
  type Mailer,
  type PasswordHasher,
  type PasswordScreen,
} from 'countersign/accounts';
import { createPasskeyCeremonies } from 'countersign/accounts/passkeys';
import {
  createFlows,
  createSessionReference,
  type Flows,
  type TrustedProvider,
} from 'countersign/flows';

import { accountEvents, sessionEvents } from './event-log.js';
import { errorFields, type Log } from './log.js';
import { passkeySiteOf } from './setup/passkey-site.js';
import type { Stores } from './setup/stores.js';
import type { Assets } from './web/assets.js';
import { describeUserAgent } from './web/describe-user-agent.js';
import type { Doorkeeper, DoorkeeperData } from './web/doorkeeper.js';
import type { Outbox } from './web/mail-outbox.js';
import { MAIL_PATHS } from './web/places.js';

/** What anyone would try in a password here (ASVS 6.1.2). */
const CONTEXT_WORDS = ['countersign', 'doorkeeper'];

/** How long mail that is being sent may take when the server stops. */
const LAST_MAIL_MS = 10_000;

export interface DoorOptions {
  readonly stores: Pick<Stores, 'sessions' | 'accounts' | 'oneTime' | 'throttle'>;
  readonly hasher: PasswordHasher;
  /** For the key ring, newest first. */
  readonly secrets: readonly string[];
  readonly serviceName: string;
  /** Where browsers reach this server. Mails and providers lead to the first one. */
  readonly origins: readonly string[];
  readonly mailer: Mailer;
  readonly outbox?: Outbox | undefined;
  readonly providers: readonly TrustedProvider[];
  /** Whether a link by mail signs in. */
  readonly hasSignInLinks: boolean;
  /** A second look at new passwords. */
  readonly screen?: PasswordScreen | undefined;
  readonly assets: Assets;
  readonly log: Log;
  readonly clock: Clock;
}

/** @throws CountersignError `configuration` for keys that are none, and origins that mails cannot lead to */
export function openDoor(options: DoorOptions): Doorkeeper {
  const { stores, secrets, serviceName, origins, assets, log, clock } = options;
  const sessions = createSessions<DoorkeeperData>({
    store: stores.sessions,
    keys: secrets,
    on: sessionEvents(log, createSessionReference(secrets)),
    clock,
  });
  const accounts = createAccounts({
    store: stores.accounts,
    hasher: options.hasher,
    keys: secrets,
    policy: createPasswordPolicy({ contextWords: contextWords(options) }),
    ...(options.screen === undefined ? {} : { screen: options.screen }),
    throttle: createThrottle({ store: stores.throttle, clock }),
    on: accountEvents(log),
    clock,
  });
  const flows = openFlows(sessions, accounts, options);
  return {
    sessions,
    accounts,
    flows,
    serviceName,
    outbox: options.outbox,
    providers: options.providers.map(({ provider }) => {
      const { name, label, issuer } = provider;
      return { name, label, issuer };
    }),
    hasPasskeys: passkeySiteOf(origins) !== undefined,
    hasSignInLinks: options.hasSignInLinks,
    assets,
    clock,
    log,
  };
}

function openFlows(
  sessions: Doorkeeper['sessions'],
  accounts: Accounts,
  { stores, serviceName, origins, mailer, providers }: DoorOptions,
): Flows {
  const site = passkeySiteOf(origins);
  return createFlows({
    sessions,
    accounts,
    serviceName,
    oneTime: stores.oneTime,
    providers,
    ...(site === undefined
      ? {}
      : {
          // So that a start does not wait for what its people may never use.
          passkeys: createPasskeyCeremonies({
            ...site,
            rpName: serviceName,
            loading: 'when-needed',
          }),
        }),
    mail: {
      mailer,
      origin: origins[0] ?? '',
      paths: MAIL_PATHS,
      deviceWords: (userAgent) => describeUserAgent(userAgent).words,
    },
  });
}

/** The names under which people know this service. */
function contextWords({ serviceName, origins }: DoorOptions): readonly string[] {
  return [...CONTEXT_WORDS, serviceName, ...origins.map((origin) => new URL(origin).hostname)];
}

/**
 * Ends what goes on after answers, and stores what is still to be stored. What does not answer keeps
 * nobody from stopping.
 */
export async function closeDoor({ sessions, flows, clock, log }: Doorkeeper): Promise<void> {
  await new Promise<void>((resolve) => {
    const cutOff = (): void => {
      log.warning('mails-cut-off');
      resolve();
    };
    const cancel = clock.after(LAST_MAIL_MS, cutOff, { keepsProcess: true });
    void flows.settled().then(() => {
      cancel();
      resolve();
    });
  });
  try {
    await sessions.close();
  } catch (cause) {
    log.warning('last-seen-lost', errorFields(cause));
  }
}
