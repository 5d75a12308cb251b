// From figures to machines: cores, servers, memory and network, by the measured costs. Redis only: what
// PostgreSQL can carry of this is a matter of its commits, and is on the page.

import { ASKED, ASSUMED, MEASURED } from './constants.js';
import type { Figures } from './scenario.js';

const GIGA = 1e9;
/** The verbs that ask the store for something, as counted. */
const VERBS = ['reads', 'touches', 'renewals', 'patches', 'signIns', 'signOuts'] as const;

/** Cores that are fully busy, gigabytes, gigabits a second. */
export interface Budget {
  readonly operations: number;
  readonly deliveries: number;
  readonly redisCores: { readonly verbs: number; readonly telling: number };
  readonly applicationCores: {
    readonly hits: number;
    readonly reads: number;
    readonly hearing: number;
  };
  readonly gigabits: { readonly verbs: number; readonly telling: number };
  readonly storeGigabytes: number;
  readonly cacheMegabytes: number;
  /** Redis masters by what they do, by what they hold, and for a day without any near-cache. */
  readonly masters: {
    readonly forWork: number;
    readonly forMemory: number;
    readonly withoutCaches: number;
  };
}

/** @param cells parts of the site, each with processes and a Redis Cluster of its own: what is told stays inside */
export function budgetFor(figures: Figures, { cells }: { readonly cells: number }): Budget {
  const { redisMicros, wireBytes, applicationMicros } = MEASURED;
  const deliveries = (figures.announcements * figures.processes) / cells;
  const operations = VERBS.reduce((sum, verb) => sum + figures[verb], 0);
  const verbs = VERBS.reduce((sum, verb) => sum + figures[verb] * redisMicros[verb], 0) / 1e6;
  const telling = (deliveries * redisMicros.announcement) / 1e6;
  const verbBytes = VERBS.reduce((sum, verb) => sum + figures[verb] * wireBytes[verb], 0);
  const storeGigabytes = (ASKED.sessions * MEASURED.bytesPerSession.redis) / GIGA;
  const uncached = verbs + ((ASKED.checksPerSecond - figures.reads) * redisMicros.reads) / 1e6;
  return {
    operations,
    deliveries,
    redisCores: { verbs, telling },
    applicationCores: {
      hits: (figures.hits * applicationMicros.hit) / 1e6,
      reads: (figures.reads * applicationMicros.redisRead) / 1e6,
      hearing: (deliveries * applicationMicros.announcement) / 1e6,
    },
    gigabits: {
      verbs: (verbBytes * 8) / GIGA,
      telling: (deliveries * wireBytes.announcement * 8) / GIGA,
    },
    storeGigabytes,
    cacheMegabytes: (figures.entries * MEASURED.bytesPerCachedSession) / 1e6,
    masters: {
      forWork: Math.ceil((verbs + telling) / ASSUMED.busyness),
      forMemory: Math.ceil(storeGigabytes / ASSUMED.gigabytesPerServer),
      withoutCaches: Math.ceil(uncached + telling),
    },
  };
}
