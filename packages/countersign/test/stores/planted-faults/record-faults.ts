// Faults of the verbs that read or change one record.

import { mergeData } from '../../../src/session/data.js';
import type { RenewalState, SessionRecord } from '../../../src/session/record.js';
import type { MemoryStore } from '../../../src/stores/memory/session-store.js';
import { turn, type Fault } from './fault.js';

/** Ends a record and puts a changed one in its place, past all guards. */
function overwrite(store: MemoryStore, record: SessionRecord): void {
  store.end([record.id]);
  store.insert(record, {});
}

export const RECORD_FAULTS: readonly Fault[] = [
  {
    fault: 'a read that lets a session live 1 ms too long',
    group: 'expiry',
    plant: (store, clock) => {
      const kept = new Map<string, SessionRecord>();
      return {
        insert: (record, guard) => {
          kept.set(record.id, record);
          return store.insert(record, guard);
        },
        read: (id) => {
          const record = kept.get(id);
          const isAtLimit = record !== undefined && record.expiresAt === clock.now();
          return isAtLimit ? record : store.read(id);
        },
      };
    },
  },
  {
    fault: 'a read that drops a factor',
    group: 'reading',
    plant: (store) => ({
      read: (id) => {
        const record = store.read(id);
        return record && { ...record, factors: record.factors.slice(0, 1) };
      },
    }),
  },
  {
    fault: 'user ids without case',
    group: 'reading',
    plant: (store) => ({
      list: (userId) => [...new Set([...store.list(userId), ...store.list(userId.toLowerCase())])],
    }),
  },
  {
    fault: 'user ids cut at a NUL',
    group: 'reading',
    plant: (store) => {
      const cut = (userId: string): string => userId.split('\0')[0] ?? '';
      return {
        insert: (record, guard) =>
          store.insert({ ...record, userId: record.userId && cut(record.userId) }, guard),
        list: (userId) => store.list(cut(userId)),
      };
    },
  },
  {
    fault: 'empty arrays that become objects',
    group: 'reading',
    plant: (store) => ({
      insert: (record, guard) =>
        store.insert({ ...record, data: record.data.replaceAll('[]', '{}') }, guard),
    }),
  },
  {
    fault: '__proto__ lost in a merge',
    group: 'reading',
    plant: (store) => ({
      patch: (id, change, guard) => {
        const set = new Map([...change.set].filter(([key]) => key !== '__proto__'));
        return store.patch(id, { set, remove: change.remove }, guard);
      },
    }),
  },
  {
    fault: 'a patch that creates',
    group: 'patch',
    plant: (store, clock) => {
      let last: SessionRecord | undefined;
      return {
        insert: (record, guard) => {
          last = record;
          return store.insert(record, guard);
        },
        patch: (id, change, guard) => {
          const result = store.patch(id, change, guard);
          if (result !== 'missing' || last === undefined) return result;
          const data = mergeData('{}', change);
          store.insert({ ...last, id, data, expiresAt: clock.now() + 1_000 }, {});
          return 'ok';
        },
      };
    },
  },
  {
    fault: 'a patch that ignores the revision',
    group: 'patch',
    plant: (store) => ({ patch: (id, change) => store.patch(id, change, {}) }),
  },
  {
    fault: 'a patch that writes the whole object',
    group: 'patch',
    plant: (store) => ({
      patch: (id, change, guard) => {
        const all = Object.keys(JSON.parse(store.read(id)?.data ?? '{}') as object);
        const remove = new Set([...all.filter((key) => !change.set.has(key)), ...change.remove]);
        return store.patch(id, { set: change.set, remove }, guard);
      },
    }),
  },
  {
    fault: 'a patch that reads, waits and writes',
    group: 'races',
    plant: (store) => ({
      patch: async (id, change, guard) => {
        const record = store.read(id);
        if (record === null) return 'missing';
        if (guard.ifRevision !== undefined && guard.ifRevision !== record.revision) {
          return 'conflict';
        }
        await turn();
        const data = mergeData(record.data, change);
        overwrite(store, { ...record, data, revision: record.revision + 1 });
        return 'ok';
      },
    }),
  },
  {
    fault: 'a touch that moves expiresAt',
    group: 'expiry',
    plant: (store) => ({
      touch: (batch) => {
        store.touch(batch);
        for (const { id, seen } of batch) {
          const record = store.read(id);
          if (record !== null) overwrite(store, { ...record, expiresAt: seen + 3_600_000 });
        }
      },
    }),
  },
  {
    fault: 'a touch that goes back',
    group: 'touch',
    plant: (store) => ({
      touch: (batch) => {
        for (const { id, seen } of batch) {
          const record = store.read(id);
          if (record !== null) overwrite(store, { ...record, lastSeenAt: seen });
        }
      },
    }),
  },
  {
    fault: 'a touch that stops at the first missing session',
    group: 'touch',
    plant: (store) => ({
      touch: (batch) => {
        const missing = batch.findIndex(({ id }) => store.read(id) === null);
        store.touch(missing === -1 ? batch : batch.slice(0, missing));
      },
    }),
  },
  {
    fault: 'a renewal without compare-and-swap',
    group: 'renew',
    plant: (store) => ({
      renew: (id, _, to) => {
        const record = store.read(id);
        return record === null ? 'missing' : store.renew(id, record.renewal, to);
      },
    }),
  },
  {
    fault: 'a renewal that looks at the generation only',
    group: 'renew',
    plant: (store) => ({
      renew: (id, from, to) => {
        const renewal = store.read(id)?.renewal;
        const same = renewal?.generation === from.generation ? renewal : from;
        return store.renew(id, same, to);
      },
    }),
  },
  {
    fault: 'a renewal of a replaced session',
    group: 'replacement',
    plant: (store) => ({
      renew: (id, from, to: RenewalState) => {
        const record = store.read(id);
        if (record?.replaced !== true) return store.renew(id, from, to);
        overwrite(store, { ...record, renewal: to });
        return 'ok';
      },
    }),
  },
  {
    fault: 'a replacement that prolongs',
    group: 'replacement',
    plant: (store) => ({
      insert: (record, guard) => {
        const { replaces } = guard;
        const old = replaces && store.read(replaces.id);
        const result = store.insert(record, guard);
        if (result.ok && old) {
          overwrite(store, { ...old, replaced: true, expiresAt: replaces.until });
        }
        return result;
      },
    }),
  },
  {
    fault: 'a successor for an ended session',
    group: 'replacement',
    plant: (store) => ({
      insert: (record, { replaces, ...guard }) =>
        store.insert(
          record,
          replaces === undefined || store.read(replaces.id) === null
            ? guard
            : { ...guard, replaces },
        ),
    }),
  },
  {
    fault: 'a binding without compare-and-swap',
    group: 'bind',
    plant: (store) => ({
      bind: (id, _, to) => store.bind(id, store.read(id)?.deviceKey ?? null, to),
    }),
  },
];
