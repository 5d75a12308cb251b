// Faults of a store driver, seen from the session layer: verbs that are not what the contract says.

import { mergeData } from '../../../../src/session/data.js';
import type { SessionRecord } from '../../../../src/session/record.js';
import type { InsertGuard } from '../../../../src/session/store.js';
import type { MemoryStore } from '../../../../src/stores/memory/session-store.js';
import { TIMES } from '../times.js';
import { COPIES, ENDED, LIMITS, STAYS, WRITES, type PlantCase } from './plant-case.js';

/** Puts a record in the place of the one with its id, past all guards. */
function overwrite(store: MemoryStore, record: SessionRecord): void {
  store.end([record.id]);
  store.insert(record, {});
}

function without(guard: InsertGuard, name: keyof InsertGuard): InsertGuard {
  return Object.fromEntries(Object.entries(guard).filter(([key]) => key !== name));
}

/** Everything that was ever inserted, for verbs that bring it back. */
function remembering(store: MemoryStore) {
  const records = new Map<string, SessionRecord>();
  return {
    records,
    insert: (record: SessionRecord, guard: InsertGuard) => {
      records.set(record.id, record);
      return store.insert(record, guard);
    },
  };
}

export const STORE_PLANTS: readonly PlantCase[] = [
  {
    fault: 'a patch that creates',
    breaks: [ENDED],
    plant: () => ({
      store: (store) => {
        const { records, insert } = remembering(store);
        return {
          insert,
          patch: (id, change, guard) => {
            const record = records.get(id);
            if (store.read(id) === null && record !== undefined) {
              store.insert({ ...record, data: mergeData('{}', change) }, {});
              return 'ok';
            }
            return store.patch(id, change, guard);
          },
        };
      },
    }),
  },
  {
    fault: 'a patch that says ok where there is nothing',
    breaks: [ENDED],
    plant: () => ({
      store: (store) => ({
        patch: (id, change, guard) => {
          const outcome = store.patch(id, change, guard);
          return outcome === 'missing' ? 'ok' : outcome;
        },
      }),
    }),
  },
  {
    fault: 'a touch that brings an ended session back',
    breaks: [ENDED],
    plant: () => ({
      store: (store) => {
        const { records, insert } = remembering(store);
        return {
          insert,
          touch: (batch) => {
            for (const { id, seen } of batch) {
              const record = records.get(id);
              if (store.read(id) === null && record !== undefined) {
                store.insert({ ...record, lastSeenAt: seen }, {});
              }
            }
            store.touch(batch);
          },
        };
      },
    }),
  },
  {
    fault: 'a touch that extends the absolute limit',
    breaks: [LIMITS],
    plant: () => ({
      store: (store) => ({
        touch: (batch) => {
          store.touch(batch);
          for (const { id, seen } of batch) {
            const record = store.read(id);
            if (record !== null) {
              overwrite(store, { ...record, expiresAt: seen + TIMES.absolute });
            }
          }
        },
      }),
    }),
  },
  {
    fault: 'a touch that is never stored',
    breaks: [STAYS],
    plant: () => ({ store: () => ({ touch: () => undefined }) }),
  },
  {
    fault: 'an ending of a user that misses a sign-in under way',
    breaks: [ENDED],
    racing: true,
    subject: 'endings',
    plant: () => ({
      store: (store, gate) => ({
        endUser: async (userId, { except }) => {
          if (except !== undefined) return store.endUser(userId, { except });
          const listed = store.list(userId).map(({ id }) => id);
          await gate.turn('endUser, after its list');
          const missed = store.list(userId).find(({ id }) => !listed.includes(id))?.id;
          return store.endUser(userId, missed === undefined ? {} : { except: missed });
        },
      }),
    }),
  },
  {
    fault: 'an ending of a user that does not raise the epoch',
    breaks: [ENDED],
    plant: () => ({
      store: (store) => ({
        endUser: (userId, { except }) =>
          store.end(store.list(userId).flatMap(({ id }) => (id === except ? [] : [id]))),
      }),
    }),
  },
  {
    fault: 'an insert that ignores the epoch',
    breaks: [ENDED],
    plant: () => ({
      store: (store) => ({
        insert: (record, guard) => store.insert(record, without(guard, 'epoch')),
      }),
    }),
  },
  {
    fault: 'an insert that checks the epoch, and a moment later inserts',
    breaks: [ENDED],
    racing: true,
    subject: 'endings',
    plant: () => ({
      store: (store, gate) => ({
        insert: async (record, guard) => {
          const { userId } = record;
          if (userId !== null && guard.epoch !== store.epoch(userId)) {
            return { ok: false, reason: 'epoch' };
          }
          await gate.turn('insert, after its epoch');
          return store.insert(record, without(guard, 'epoch'));
        },
      }),
    }),
  },
  {
    fault: 'an insert that leaves the session it replaces as it was',
    breaks: [LIMITS],
    plant: () => ({
      store: (store) => ({
        insert: (record, guard) => {
          const isThere = guard.replaces === undefined || store.read(guard.replaces.id) !== null;
          if (!isThere) return { ok: false, reason: 'replaced-missing' };
          return store.insert(record, without(guard, 'replaces'));
        },
      }),
    }),
  },
  {
    fault: 'an insert that ends at once the session it replaces',
    breaks: [STAYS, WRITES],
    plant: () => ({
      store: (store) => ({
        insert: (record, guard) => {
          const result = store.insert(record, guard);
          if (result.ok && guard.replaces !== undefined) store.end([guard.replaces.id]);
          return result;
        },
      }),
    }),
  },
  {
    fault: 'an end that forgets sessions of nobody',
    breaks: [ENDED],
    plant: () => ({
      store: (store) => ({
        end: (ids) => store.end(ids.filter((id) => store.read(id)?.userId !== null)),
      }),
    }),
  },
  {
    fault: 'a patch that ignores the revision',
    breaks: [WRITES],
    racing: true,
    plant: () => ({ store: (store) => ({ patch: (id, change) => store.patch(id, change, {}) }) }),
  },
  {
    fault: 'a patch that reads, and a moment later writes all of it',
    breaks: [WRITES, ENDED],
    racing: true,
    plant: () => ({
      store: (store, gate) => ({
        patch: async (id, change, guard) => {
          const record = store.read(id);
          if (record === null) return 'missing';
          await gate.turn('patch, after its read');
          const now = store.read(id);
          if (now === null) return 'missing';
          if (guard.ifRevision !== undefined && guard.ifRevision !== now.revision) {
            return 'conflict';
          }
          const data = mergeData(record.data, change);
          overwrite(store, { ...now, data, revision: now.revision + 1 });
          return 'ok';
        },
      }),
    }),
  },
  {
    fault: 'a renewal without compare-and-swap',
    breaks: [STAYS, COPIES],
    racing: true,
    subject: 'renewal',
    plant: () => ({
      store: (store) => ({
        renew: (id, _, to) => {
          const record = store.read(id);
          if (record === null) return 'missing';
          overwrite(store, { ...record, renewal: to });
          return 'ok';
        },
      }),
    }),
  },
  {
    fault: 'endings that other nodes are not told of',
    breaks: [ENDED],
    plant: () => ({ store: () => ({ subscribe: () => () => undefined }) }),
  },
  {
    fault: 'a renewal that reads, and a moment later writes the whole record',
    breaks: [WRITES, ENDED, LIMITS, STAYS],
    racing: true,
    plant: () => ({
      store: (store, gate) => ({
        renew: async (id, from, to) => {
          const record = store.read(id);
          if (record === null) return 'missing';
          if (record.replaced || record.renewal.generation !== from.generation) return 'stale';
          await gate.turn('renew, after its read');
          if (store.read(id) === null) return 'missing';
          overwrite(store, { ...record, renewal: to });
          return 'ok';
        },
      }),
    }),
  },
];
