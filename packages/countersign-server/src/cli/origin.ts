// Origins as an operator writes them and as this server derives them from where it listens.

import { isIPv6 } from 'node:net';

import { isThisMachine } from 'countersign';

import { Mistake } from '../mistake.js';
import { readUrl } from '../read-url.js';

/**
 * An origin in its one exact spelling. A slash at the end is forgiven; a path is not.
 * @throws Mistake with exit code 2
 */
export function parseOrigin(text: string): string {
  const url = readUrl(text);
  const isWeb = url?.protocol === 'https:' || url?.protocol === 'http:';
  if (url !== undefined && isWeb && `${url.origin}/` === url.href) return url.origin;
  throw new Mistake(
    `--origin ${JSON.stringify(text)} cannot be used.\nIt takes scheme and host as the browser shows them, such as --origin https://id.example.org`,
    { exitCode: 2 },
  );
}

/**
 * Mails lead to the first origin, so it has to be one that gives no token to the network.
 * @throws Mistake with exit code 2
 */
export function assertLinkOrigin([first]: readonly string[]): void {
  if (first === undefined || first.startsWith('https:') || isThisMachine(hostOf(first))) return;
  throw new Mistake(
    `--origin ${JSON.stringify(first)} cannot be the first one: the links in mails lead there, and over plain HTTP the network can read them. Browsers would keep no session either.\nPut a proxy with HTTPS in front, such as --origin https://id.example.org, or use --tls-self-signed with an origin of HTTPS.`,
    { exitCode: 2 },
  );
}

/** The host of an origin, without the brackets of IPv6. */
export function hostOf(origin: string): string {
  return new URL(origin).hostname.replaceAll(/[[\]]/g, '');
}

export interface Listening {
  readonly scheme: 'http' | 'https';
  /** As given by `--host`. */
  readonly host: string;
  readonly port: number;
}

/** Addresses that mean "all of this machine", which no browser can visit. */
const EVERYWHERE: ReadonlySet<string> = new Set(['0.0.0.0', '::']);

/** The origins under which a browser on this machine, or one that uses the host's name, finds us. */
export function deriveOrigins({ scheme, host, port }: Listening): readonly string[] {
  const hosts = ['localhost', '127.0.0.1', ...(EVERYWHERE.has(host) ? [] : [host])];
  const origins = hosts.map(
    (name) => new URL(`${scheme}://${isIPv6(name) ? `[${name}]` : name}:${port}`).origin,
  );
  return [...new Set(origins)];
}
