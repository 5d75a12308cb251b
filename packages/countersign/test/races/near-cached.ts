// The same stores behind a near-cache on each node.

import { nearCache, type NearCache } from '../../src/stores/near-cache/index.js';
import type { StoreSetting } from './countersign-application.js';

/** In milliseconds. Long enough for a machine that is busy with other tests. */
const MAX_STALENESS = 2_000;

export function nearCached(setting: StoreSetting): StoreSetting {
  return {
    ...setting,
    name: `${setting.name} behind a near-cache`,
    bound: MAX_STALENESS,
    open: async (nodes, clock) => {
      const group = await setting.open(nodes, clock);
      const caches: NearCache[] = [];
      const members = group.members.map((member) => {
        const store = nearCache(member.store, { maxStaleness: `${MAX_STALENESS}ms`, clock });
        caches.push(store);
        return { ...member, store };
      });
      // Each once, at any time: a busy machine keeps one or another waiting for longer than it may believe.
      const settled = new Set<NearCache>();
      return {
        ...group,
        members,
        hits: () => caches.reduce((sum, cache) => sum + cache.stats().hits, 0),
        isSettled: () => {
          for (const cache of caches) if (hears(cache)) settled.add(cache);
          if (settled.size < caches.length || group.isSettled?.() === false) return false;
          settled.clear();
          return true;
        },
      };
    },
  };
}

/** Whether the cache answers, rather than send every check to the store. */
function hears(cache: NearCache): boolean {
  const { bypasses } = cache.stats();
  cache.peek('an id that nobody has');
  return cache.stats().bypasses === bypasses;
}
