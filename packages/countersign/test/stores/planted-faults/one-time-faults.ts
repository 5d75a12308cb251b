// Faults that a store of one-time records could really have, and how each is planted into a sound one.

import type { OneTimeRecord, OneTimeStore } from '../../../src/accounts/one-time-store.js';

export interface OneTimeFault {
  readonly fault: string;
  /** The group that has to notice it. */
  readonly group: 'records' | 'taking' | 'replacing' | 'removal';
  readonly plant: (store: OneTimeStore) => Partial<OneTimeStore>;
}

/** One turn of the event loop, for faults that let others in between. */
const turn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

/** Sound stores with one fault each, as a driver may have it. */
export const ONE_TIME_FAULTS: readonly OneTimeFault[] = [
  {
    fault: 'a miss that throws',
    group: 'records',
    plant: (store) => ({
      async read(kind, hash, now) {
        const found = await store.read(kind, hash, now);
        if (found === null) throw new Error('not found');
        return found;
      },
    }),
  },
  {
    fault: 'an expiry that is a millisecond late on reading',
    group: 'records',
    plant: (store) => ({ read: (kind, hash, now) => store.read(kind, hash, now - 1) }),
  },
  {
    fault: 'an expiry that is a millisecond late on taking',
    group: 'records',
    plant: (store) => ({ take: (kind, hash, now) => store.take(kind, hash, now - 1) }),
  },
  {
    fault: 'an expiry in whole seconds',
    group: 'records',
    plant: (store) => ({
      read: (kind, hash, now) => store.read(kind, hash, Math.floor(now / 1_000) * 1_000),
    }),
  },
  {
    fault: 'an expiry that is looked at on reading alone',
    group: 'records',
    plant: (store) => ({ take: (kind, hash) => store.take(kind, hash, 0) }),
  },
  {
    fault: 'hashes without regard to case',
    group: 'records',
    plant: (store) => ({
      put: (record, options) => store.put({ ...record, hash: record.hash.toLowerCase() }, options),
      read: (kind, hash, now) => store.read(kind, hash.toLowerCase(), now),
      take: (kind, hash, now) => store.take(kind, hash.toLowerCase(), now),
    }),
  },
  {
    fault: 'content that is written anew',
    group: 'records',
    plant: (store) => ({
      put: (record, options) =>
        store.put({ ...record, content: JSON.stringify(JSON.parse(record.content)) }, options),
    }),
  },
  {
    fault: 'content that is cut',
    group: 'records',
    plant: (store) => ({
      put: (record, options) =>
        store.put({ ...record, content: record.content.slice(0, 16_383) }, options),
    }),
  },
  {
    fault: 'subjects that are trimmed',
    group: 'records',
    plant: (store) => ({
      removeAbout: (subject, options) => store.removeAbout(subject.trim(), options),
    }),
  },
  {
    fault: 'nobody who is an empty text',
    group: 'records',
    plant: (store) => ({
      put: (record, options) => store.put({ ...record, subject: record.subject ?? '' }, options),
    }),
  },
  {
    fault: 'kinds that are not looked at on reading',
    group: 'records',
    plant: anyKind('read'),
  },
  {
    fault: 'kinds that are not looked at on taking',
    group: 'records',
    plant: anyKind('take'),
  },
  {
    fault: 'a miss of another kind that uses up',
    group: 'records',
    plant(store) {
      const kinds = new Map<string, string>();
      return {
        put(record, options) {
          kinds.set(record.hash, record.kind);
          return store.put(record, options);
        },
        async take(kind, hash, now) {
          const taken = await store.take(kinds.get(hash) ?? '', hash, now);
          return taken?.kind === kind ? taken : null;
        },
      };
    },
  },
  {
    fault: 'records that are given out as they are kept',
    group: 'records',
    plant(store) {
      const kept = new Map<string, OneTimeRecord>();
      return {
        put(record, options) {
          kept.set(record.hash, record);
          return store.put(record, options);
        },
        read: async (kind, hash, now) =>
          (await store.read(kind, hash, now)) && (kept.get(hash) ?? null),
      };
    },
  },
  {
    fault: 'sweeping over its limit',
    group: 'records',
    plant: (store) => ({ sweep: (now) => store.sweep(now, 1_000) }),
  },
  {
    fault: 'sweeping what is live',
    group: 'records',
    plant: (store) => ({ sweep: (now, limit) => store.sweep(now + 1, limit) }),
  },
  {
    fault: 'sweeping nothing',
    group: 'records',
    plant: () => ({ sweep: () => 0 }),
  },
  {
    fault: 'a store that works after closing',
    group: 'records',
    plant: () => ({ close: () => undefined }),
  },
  {
    fault: 'reading that uses up',
    group: 'taking',
    plant: (store) => ({ read: (kind, hash, now) => store.take(kind, hash, now) }),
  },
  {
    fault: 'taking that leaves it there',
    group: 'taking',
    plant: (store) => ({ take: (kind, hash, now) => store.read(kind, hash, now) }),
  },
  {
    fault: 'taking in two steps',
    group: 'taking',
    plant: (store) => ({
      async take(kind, hash, now) {
        const found = await store.read(kind, hash, now);
        await turn();
        await store.take(kind, hash, now);
        return found;
      },
    }),
  },
  {
    fault: 'taking all that is about the subject',
    group: 'taking',
    plant: (store) => ({
      async take(kind, hash, now) {
        const taken = await store.take(kind, hash, now);
        if (taken !== null && taken.subject !== null) await store.removeAbout(taken.subject);
        return taken;
      },
    }),
  },
  {
    fault: 'replacing nothing',
    group: 'replacing',
    plant: (store) => ({ put: (record) => store.put(record) }),
  },
  {
    fault: 'replacing without being told to',
    group: 'replacing',
    plant: (store) => ({ put: (record) => store.put(record, { replaces: true }) }),
  },
  {
    fault: 'replacing every kind',
    group: 'replacing',
    plant: (store) => ({
      async put(record, options) {
        if (options?.replaces === true && record.subject !== null) {
          await store.removeAbout(record.subject);
        }
        await store.put(record);
      },
    }),
  },
  {
    fault: 'replacing the last one only',
    group: 'replacing',
    plant(store) {
      const last = new Map<string, OneTimeRecord>();
      return {
        async put(record, options) {
          const key = JSON.stringify([record.kind, record.subject]);
          const before = options?.replaces === true ? last.get(key) : undefined;
          if (record.subject !== null) last.set(key, record);
          await store.put(record);
          if (before !== undefined) await store.take(before.kind, before.hash, 0);
        },
      };
    },
  },
  {
    fault: 'replacing what is about nobody',
    group: 'replacing',
    plant(store) {
      let last: OneTimeRecord | undefined;
      return {
        async put(record, options) {
          if (record.subject === null && options?.replaces === true) {
            if (last !== undefined) await store.take(last.kind, last.hash, 0);
            last = record;
          }
          await store.put(record, options);
        },
      };
    },
  },
  {
    fault: 'replacing in two steps',
    group: 'replacing',
    plant: (store) => ({
      async put(record, options) {
        if (options?.replaces === true && record.subject !== null) {
          await store.removeAbout(record.subject, { kind: record.kind });
          await turn();
        }
        await store.put(record);
      },
    }),
  },
  {
    fault: 'replacing by a key that runs kind and subject together',
    group: 'replacing',
    plant(store) {
      const byKey = new Map<string, OneTimeRecord>();
      return {
        async put(record, options) {
          const key = `${record.kind}:${record.subject ?? ''}`;
          const before = byKey.get(key);
          byKey.set(key, record);
          if (options?.replaces === true && before !== undefined && record.subject !== null) {
            await store.take(before.kind, before.hash, 0);
          }
          await store.put(record, options);
        },
      };
    },
  },
  {
    fault: 'a removal that does nothing',
    group: 'removal',
    plant: () => ({ removeAbout: () => undefined }),
  },
  {
    fault: 'a removal of every kind',
    group: 'removal',
    plant: (store) => ({ removeAbout: (subject) => store.removeAbout(subject) }),
  },
  {
    fault: 'a removal of one kind alone',
    group: 'removal',
    plant: (store) => ({
      removeAbout: (subject, options) => store.removeAbout(subject, { kind: 'reset', ...options }),
    }),
  },
  {
    fault: 'a removal that goes on',
    group: 'removal',
    plant(store) {
      const removed = new Set<string>();
      return {
        async removeAbout(subject, options) {
          if (options === undefined) removed.add(subject);
          await store.removeAbout(subject, options);
        },
        async put(record, options) {
          if (record.subject !== null && removed.has(record.subject)) return;
          await store.put(record, options);
        },
      };
    },
  },
  {
    fault: 'a removal of all whose subject begins alike',
    group: 'removal',
    plant(store) {
      const subjects = new Set<string>();
      return {
        put(record, options) {
          if (record.subject !== null) subjects.add(record.subject);
          return store.put(record, options);
        },
        async removeAbout(subject, options) {
          for (const each of subjects) {
            if (each.startsWith(subject)) await store.removeAbout(each, options);
          }
        },
      };
    },
  },
];

/** The verb finds a record whatever its kind. */
function anyKind(verb: 'read' | 'take'): OneTimeFault['plant'] {
  return (store) => {
    const kinds = new Map<string, string>();
    return {
      put(record, options) {
        kinds.set(record.hash, record.kind);
        return store.put(record, options);
      },
      [verb]: (kind: string, hash: string, now: number) =>
        store[verb](kinds.get(hash) ?? kind, hash, now),
    };
  };
}
