// Opens the door where it listens: mails and providers lead back there, so the port comes first.

import { breachCheck } from 'countersign/accounts';
import { argon2Hasher } from 'countersign/accounts/argon2';
import type { Clock } from 'countersign';

import { describeMail, isForDevelopment } from './cli/describe-mail.js';
import { deriveOrigins } from './cli/origin.js';
import type { ServeOptions } from './cli/serve-options.js';
import type { StartFacts } from './cli/start-notice.js';
import { startHttpServer, type HttpServer } from './http-server.js';
import type { Log } from './log.js';
import { openDoor } from './open-door.js';
import type { Certificate } from './setup/certificate.js';
import type { OpenedMail } from './setup/mail.js';
import { openProviders, providerCallback, type ProvidersFile } from './setup/providers-file.js';
import type { Stores } from './setup/stores.js';
import { createApp, type App } from './web/app.js';
import { loadAssets, type Assets } from './web/assets.js';
import type { Doorkeeper } from './web/doorkeeper.js';
import { OUTBOX_PATH } from './web/places.js';
import { renderProblems } from './web/problems.js';

/** What is open already. */
export interface Opened {
  readonly options: ServeOptions;
  readonly secrets: readonly string[];
  readonly providers: ProvidersFile | undefined;
  readonly stores: Stores;
  readonly mail: OpenedMail;
  readonly certificate: Certificate | undefined;
  readonly log: Log;
  readonly clock: Clock;
}

/** What is known when the server listens. */
export type Place = Pick<StartFacts, 'url' | 'listensAt' | 'mail' | 'providers'>;

interface Served {
  readonly app: App;
  readonly door: Doorkeeper;
  readonly origins: readonly string[];
}

export interface Listening {
  readonly server: HttpServer<Served>;
  readonly door: Doorkeeper;
  readonly place: Place;
}

/** @throws Mistake when nothing can listen there, or a provider cannot be used */
export async function listen(opened: Opened): Promise<Listening> {
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
    providers: {
      labels: door.providers.map(({ label }) => label),
      callback: providerCallback(url, '<name>'),
    },
  };
  return { server, door, place };
}

function openDoorAt(opened: Opened, origins: readonly string[], assets: Assets): Doorkeeper {
  const { options, secrets, providers, stores, mail, log, clock } = opened;
  return openDoor({
    stores,
    hasher: argon2Hasher(),
    secrets,
    serviceName: options.serviceName,
    origins,
    mailer: mail.mailer,
    providers:
      providers === undefined ? [] : openProviders(providers, { origin: origins[0] ?? '', clock }),
    outbox: isForDevelopment(options) ? mail.outbox : undefined,
    hasSignInLinks: options.hasSignInLinks,
    screen: options.hasBreachCheck ? breachCheck({ clock }) : undefined,
    assets,
    log,
    clock,
  });
}
