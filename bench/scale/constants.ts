// Every number that the simulation and the shopping list begin with, in three tables: what was asked,
// what the library does by default, what was measured, and what is assumed. The page that explains
// the results is docs/design/scale.md.

/** The question. */
export const ASKED = {
  /** Records in the store. */
  sessions: 100_000_000,
  /** Authenticated requests a second over all of them. */
  checksPerSecond: 1_000_000,
} as const;

/** Defaults of the library, in seconds where they are times. Source: docs/reference/policy.md and near-cache.md. */
export const DEFAULTS = {
  touch: 90,
  renewal: 900,
  /** How long the touches of a process are collected: session/touch-queue.ts. */
  touchCollected: 1,
  /** The absolute limit of a remembered session, 30 days. A site with so many sessions remembers them. */
  absolute: 2_592_000,
  maxEntries: 100_000,
} as const;

/** How people use it. Nothing here was measured: the rows of the table vary those that matter. */
export const ASSUMED = {
  /** Sessions of one user: a phone, a desk, a tablet. Shares of users with 1, 2 and 3. */
  devices: [0.6, 0.3, 0.1],
  /** The exponent of Zipf's law: the user of rank r sends in proportion to 1 / (r + offset) ** exponent. */
  zipf: 1,
  /** Checks a second that the busiest user sends. It settles the offset: people have a ceiling. */
  busiest: 2,
  /** A visit: so many pages, each with so many requests, so many seconds apart (means). */
  pagesPerVisit: 10,
  requestsPerPage: 3,
  secondsBetweenPages: 20,
  secondsBetweenRequests: 0.3,
  /** Share of requests that change the session's data. */
  patchShare: 0.01,
  /** Share of visits that end with signing out. */
  signOutShare: 0.01,
  /** Processes of the application, each with a near-cache of its own; one per core. */
  processes: 250,
  /** How busy a Redis server's one core may be on an ordinary day. */
  busyness: 0.5,
  /** Gigabytes of records in one Redis server at most, so that a copy for a replica is soon made. */
  gigabytesPerServer: 12,
} as const;

/**
 * What things cost, by the benchmarks of this folder on one core of the machine described in
 * docs/design/speed.md. Each names the one it comes from.
 */
export const MEASURED = {
  /** A signed-in session with two small keys, its index and expiry, in bytes: `bytes`. */
  bytesPerSession: { redis: 460, postgres: 830 },
  /** A session held in a near-cache, in bytes: docs/reference/near-cache.md. */
  bytesPerCachedSession: 840,
  /** CPU time of the application for one of each, in microseconds: `check`, `remote`, `costs`. */
  applicationMicros: { hit: 1.5, redisRead: 50, announcement: 2.3 },
  /** CPU time of a server for one of each, in microseconds: `costs`. */
  serverMicros: {
    redis: { reads: 5.9, touches: 7.6, renewals: 18, patches: 20, signIns: 51, signOuts: 26 },
    postgres: { reads: 77, touches: 30, renewals: 126, patches: 128, signIns: 434, signOuts: 207 },
  },
  /** The same for each connection that hears an announcement. */
  tellingMicros: { redis: 0.6, postgres: 21 },
  /** Bytes on the wire to and from Redis, without the headers of TCP and IP: `costs`. */
  wireBytes: {
    reads: 284,
    touches: 178,
    renewals: 360,
    patches: 276,
    signIns: 1_058,
    signOuts: 474,
    /** To one connection that listens. */
    announcement: 51,
  },
} as const;
