// Each race notices the fault that it is there for: stores that do what careless ones do. Without this a
// scenario that races nothing would look like a promise that is kept.

import { setImmediate } from 'node:timers/promises';

import {
  alteredStore,
  findLateAcceptances,
  raceCopies,
  raceEnding,
  raceEndOthers,
  raceIncrements,
  raceKeys,
  raceRenewal,
  raceSignOut,
  raceStampede,
  type Application,
} from 'countersign-races';
import { afterEach, expect, test } from 'vitest';

import type { Clock, SessionRecord, SessionStore } from '../../src/index.js';
import { startCountersign, type StoreSetting } from './countersign-application.js';
import { memory } from './local-stores.js';
import { nearCached } from './near-cached.js';

type Fault = (store: SessionStore, clock: Clock) => Partial<SessionStore>;

const applications: Application[] = [];

afterEach(async () => {
  for (const application of applications.splice(0)) await application.stop();
});

/** Three nodes on memory, each with its own faulty way to it. */
async function start(fault: Fault): Promise<Application> {
  const setting: StoreSetting = {
    ...memory,
    open: async (nodes, clock) => {
      const group = await memory.open(nodes, clock);
      const members = group.members.map(({ store }) => ({
        store: alteredStore(store, fault(store, clock)),
      }));
      return { ...group, members };
    },
  };
  const application = await startCountersign(setting, { nodes: 3 });
  applications.push(application);
  return application;
}

test('1: a patch that replaces all data loses keys', async () => {
  const stored = new Set<string>();
  const figures = await raceKeys(
    await start((store) => ({
      patch: (id, { set }, guard) => {
        const remove = new Set([...stored].filter((key) => !set.has(key)));
        for (const key of set.keys()) stored.add(key);
        return store.patch(id, { set, remove }, guard);
      },
    })),
    20,
  );
  expect(figures).toEqual({ done: 20, kept: 1 });
});

test('2: an update that does not compare revisions loses increments', async () => {
  const figures = await raceIncrements(
    await start((store) => ({ patch: (id, change) => store.patch(id, change, {}) })),
    20,
  );
  expect(figures.done).toBe(20);
  expect(figures.kept).toBeLessThan(20);
});

test('3: a patch that creates revives a session', async () => {
  const known = new Map<string, SessionRecord>();
  const figures = await raceSignOut(
    await start((store) => ({
      insert: (record, guard) => {
        known.set(record.id, record);
        return store.insert(record, guard);
      },
      patch: async (id, change, guard) => {
        const outcome = await store.patch(id, change, guard);
        const record = known.get(id);
        if (outcome !== 'missing' || record === undefined) return outcome;
        await store.insert(record, {});
        return 'ok';
      },
    })),
    2,
  );
  expect(figures).toEqual({ trials: 2, revived: 2, revivedForLong: 2, acknowledged: 2 });
});

test('4: an insert that does not compare the epoch lets sign-ins survive', async () => {
  const figures = await raceEndOthers(
    await start((store) => ({ insert: (record) => store.insert(record, {}) })),
    { rounds: 3, signIns: 5 },
  );
  expect(figures.survived).toBeGreaterThanOrEqual(5);
  expect(figures.survivedForLong).toBe(figures.survived);
});

test('4: an ending that spares nobody loses the session that asked', async () => {
  const figures = await raceEndOthers(
    await start((store) => ({ endUser: (userId) => store.endUser(userId, {}) })),
    { rounds: 1, signIns: 1 },
  );
  expect(figures.askerLost).toBe(1);
});

test('5: a renewal without overlap signs an honest user out', async () => {
  const figures = await raceRenewal(
    await start((store) => ({
      renew: (id, from, to) => store.renew(id, from, { ...to, previous: null }),
    })),
    { seed: 1, bursts: 6, parallel: 100 },
  );
  expect(figures.refused).toBeGreaterThan(0);
});

test('5: a previous secret that stays good keeps copies', async () => {
  const figures = await raceCopies(
    await start((store) => ({
      renew: (id, from, to) => {
        const previous = to.previous === null ? null : { ...to.previous, until: Infinity };
        return store.renew(id, from, { ...to, previous });
      },
    })),
  );
  expect(figures).toEqual({ copies: 2, kept: 2, ended: 0 });
});

test('6: a cache that hears of an ending late accepts until then', async () => {
  const LATE_MS = 1_000;
  let endedAt = Infinity;
  const hearingLate: Fault = (store, clock) => {
    const held = new Map<string, SessionRecord>();
    return {
      read: async (id) => {
        const record = clock.now() < endedAt + LATE_MS ? held.get(id) : undefined;
        if (record !== undefined) return record;
        const read = await store.read(id);
        if (read !== null) held.set(id, read);
        return read;
      },
      end: async (ids) => {
        const ended = await store.end(ids);
        endedAt = clock.now();
        return ended;
      },
    };
  };
  const { history, delays, neverRefused } = await raceEnding(await start(hearingLate), {
    trials: 1,
    lanes: 2,
    patience: 10 * LATE_MS,
  });
  expect(findLateAcceptances(history, 0)).not.toEqual([]);
  expect(findLateAcceptances(history, LATE_MS + 1)).toEqual([]);
  expect(Math.min(...delays)).toBeGreaterThan(0);
  expect(neverRefused).toBe(0);
});

test('6: a near-cache whose announcements are lost in silence accepts past its bound', async () => {
  const deaf: StoreSetting = {
    ...memory,
    open: async (nodes, clock) => {
      const group = await memory.open(nodes, clock);
      const members = group.members.map(({ store }) => ({ store: withoutAnnouncements(store) }));
      return { ...group, members };
    },
  };
  const setting = nearCached(deaf);
  const application = await startCountersign(setting, { nodes: 3 });
  applications.push(application);
  const { history, neverRefused } = await raceEnding(application, {
    trials: 1,
    lanes: 1,
    patience: setting.bound + 100,
  });
  expect(findLateAcceptances(history, setting.bound)).not.toEqual([]);
  expect(neverRefused).toBe(2);
});

/** It promises to have told everything, and tells nothing. */
function withoutAnnouncements(store: SessionStore): SessionStore {
  return alteredStore(store, {
    subscribe: (listener) => {
      listener.heard?.(Infinity);
      return () => undefined;
    },
  });
}

test('6: a node that never looks again is given up', async () => {
  const figures = await raceEnding(
    await start((store) => {
      const held = new Map<string, SessionRecord>();
      return {
        read: async (id) => {
          const record = held.get(id) ?? (await store.read(id));
          if (record !== null) held.set(id, record);
          return record;
        },
      };
    }),
    { trials: 1, lanes: 1, patience: 100 },
  );
  expect(figures.neverRefused).toBe(2);
  expect(figures.acceptedForLong).toBe(2);
});

test('7: a renewal that does not compare offers and promotes many times', async () => {
  const figures = await raceStampede(
    await start((store) => ({
      // Answered late, so that all have read before the first of them renews.
      read: async (id) => {
        const record = await store.read(id);
        await setImmediate();
        return record;
      },
      renew: (id, _, to) => {
        const record = store.read(id);
        if (record instanceof Promise) throw new TypeError('Memory answers at once');
        return record === null ? 'missing' : store.renew(id, record.renewal, to);
      },
    })),
    60,
  );
  expect(figures.offers).toBeGreaterThan(1);
  expect(figures.promotions).toBeGreaterThan(1);
});
