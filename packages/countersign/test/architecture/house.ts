// The house as tables: which room stands on which floor, and what only one room may touch. A new room
// is entered here first. The reasons are in docs/design/architecture.md.

/** Rooms of the library by floor. A room imports from lower floors only, not from its neighbours. */
export const FLOORS: Readonly<Record<string, number>> = {
  'errors.ts': 1,
  'clock.ts': 1,
  'listener.ts': 1,
  'read-url.ts': 1,
  'this-machine.ts': 1,
  'clock-option.ts': 2,
  'duration.ts': 2,
  'waiting.ts': 2,
  crypto: 2,
  cookie: 3,
  csrf: 3,
  session: 4,
  accounts: 4,
  // The entry `countersign`: what it names is loaded by everyone, so it stands below all drivers.
  'index.ts': 5,
  stores: 5,
  device: 5,
  flows: 5,
  mail: 5,
  testing: 5,
  http: 6,
  adapters: 7,
  compat: 8,
};

/** Something that only one place of a package may touch. */
export interface Reserved {
  readonly what: string;
  readonly modules: readonly string[];
  readonly names: readonly string[];
  /** Files, and folders with their slash. */
  readonly owners: readonly string[];
}

const CHANCE: Reserved = {
  what: 'chance',
  modules: [],
  names: ['Math.random'],
  owners: [],
};

/** It is wrong in Node 20.20 when it is called often: `readUrl` says how. */
const URL_QUESTION: Reserved = {
  what: 'asking for a URL',
  modules: [],
  names: ['URL.canParse'],
  owners: [],
};

export const RESERVED_IN_LIBRARY: readonly Reserved[] = [
  CHANCE,
  URL_QUESTION,
  {
    what: 'cryptography',
    modules: ['node:crypto', 'crypto'],
    names: ['crypto.getRandomValues', 'crypto.randomUUID', 'crypto.subtle'],
    owners: ['crypto/'],
  },
  {
    what: 'time',
    modules: ['node:timers', 'node:timers/promises', 'node:perf_hooks', 'timers', 'perf_hooks'],
    names: [
      'AbortSignal.timeout',
      'Date()',
      'Date.now',
      'new Date()',
      'performance.now',
      'process.hrtime',
      'setInterval',
      'setTimeout',
    ],
    owners: ['clock.ts'],
  },
  {
    // Peers load by subpaths of their own. Import() can be read by these rules; a made require cannot.
    what: 'a require of its own',
    modules: ['node:module', 'module'],
    names: [],
    owners: [
      'accounts/argon2.ts',
      'accounts/oidc.ts',
      'accounts/passkeys.ts',
      'stores/sqlite/open-database.ts',
    ],
  },
];

/** The doorkeeper takes its time from the library's clock; timers are its own. */
export const RESERVED_IN_SERVER: readonly Reserved[] = [
  CHANCE,
  URL_QUESTION,
  { what: 'time', modules: [], names: ['Date()', 'Date.now', 'new Date()'], owners: [] },
];

export const MAX_LINES = 400;
