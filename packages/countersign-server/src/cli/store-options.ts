// Where accounts and sessions are kept, as the operator chooses it. Each of these options can come from
// the environment too, since a URL may hold a password and the command line is seen by everyone on the
// machine. No message repeats a URL as it was written.

import { resolve } from 'node:path';

import {
  exampleOf,
  readGiven,
  readPath,
  wrongValue,
  type Environment,
  type Given,
} from './given.js';
import { parseStoreUrl, type StoreUrl } from './store-url.js';

export interface StoreOptions {
  /** PostgreSQL for accounts, and for sessions unless `sessions` is there. Left out: SQLite. */
  readonly database?: StoreUrl;
  /** Redis or Valkey for sessions. Left out: they are in the database. */
  readonly sessions?: StoreUrl;
  /** The bound of the near-cache in milliseconds; 0 for none. */
  readonly maxStaleness: number;
  /** How long to wait at start for a server that does not answer, in milliseconds. */
  readonly patience: number;
  /** An absolute path. Left out: in the data folder. */
  readonly keysFile?: string;
}

export const STORE_FLAGS = {
  database: { type: 'string' },
  sessions: { type: 'string' },
  'max-staleness': { type: 'string' },
  wait: { type: 'string' },
  keys: { type: 'string' },
} as const;

type Flag = keyof typeof STORE_FLAGS;

const DEFAULT_MAX_STALENESS = '2s';
const DEFAULT_PATIENCE = '30s';

/** A shorter bound would cost more heartbeats than reads; who wants none writes 0. */
const LEAST_STALENESS = 100;
const MOST_STALENESS = 60_000;
const MOST_PATIENCE = 3_600_000;

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000 };

/** As `parseArgs` gives them. */
type Values = Readonly<Partial<Record<Flag, string | undefined>>>;

/**
 * @param values from the command line; they win over the environment
 * @param place the environment, and what a relative path is relative to
 * @throws Mistake with exit code 2
 */
export function parseStoreOptions(
  values: Values,
  { folder, env }: { readonly folder: string; readonly env: Environment },
): StoreOptions {
  const database = readGiven('database', values.database, env);
  const sessions = readGiven('sessions', values.sessions, env);
  const keys = readGiven('keys', values.keys, env);
  return {
    ...(database === undefined ? {} : { database: parseStoreUrl('database', database) }),
    ...(sessions === undefined ? {} : { sessions: parseStoreUrl('sessions', sessions) }),
    maxStaleness: parseStaleness(readGiven('max-staleness', values['max-staleness'], env)),
    patience: parsePatience(readGiven('wait', values.wait, env)),
    ...(keys === undefined
      ? {}
      : { keysFile: resolve(folder, readPath(keys, '/etc/countersign/keys.json')) }),
  };
}

function parseStaleness(given: Given = { text: DEFAULT_MAX_STALENESS, name: '' }): number {
  const duration = parseDuration(given.text);
  if (duration === 0 || (duration >= LEAST_STALENESS && duration <= MOST_STALENESS))
    return duration;
  throw wrongValue(
    given,
    `a duration from 100ms to 1m, such as ${exampleOf(given.name, '2s')}, or 0`,
  );
}

function parsePatience(given: Given = { text: DEFAULT_PATIENCE, name: '' }): number {
  const duration = parseDuration(given.text);
  if (duration >= 0 && duration <= MOST_PATIENCE) return duration;
  throw wrongValue(given, `a duration of up to 60m, such as ${exampleOf(given.name, '30s')}, or 0`);
}

/** In milliseconds; seconds where no unit is written. `NaN` for what is no duration. */
function parseDuration(text: string): number {
  const [, number, unit = 's'] = /^(\d+(?:\.\d+)?)(ms|s|m)?$/.exec(text) ?? [];
  return Math.round(Number(number) * (UNIT_MS[unit] ?? Number.NaN));
}
