// `countersign serve`: makes or finds what it needs, runs until it is told to stop, and leaves
// everything in order.

import { join } from 'node:path';

import { CountersignError, systemClock } from 'countersign';
import { argon2Hasher } from 'countersign/accounts/argon2';

import { adviseOn, adviseOnKeys } from './cli/advice.js';
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
import { openStores, type Stores } from './setup/stores.js';
import { waitForStop } from './stop-signal.js';
import { createApp } from './web/app.js';
import type { Doorkeeper } from './web/doorkeeper.js';
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
    const { secrets } = keysFile;
    const door = openDoor({ stores, hasher: argon2Hasher(), secrets, log, clock });
    stores.sessions.subscribe?.(storeEvents(log));
    try {
      await serveUntilStopped({ options, door, stores, certificate, facts, log });
    } finally {
      await closeDoor(door);
    }
  } finally {
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
  readonly door: Doorkeeper;
  readonly stores: Stores;
  readonly certificate: Certificate | undefined;
  readonly facts: Omit<StartFacts, 'url' | 'listensAt'>;
  readonly log: Log;
}

async function serveUntilStopped(opened: Opened): Promise<void> {
  const { server, ...place } = await listen(opened);
  // Listening for the signals first: whoever reads the notice may send one at once.
  const stopped = waitForStop(clock, () => process.exit(1));
  process.stdout.write(startNotice({ ...opened.facts, ...place }, chooseStyle(process.stdout)));
  await stopped;
  const isDrained = await server.stop(DRAIN_MS);
  if (!isDrained) opened.log.warning('requests-cut-off');
}

type Place = Pick<StartFacts, 'url' | 'listensAt'>;

async function listen(opened: Opened): Promise<Place & { readonly server: HttpServer }> {
  const { options, door, stores, certificate } = opened;
  const { host, origins: namedOrigins, trustProxy } = options;
  const scheme = certificate === undefined ? 'http' : 'https';
  const originsAt = (port: number): readonly string[] =>
    namedOrigins.length > 0 ? namedOrigins : deriveOrigins({ host, scheme, port });
  const problems = await renderProblems(door.assets.paths);
  const server = await startHttpServer({
    host,
    port: options.port,
    tls: certificate,
    createApp: (port) =>
      createApp(door, {
        origins: originsAt(port),
        namedOrigins,
        trustProxy,
        problems,
        probe: () => stores.probe(),
      }),
  });
  return {
    server,
    url: originsAt(server.port)[0] ?? '',
    listensAt: namedOrigins.length > 0 ? `${host} port ${server.port}` : undefined,
  };
}
