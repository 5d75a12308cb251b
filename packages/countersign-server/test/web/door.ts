// The whole web side over a database of its own and a clock that is moved by hand.

import type { Mail, PasswordHasher, PasswordScreen } from 'countersign/accounts';
import type { TrustedProvider } from 'countersign/flows';
import type { FolderMailContent } from 'countersign/mail';
import { createFakeClock, type FakeClock } from 'countersign/testing';
import { onTestFinished } from 'vitest';

import { createLog } from '../../src/log.js';
import { closeDoor, openDoor } from '../../src/open-door.js';
import { openDatabase } from '../../src/setup/database.js';
import type { OpenedDatabase } from '../../src/setup/opened.js';
import { joinStores, type Stores } from '../../src/setup/stores.js';
import { createApp, type App } from '../../src/web/app.js';
import { loadAssets } from '../../src/web/assets.js';
import type { Doorkeeper } from '../../src/web/doorkeeper.js';
import { createOutbox, type Outbox } from '../../src/web/mail-outbox.js';
import { renderProblems } from '../../src/web/problems.js';
import { ORIGIN, Visitor } from './visitor.js';

export const NAME = 'ada@example.org';
export const PASSWORD = 'velvet otter paints slowly';
export const OTHER_PASSWORD = 'nine quiet lamps in rain';

const SECRET = 'a secret of the tests, with 32 bytes and more';

/** Read and compressed once: they are the same for all doors. */
const ASSETS = loadAssets();

/** Hashes nothing, which takes no time. The real one is met in the tests of the running program. */
export const plainHasher: PasswordHasher = {
  hash: (password) => Promise.resolve(`plain:${password}`),
  verify: (stored, password) =>
    Promise.resolve(
      stored === `plain:${password}`
        ? { match: true, needsRehash: false }
        : { match: false, reason: 'mismatch' },
    ),
};

export interface Door extends Doorkeeper {
  readonly app: App;
  readonly clock: FakeClock;
  readonly database: OpenedDatabase;
  /** What was sent, oldest first. Mail goes out after the answer: `await door.flows.settled()` first. */
  readonly mails: readonly Mail[];
  /** The log, one entry for each line. */
  readonly entries: readonly Readonly<Record<string, unknown>>[];
}

export interface TestDoorOptions {
  /** Where browsers reach it. Default: where a `Visitor` does. */
  readonly origin?: string;
  readonly namedOrigins?: readonly string[];
  readonly hasher?: PasswordHasher;
  readonly serviceName?: string;
  /** What sending a mail does besides keeping it. */
  readonly send?: (mail: Mail) => Promise<void>;
  /** Default: none. */
  readonly providers?: readonly TrustedProvider[];
  /** Default: `shown`, to loopback addresses. */
  readonly outbox?: 'shown' | 'hidden';
  /** Those of other doors too. Default: in a database of its own. */
  readonly stores?: Stores;
  /** Default: true. */
  readonly hasSignInLinks?: boolean;
  readonly screen?: PasswordScreen;
  /** That of other doors too. */
  readonly clock?: FakeClock;
}

export async function openTestDoor(options: TestDoorOptions = {}): Promise<Door> {
  const { clock = createFakeClock(), origin = ORIGIN } = options;
  const database = openDatabase(':memory:', clock);
  const own = joinStores({ database, maxStaleness: 0, clock });
  const { stores = own } = options;
  const entries: Record<string, unknown>[] = [];
  const log = createLog(clock, (line) => entries.push(JSON.parse(line) as Record<string, unknown>));
  const mails: Mail[] = [];
  const mailer = {
    send(mail: Mail): Promise<void> {
      mails.push(mail);
      return options.send?.(mail) ?? Promise.resolve();
    },
  };
  const door = openDoor({
    stores,
    hasher: options.hasher ?? plainHasher,
    secrets: [SECRET],
    serviceName: options.serviceName ?? 'Countersign',
    origins: [origin],
    mailer,
    providers: options.providers ?? [],
    hasSignInLinks: options.hasSignInLinks ?? true,
    screen: options.screen,
    outbox: options.outbox === 'hidden' ? undefined : outboxOf(mails, clock),
    assets: ASSETS,
    log,
    clock,
  });
  onTestFinished(async () => {
    await closeDoor(door);
    await stores.close();
    if (stores !== own) await own.close();
  });
  const app = createApp(door, {
    origins: [origin],
    namedOrigins: options.namedOrigins ?? [],
    trustProxy: false,
    problems: await renderProblems(door.assets.paths),
    probe: () => stores.probe(),
  });
  return { ...door, app, clock, database, mails, entries };
}

/** The mails as the folder of development lists them, named by their numbers. */
function outboxOf(mails: readonly Mail[], clock: FakeClock): Outbox {
  const contents = (): readonly FolderMailContent[] =>
    mails.map(({ html, ...mail }, index) => ({
      ...mail,
      name: String(index),
      date: clock.now(),
      html: html ?? null,
    }));
  return createOutbox({
    list: () => Promise.resolve(contents().toReversed()),
    read: (name) => Promise.resolve(contents().find((mail) => mail.name === name) ?? null),
  });
}

/** Path and query of the link in a mail. */
export function linkIn(mail: Mail | undefined): string {
  const link = /https?:\/\/\S+\?token=\S+/.exec(mail?.text ?? '')?.[0];
  if (link === undefined) throw new Error(`There is no link in: ${mail?.text ?? 'no mail'}`);
  const { pathname, search } = new URL(link);
  return `${pathname}${search}`;
}

/**
 * Somebody who has just created an account, and is signed in. A name that is an address of mail is made
 * by mail, as the pages do it; any other is one that was imported.
 */
export async function signUp(
  door: Door,
  options: { name?: string; userAgent?: string } = {},
): Promise<Visitor> {
  const visitor = new Visitor(door.app, options);
  const name = options.name ?? NAME;
  if (!name.includes('@')) {
    const made = await door.accounts.register({ name, password: PASSWORD });
    if (!made.ok) throw new Error(`The account was not made: ${made.reason}`);
    return signIn(door, options);
  }
  await visitor.post('/sign-up', { address: name });
  await door.flows.settled();
  const { location } = await visitor.get(linkIn(door.mails.at(-1)));
  const page = await visitor.post(location ?? '', { password: PASSWORD, repeated: PASSWORD });
  if (page.status !== 303) throw new Error(`Sign-up was answered with ${page.status}`);
  return visitor;
}

/** The same person in another browser. */
export async function signIn(
  door: Door,
  options: { name?: string; password?: string; userAgent?: string; remember?: boolean } = {},
): Promise<Visitor> {
  const visitor = new Visitor(door.app, options);
  const page = await visitor.post('/sign-in', {
    name: options.name ?? NAME,
    password: options.password ?? PASSWORD,
    ...(options.remember === true ? { remember: 'yes' } : {}),
  });
  if (page.status !== 303) throw new Error(`Sign-in was answered with ${page.status}`);
  return visitor;
}
