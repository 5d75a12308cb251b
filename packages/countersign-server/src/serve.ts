// `countersign serve`: makes or finds what it needs, runs until it is told to stop, and leaves
// everything in order.

import { join } from 'node:path';

import { CountersignError, systemClock } from 'countersign';

import { adviseOn, adviseOnKeys } from './cli/advice.js';
import { describeStores } from './cli/describe-stores.js';
import type { ServeOptions } from './cli/serve-options.js';
import { chooseStyle, startNotice, type StartFacts } from './cli/start-notice.js';
import { readVersion } from './cli/version.js';
import { storeEvents } from './event-log.js';
import { listen, type Opened, type Place } from './listen.js';
import { createLog, type Log } from './log.js';
import { Mistake } from './mistake.js';
import { closeDoor } from './open-door.js';
import { openCertificate, type Certificate } from './setup/certificate.js';
import { openDataFolder } from './setup/data-folder.js';
import { openKeysFile } from './setup/keys-file.js';
import { openMail } from './setup/mail.js';
import { readProvidersFile, type ProvidersFile } from './setup/providers-file.js';
import { openStores } from './setup/stores.js';
import { waitForStop } from './stop-signal.js';

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
  const providers = readProviders(options);
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
    const opened = { options, secrets, providers, stores, mail, certificate, log, clock };
    await serveUntilStopped(opened, facts);
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

function readProviders({ providersFile }: ServeOptions): ProvidersFile | undefined {
  return providersFile === undefined ? undefined : readProvidersFile(providersFile);
}

async function openTls(options: ServeOptions, folder: string): Promise<Certificate | undefined> {
  if (options.tls === 'none') return undefined;
  const named = options.origins.map((origin) => new URL(origin).hostname.replaceAll(/[[\]]/g, ''));
  return openCertificate({ folder, hosts: [...named, options.host], now: clock.now() });
}

async function serveUntilStopped(
  opened: Opened,
  facts: Omit<StartFacts, keyof Place>,
): Promise<void> {
  const { server, door, place } = await listen(opened);
  try {
    // Listening for the signals first: whoever reads the notice may send one at once.
    const stopped = waitForStop(clock, () => process.exit(1));
    process.stdout.write(startNotice({ ...facts, ...place }, chooseStyle(process.stdout)));
    opened.mail.check(opened.log);
    await stopped;
    const isDrained = await server.stop(DRAIN_MS);
    if (!isDrained) opened.log.warning('requests-cut-off');
  } finally {
    opened.mail.endRetries();
    await closeDoor(door);
  }
}
