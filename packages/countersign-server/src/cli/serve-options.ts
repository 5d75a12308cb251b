// What `countersign serve` can be told, as values: defaults filled in, every value checked.

import { isIP } from 'node:net';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';

import { Mistake } from '../mistake.js';
import { readGiven, readPath, type Environment } from './given.js';
import {
  MAIL_FLAGS,
  parseMailOptions,
  parseServiceName,
  type MailOptions,
} from './mail-options.js';
import { assertLinkOrigin, parseOrigin } from './origin.js';
import { parseStoreOptions, STORE_FLAGS, type StoreOptions } from './store-options.js';

/** Which proxies are believed: none, this many hops, or these addresses and ranges. */
export type TrustedProxies = false | number | readonly string[];

export interface ServeOptions {
  /** 0 lets the system choose one. */
  readonly port: number;
  readonly host: string;
  /** An absolute path. */
  readonly dataFolder: string;
  readonly tls: 'none' | 'self-signed';
  /** Where browsers reach this server. Empty: derived from host and port. */
  readonly origins: readonly string[];
  readonly trustProxy: TrustedProxies;
  /** What people call this service: on pages, in mails, in their authenticator apps. */
  readonly serviceName: string;
  readonly mail: MailOptions;
  /** Whether a link by mail signs in. */
  readonly hasSignInLinks: boolean;
  /** Whether new passwords are looked up among those of breaches, at a service elsewhere. */
  readonly hasBreachCheck: boolean;
  /** The list of OpenID providers: an absolute path. Left out: there are none. */
  readonly providersFile?: string;
  readonly stores: StoreOptions;
}

/** What the options are read against. */
export interface Surroundings {
  /** What a relative path is relative to. */
  readonly folder: string;
  readonly env: Environment;
}

const DEFAULT_PORT = '4180';
const DEFAULT_HOST = '127.0.0.1';
const DEFAULT_DATA = './data';

const MOST_HOPS = 32;
const NAMED_PROXIES: ReadonlySet<string> = new Set(['loopback', 'private']);
const HOST_NAME = /^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/i;

/** Also what `--help` describes; a test holds them together. */
export const SERVE_FLAGS = {
  port: { type: 'string', short: 'p', default: DEFAULT_PORT },
  host: { type: 'string', default: DEFAULT_HOST },
  data: { type: 'string', default: DEFAULT_DATA },
  'tls-self-signed': { type: 'boolean', default: false },
  origin: { type: 'string', multiple: true, default: [] as string[] },
  'trust-proxy': { type: 'string' },
  name: { type: 'string' },
  ...MAIL_FLAGS,
  'no-sign-in-links': { type: 'boolean', default: false },
  'breach-check': { type: 'boolean', default: false },
  providers: { type: 'string' },
  ...STORE_FLAGS,
  help: { type: 'boolean', short: 'h', default: false },
  version: { type: 'boolean', short: 'v', default: false },
} as const;

/**
 * Reads the options after `serve`.
 * @param args such as `['--port', '8080']`
 * @throws Mistake with exit code 2
 */
export function parseServeOptions(
  args: readonly string[],
  surroundings: Surroundings,
): ServeOptions {
  const { values } = parseArgs({ args: [...args], options: SERVE_FLAGS });
  const { folder, env } = surroundings;
  const origins = [...new Set(values.origin.map((origin) => parseOrigin(origin)))];
  assertLinkOrigin(origins);
  const serviceName = parseServiceName(values.name, env);
  const providers = readGiven('providers', values.providers, env);
  return {
    port: parsePort(values.port),
    host: parseHost(values.host),
    dataFolder: resolve(folder, parseData(values.data)),
    tls: values['tls-self-signed'] ? 'self-signed' : 'none',
    origins,
    trustProxy: parseTrustProxy(values['trust-proxy']),
    serviceName,
    mail: parseMailOptions(values, surroundings, serviceName),
    hasSignInLinks: !values['no-sign-in-links'],
    hasBreachCheck: values['breach-check'],
    ...(providers === undefined
      ? {}
      : { providersFile: resolve(folder, readPath(providers, '/etc/countersign/providers.json')) }),
    stores: parseStoreOptions(values, surroundings),
  };
}

function parsePort(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (port >= 0 && port <= 65_535) return port;
  throw wrong('port', text, 'a whole number from 0 to 65535, such as --port 8080');
}

function parseHost(text: string): string {
  const host = text.replace(/^\[(.*)\]$/, '$1');
  if (isIP(host) !== 0 || HOST_NAME.test(host)) return host;
  throw wrong('host', text, 'an address or a host name without a port, such as --host 0.0.0.0');
}

function parseData(text: string): string {
  if (text.trim() !== '' && !text.includes('\0')) return text;
  throw wrong('data', text, 'a folder, such as --data /var/lib/countersign');
}

function parseTrustProxy(text: string | undefined): TrustedProxies {
  if (text === undefined || text === '0') return false;
  if (/^\d+$/.test(text) && Number(text) <= MOST_HOPS) return Number(text);
  const entries = text.split(',').map((entry) => entry.trim());
  if (entries.every((entry) => isProxy(entry))) return entries;
  throw wrong(
    'trust-proxy',
    text,
    `the number of proxies, 1 to ${MOST_HOPS}, or their addresses, such as --trust-proxy loopback or --trust-proxy 10.0.0.0/8,192.0.2.7`,
  );
}

/** An address, a range in CIDR notation, or a name that the library has for some. */
function isProxy(entry: string): boolean {
  const [address = '', prefix = '0', ...rest] = entry.split('/');
  const longest = isIP(address) === 6 ? 128 : 32;
  if (NAMED_PROXIES.has(entry)) return true;
  return (
    isIP(address) !== 0 &&
    rest.length === 0 &&
    /^\d{1,3}$/.test(prefix) &&
    Number(prefix) <= longest
  );
}

function wrong(flag: string, value: string, wanted: string): Mistake {
  return new Mistake(`--${flag} ${JSON.stringify(value)} cannot be used.\nIt takes ${wanted}.`, {
    exitCode: 2,
  });
}
