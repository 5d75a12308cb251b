// URLs of PostgreSQL and Redis servers. What is said of one never has its password in it, nor any part
// of a text that could not be read.

import { Mistake } from '../mistake.js';
import { readUrl } from '../read-url.js';
import { isExposed, type Given } from './given.js';

export type StoreFlag = 'database' | 'sessions';

export interface StoreUrl {
  /** For the driver. A secret. */
  readonly url: string;
  /** What may be said of it, such as `PostgreSQL at db.example:5432/countersign`. */
  readonly place: string;
  readonly flag: StoreFlag;
  /** How the operator gave it: `--database` or `COUNTERSIGN_DATABASE`. */
  readonly name: string;
  /** Whether a password stands where other users of the machine can see it. */
  readonly isExposed: boolean;
}

interface Scheme {
  readonly product: 'PostgreSQL' | 'Redis' | 'Valkey';
  /** As the driver wants it written. */
  readonly driver: string;
}

interface Kind {
  readonly schemes: Readonly<Record<string, Scheme>>;
  readonly port: string;
  readonly example: string;
  readonly otherwise: string;
}

const POSTGRES: Scheme = { product: 'PostgreSQL', driver: 'postgres:' };

const KINDS = {
  database: {
    schemes: { 'postgres:': POSTGRES, 'postgresql:': POSTGRES },
    port: '5432',
    example: 'postgres://countersign@db.example.org:5432/countersign',
    otherwise: 'Without it, accounts and sessions are in an SQLite file in the data folder.',
  },
  sessions: {
    schemes: {
      'redis:': { product: 'Redis', driver: 'redis:' },
      'rediss:': { product: 'Redis', driver: 'rediss:' },
      'valkey:': { product: 'Valkey', driver: 'redis:' },
      'valkeys:': { product: 'Valkey', driver: 'rediss:' },
    },
    port: '6379',
    example: 'redis://cache.example.org:6379',
    otherwise: 'Without it, sessions are in the database, beside the accounts.',
  },
} as const satisfies Record<StoreFlag, Kind>;

const ENCODED =
  'Characters such as / ? # @ % in a user name, a password or a value have to be percent-encoded';

/**
 * Reads the URL of a server.
 * @throws Mistake with exit code 2
 */
export function parseStoreUrl(flag: StoreFlag, given: Given): StoreUrl {
  const { text, name } = given;
  const kind: Kind = KINDS[flag];
  const url = readUrl(text);
  if (url === undefined) throw mistake(kind, name, `is no URL. ${ENCODED}`);
  const scheme = kind.schemes[url.protocol];
  const hasScheme = url.href.startsWith(`${url.protocol}//`);
  if (scheme === undefined || !hasScheme)
    throw mistake(kind, name, strangeBeginning(url, hasScheme));
  // It was to end user and password, which were cut off before it: the rest is no host, port or path to tell.
  if (`${url.pathname}${url.search}${url.hash}`.includes('@'))
    throw mistake(kind, name, `has an @ behind its host. ${ENCODED}`);
  // PostgreSQL's own way to name the folder of a Unix socket.
  const host = flag === 'database' ? url.searchParams.get('host') : null;
  if (url.hostname === '' && (host ?? '') === '') throw mistake(kind, name, 'names no host');
  const hasPassword = url.password !== '' || url.searchParams.has('password');
  return {
    url: `${scheme.driver}${text.trim().slice(url.protocol.length)}`,
    place: `${scheme.product} at ${placeOf(url, kind)}`,
    flag,
    name,
    isExposed: hasPassword && isExposed(given),
  };
}

/** Where the scheme was forgotten, it begins with a user or a password in place of one. */
function strangeBeginning({ protocol }: URL, hasScheme: boolean): string {
  return hasScheme
    ? `begins with ${JSON.stringify(protocol)}, which is not known here`
    : 'has no scheme in front';
}

/** Host, port and database, and nothing else of the URL. */
function placeOf(url: URL, { port }: Kind): string {
  const host = url.hostname === '' ? (url.searchParams.get('host') ?? '') : url.hostname;
  // A host that is a folder is that of a Unix socket.
  const at = host.startsWith('/') ? host : `${host}:${url.port === '' ? port : url.port}`;
  return url.pathname === '/' ? at : `${at}${url.pathname}`;
}

function mistake({ schemes, example, otherwise }: Kind, name: string, problem: string): Mistake {
  const known = Object.keys(schemes).map((scheme) => `${scheme}//`);
  return new Mistake(
    `${name} ${problem}.\nIt takes a URL that begins with ${known.join(' or ')}, such as ${example}. ${otherwise}`,
    { exitCode: 2 },
  );
}
