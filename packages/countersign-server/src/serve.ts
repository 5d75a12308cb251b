// `countersign serve`: makes or finds what it needs, runs until it is told to stop, and leaves
// everything in order.

import { join } from 'node:path';

import { CountersignError, systemClock } from 'countersign';
import { argon2Hasher } from 'countersign/accounts/argon2';

import { adviseOn, adviseOnKeys } from './cli/advice.js';
import { describeMail, isForDevelopment } from './cli/describe-mail.js';
import { describeStores } from './cli/describe-stores.js';
import { deriveOrigins } from './cli/origin.js';
import type { ServeOptions } from './cli/serve-options.js';
import { chooseStyle, startNotice, type StartFacts } from './cli/start-notice.js';
import { readVersion } from './cli/version.js';
import { startHttpServer, type HttpServer } from './http-server.js';
import { storeEvents } from './event-log.js';
import { createLog, type Log } from './log.js';
import { Mistake } from './mistake.js';
import { closeDoor, openDoor } from './open-door.js';
import { openCertificate, type Certificate } from './setup/certificate.js';
import { openDataFolder } from './setup/data-folder.js';
import { openKeysFile } from './setup/keys-file.js';
import { openMail, type OpenedMail } from './setup/mail.js';
import { openStores, type Stores } from './setup/stores.js';
import { waitForStop } from './stop-signal.js';
import { createApp, type App } from './web/app.js';
import { loadAssets, type Assets } from './web/assets.js';
import type { Doorkeeper } from './web/doorkeeper.js';
import { OUTBOX_PATH } from './web/places.js';
import { renderProblems } from './web/problems.js';

/** How long requests under way may take when the server stops. */
const DRAIN_MS = 10_000;

const clock = systemClock;

/**
 * Serves until SIGTERM or SIGINT.
 * @returns the exit code
 * @throws Mistake when it cannot start
 */
export async function serve(options: ServeOptions): Promise<number> {
  // Whatever is made from here on is for this user only.
  process.umask(0o077);
  try {
    return await openAndServe(options);
  } catch (cause) {
    // The library's own words name what is wrong and the remedy.
    if (!(cause instanceof CountersignError)) throw cause;
    throw new Mistake(cause.message, { exitCode: 1, cause });
  }
}

async function openAndServe(options: ServeOptions): Promise<number> {
  const dataFolder = openDataFolder(options.dataFolder);
  const keysPath = options.stores.keysFile ?? join(dataFolder.path, 'keys.json');
  const keysFile = openKeysFile(keysPath, clock.now());
  const certificate = await openTls(options, dataFolder.path);
  const log = createLog(clock, (line) => process.stderr.write(line));
  tellWarnings(log);
  const mail = await openMail({ ...options.mail, dataFolder: dataFolder.path, clock });
  const stores = await openStores({
    ...options.stores,
    dataFolder: dataFolder.path,
    clock,
    say: (line) => process.stdout.write(`${line}\n`),
  });
  const facts = {
    version: readVersion(),
    dataFolder,
    keysFile,
    certificate,
    stores: describeStores(options.stores),
    notes: [
      ...(dataFolder.note === undefined ? [] : [dataFolder.note]),
      ...adviseOn(options),
      ...adviseOnKeys(options, keysFile),
    ],
  };
  try {
    stores.sessions.subscribe?.(storeEvents(log));
    const { secrets } = keysFile;
    await serveUntilStopped({ options, secrets, stores, mail, certificate, facts, log });
  } finally {
    mail.close();
    await stores.close();
  }
  return 0;
}

/** What the library and Node warn of is a line of the log, and not a text of their own beside it. */
function tellWarnings(log: Log): void {
  process.removeAllListeners('warning');
  process.on('warning', ({ name, message }) => log.warning('warning', { name, message }));
}

async function openTls(options: ServeOptions, folder: string): Promise<Certificate | undefined> {
  if (options.tls === 'none') return undefined;
  const named = options.origins.map((origin) => new URL(origin).hostname.replaceAll(/[[\]]/g, ''));
  return openCertificate({ folder, hosts: [...named, options.host], now: clock.now() });
}

interface Opened {
  readonly options: ServeOptions;
  readonly secrets: readonly string[];
  readonly stores: Stores;
  readonly mail: OpenedMail;
  readonly certificate: Certificate | undefined;
  readonly facts: Omit<StartFacts, keyof Place>;
  readonly log: Log;
}

async function serveUntilStopped(opened: Opened): Promise<void> {
  const { server, door, place } = await listen(opened);
  try {
    // Listening for the signals first: whoever reads the notice may send one at once.
    const stopped = waitForStop(clock, () => process.exit(1));
    process.stdout.write(startNotice({ ...opened.facts, ...place }, chooseStyle(process.stdout)));
    await stopped;
    const isDrained = await server.stop(DRAIN_MS);
    if (!isDrained) opened.log.warning('requests-cut-off');
  } finally {
    await closeDoor(door);
  }
}

/** What is known when the server listens. */
type Place = Pick<StartFacts, 'url' | 'listensAt' | 'mail'>;

interface Served {
  readonly app: App;
  readonly door: Doorkeeper;
  readonly origins: readonly string[];
}

interface Listening {
  readonly server: HttpServer<Served>;
  readonly door: Doorkeeper;
  readonly place: Place;
}

async function listen(opened: Opened): Promise<Listening> {
  const { options, mail, certificate } = opened;
  const { host, origins: namedOrigins } = options;
  const scheme = certificate === undefined ? 'http' : 'https';
  const assets = loadAssets();
  const problems = await renderProblems(assets.paths);
  const server = await startHttpServer({
    host,
    port: options.port,
    tls: certificate,
    // Only now, as mails and providers lead to where it listens.
    open(port) {
      const origins =
        namedOrigins.length > 0 ? namedOrigins : deriveOrigins({ host, scheme, port });
      const door = openDoorAt(opened, origins, assets);
      const app = createApp(door, {
        origins,
        namedOrigins,
        trustProxy: options.trustProxy,
        problems,
        probe: () => opened.stores.probe(),
      });
      return { app, door, origins };
    },
  });
  const { door, origins } = server.served;
  const [url = ''] = origins;
  const outboxUrl = door.outbox === undefined ? undefined : `${url}${OUTBOX_PATH}`;
  const place = {
    url,
    listensAt: namedOrigins.length > 0 ? `${host} port ${server.port}` : undefined,
    mail: describeMail(options, { folder: mail.folder, outboxUrl }),
  };
  return { server, door, place };
}

function openDoorAt(opened: Opened, origins: readonly string[], assets: Assets): Doorkeeper {
  const { options, secrets, stores, mail, log } = opened;
  return openDoor({
    stores,
    hasher: argon2Hasher(),
    secrets,
    serviceName: options.serviceName,
    origins,
    mailer: mail.mailer,
    outbox: isForDevelopment(options) ? mail.outbox : undefined,
    assets,
    log,
    clock,
  });
}
