// Faults of insert and its guards, of endings, lists and the store's own life.

import type { SessionRecord } from '../../../src/session/record.js';
import type { InsertGuard } from '../../../src/session/store.js';
import { turn, type Fault } from './fault.js';

const without = (guard: InsertGuard, name: keyof InsertGuard): InsertGuard =>
  Object.fromEntries(Object.entries(guard).filter(([key]) => key !== name));
const withLimit = (guard: InsertGuard, by: number): InsertGuard =>
  guard.limit === undefined
    ? guard
    : { ...guard, limit: { ...guard.limit, max: guard.limit.max + by } };
export const INDEX_FAULTS: readonly Fault[] = [
  {
    fault: 'a limit one too high',
    group: 'limits',
    plant: (store) => ({ insert: (record, guard) => store.insert(record, withLimit(guard, 1)) }),
  },
  {
    fault: 'a limit one too low',
    group: 'limits',
    plant: (store) => ({ insert: (record, guard) => store.insert(record, withLimit(guard, -1)) }),
  },
  {
    fault: 'a limit that is counted before a pause',
    group: 'races',
    plant: (store) => ({
      insert: async (record, guard) => {
        const { limit } = guard;
        const count = record.userId === null ? 0 : store.list(record.userId).length;
        if (limit?.over === 'refuse' && count >= limit.max) return { ok: false, reason: 'limit' };
        await turn();
        return store.insert(record, without(guard, 'limit'));
      },
    }),
  },
  {
    fault: 'a limit that ends the newest',
    group: 'limits',
    plant: (store) => ({
      insert: (record, guard) => {
        const { limit } = guard;
        if (limit?.over !== 'end-oldest') return store.insert(record, guard);
        const newest = store.list(record.userId ?? '').slice(0, 1);
        const ended = store.end(newest.map(({ id }) => id));
        store.insert(record, without(guard, 'limit'));
        return { ok: true, ended };
      },
    }),
  },
  {
    fault: 'an insert that overwrites',
    group: 'epochs',
    plant: (store) => ({
      insert: (record, guard) => {
        store.end([record.id]);
        return store.insert(record, guard);
      },
    }),
  },
  {
    fault: 'an insert that ignores the epoch',
    group: 'epochs',
    plant: (store) => ({
      insert: (record, guard) => store.insert(record, without(guard, 'epoch')),
    }),
  },
  {
    fault: 'an epoch that is checked before a pause',
    group: 'races',
    plant: (store) => ({
      insert: async (record, { epoch, ...guard }) => {
        if (epoch !== undefined && epoch !== store.epoch(record.userId ?? '')) {
          return { ok: false, reason: 'epoch' };
        }
        await turn();
        return store.insert(record, guard);
      },
    }),
  },
  {
    fault: 'an epoch forgotten after an hour',
    group: 'epochs',
    plant: (store, clock) => {
      const raised = new Map<string, number>();
      return {
        endUser: (userId, options) => {
          raised.set(userId, clock.now());
          return store.endUser(userId, options);
        },
        insert: (record, guard) => {
          const at = raised.get(record.userId ?? '');
          const isForgotten = at !== undefined && clock.now() - at > 3_600_000;
          return store.insert(record, isForgotten ? without(guard, 'epoch') : guard);
        },
      };
    },
  },
  {
    fault: 'an endUser that forgets the epoch',
    group: 'endings',
    plant: (store) => ({
      endUser: (userId, { except }) =>
        store.end(store.list(userId).flatMap(({ id }) => (id === except ? [] : [id]))),
    }),
  },
  {
    fault: 'an endUser that spares nobody',
    group: 'endings',
    plant: (store) => ({ endUser: (userId) => store.endUser(userId, {}) }),
  },
  {
    fault: 'an endUser that lists, waits and ends',
    group: 'races',
    plant: (store) => ({
      endUser: async (userId) => {
        const ids = store.list(userId).map(({ id }) => id);
        await turn();
        const ended = store.end(ids);
        const [kept] = store.list(userId);
        store.endUser(userId, kept === undefined ? {} : { except: kept.id });
        return ended;
      },
    }),
  },
  {
    fault: 'an endEveryone that leaves anonymous sessions',
    group: 'endings',
    plant: (store) => {
      const anonymous = new Map<string, SessionRecord>();
      return {
        insert: (record, guard) => {
          if (record.userId === null) anonymous.set(record.id, record);
          return store.insert(record, guard);
        },
        endEveryone: () => {
          store.endEveryone();
          for (const record of anonymous.values()) store.insert(record, {});
        },
      };
    },
  },
  {
    fault: 'an end that reports what was not there',
    group: 'endings',
    plant: (store) => ({
      end: (ids) => {
        store.end(ids);
        return [...new Set(ids)];
      },
    }),
  },
  {
    fault: 'an end that reports expired sessions',
    group: 'expiry',
    plant: (store) => ({
      end: (ids) => {
        const before = store.size;
        store.end(ids);
        return ids.slice(0, before - store.size);
      },
    }),
  },
  {
    fault: 'a list in order of insertion',
    group: 'list',
    plant: (store) => {
      const order: string[] = [];
      return {
        insert: (record, guard) => {
          order.push(record.id);
          return store.insert(record, guard);
        },
        list: (userId) =>
          store.list(userId).toSorted((a, b) => order.indexOf(a.id) - order.indexOf(b.id)),
      };
    },
  },
  {
    fault: 'a sweep that removes live sessions',
    group: 'expiry',
    plant: (store) => ({
      sweep: (limit) =>
        store.end(
          store
            .list('user')
            .slice(0, limit)
            .map(({ id }) => id),
        ).length,
    }),
  },
  {
    fault: 'a sweep that does nothing',
    group: 'expiry',
    plant: () => ({ sweep: () => 0 }),
  },
  {
    fault: 'a store that still answers after close',
    group: 'lifetime',
    plant: () => ({ close: () => undefined }),
  },
];
