// From figures to machines: cores, servers, memory and network, by the measured costs.

import { ASKED, ASSUMED, MEASURED } from './constants.js';
import type { Figures } from './scenario.js';

const MILLION = 1e6;
const GIGA = 1e9;
/** The verbs that ask the store for something, as they are counted. */
const VERBS = ['reads', 'touches', 'renewals', 'patches', 'signIns', 'signOuts'] as const;

/** Cores that are fully busy, gigabits a second, counts a second. */
export interface RedisBudget {
  readonly operations: number;
  /** Announcements times those who hear them. */
  readonly deliveries: number;
  readonly serverCores: { readonly verbs: number; readonly telling: number };
  readonly applicationCores: {
    readonly hits: number;
    readonly reads: number;
    readonly hearing: number;
  };
  readonly gigabits: { readonly verbs: number; readonly telling: number };
  /** How many masters there have to be: for the work, for the memory, and with no near-cache in use. */
  readonly masters: {
    readonly forWork: number;
    readonly forMemory: number;
    readonly forBypass: number;
  };
}

/** @param cells parts of the site, each with processes and Redis of its own: what is told stays inside */
export function redisBudget(figures: Figures, { cells }: { readonly cells: number }): RedisBudget {
  const { serverMicros, tellingMicros, wireBytes, applicationMicros } = MEASURED;
  const deliveries = (figures.announcements * figures.processes) / cells;
  const sum = (weights: Readonly<Record<(typeof VERBS)[number], number>>): number =>
    VERBS.reduce((total, verb) => total + figures[verb] * weights[verb], 0);
  const verbs = sum(serverMicros.redis) / MILLION;
  const telling = (deliveries * tellingMicros.redis) / MILLION;
  const bypassed = verbs + (figures.hits * serverMicros.redis.reads) / MILLION;
  const gigabytes = (ASKED.sessions * MEASURED.bytesPerSession.redis) / GIGA;
  return {
    operations: VERBS.reduce((total, verb) => total + figures[verb], 0),
    deliveries,
    serverCores: { verbs, telling },
    applicationCores: {
      hits: (figures.hits * applicationMicros.hit) / MILLION,
      reads: (figures.reads * applicationMicros.redisRead) / MILLION,
      hearing: (deliveries * applicationMicros.announcement) / MILLION,
    },
    gigabits: {
      verbs: (sum(wireBytes) * 8) / GIGA,
      telling: (deliveries * wireBytes.announcement * 8) / GIGA,
    },
    masters: {
      forWork: Math.ceil((verbs + telling) / ASSUMED.busyness),
      forMemory: Math.ceil(gigabytes / ASSUMED.gigabytesPerServer),
      forBypass: Math.ceil(bypassed + telling),
    },
  };
}

/** Cores of one PostgreSQL primary for a part of the site, which has that part of the processes as well. */
export function postgresCores(
  figures: Figures,
  { part }: { readonly part: number },
): { readonly verbs: number; readonly telling: number; readonly bypass: number } {
  const { serverMicros, tellingMicros } = MEASURED;
  const micros = VERBS.reduce((sum, verb) => sum + figures[verb] * serverMicros.postgres[verb], 0);
  const deliveries = figures.announcements * part * figures.processes * part;
  return {
    verbs: (micros * part) / MILLION,
    telling: (deliveries * tellingMicros.postgres) / MILLION,
    bypass: (figures.hits * part * serverMicros.postgres.reads) / MILLION,
  };
}

/** Gigabytes of all sessions in the store, and megabytes of one near-cache. */
export function memoryFor(figures: Figures): {
  readonly redis: number;
  readonly postgres: number;
  readonly cache: number;
} {
  const { bytesPerSession, bytesPerCachedSession } = MEASURED;
  return {
    redis: (ASKED.sessions * bytesPerSession.redis) / GIGA,
    postgres: (ASKED.sessions * bytesPerSession.postgres) / GIGA,
    cache: (figures.entries * bytesPerCachedSession) / MILLION,
  };
}
