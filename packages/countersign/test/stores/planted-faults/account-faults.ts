// Faults that an account store could really have, in its rows and in their changes, and how they are planted
// into a sound one.

import type { AccountRow, AccountStore } from '../../../src/accounts/account-store.js';

/** Some verbs of a store, faulty; `store` is the sound one. */
export type AccountFault = (store: AccountStore) => Partial<AccountStore>;

/** One turn of the event loop, for faults that let others in between. */
export const turn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

/** All texts of a row through a driver that changes them. */
function rewriting(change: (text: string) => string): AccountFault {
  return (store) => ({
    create: (row) => store.create({ ...row, keys: [...new Set(row.keys.map(change))] }),
    replace: (row) => store.replace({ ...row, keys: [...new Set(row.keys.map(change))] }),
    findByKey: (key) => store.findByKey(change(key)),
  });
}

/** What is read is passed through `change`. */
function reading(change: (row: AccountRow) => AccountRow): AccountFault {
  const changed = async (found: AccountRow | null | Promise<AccountRow | null>) => {
    const row = await found;
    return row && change(row);
  };
  return (store) => ({
    findById: (userId) => changed(store.findById(userId)),
    findByKey: (key) => changed(store.findByKey(key)),
  });
}

export const ROW_FAULTS: readonly (readonly [string, AccountFault])[] = [
  [
    'a miss that throws',
    (store) => ({
      findById: async (userId) => {
        const found = await store.findById(userId);
        if (found === null) throw new Error('not found');
        return found;
      },
    }),
  ],
  ['keys without regard to case', rewriting((text) => text.toLowerCase())],
  ['keys that are trimmed', rewriting((text) => text.trimEnd())],
  ['keys that are normalised', rewriting((text) => text.normalize('NFC'))],
  ['keys that are cut', rewriting((text) => text.slice(0, 255))],
  ['keys cut near their end', rewriting((text) => text.slice(0, 667))],
  [
    'documents that are cut',
    reading((row) => ({ ...row, document: row.document.slice(0, 65_535) })),
  ],
  [
    'documents that are spelled anew',
    reading((row) => {
      try {
        return { ...row, document: JSON.stringify(JSON.parse(row.document)) };
      } catch {
        return row;
      }
    }),
  ],
  ['keys in the order of an index', reading((row) => ({ ...row, keys: row.keys.toSorted() }))],
  ['one key of several', reading((row) => ({ ...row, keys: row.keys.slice(0, 1) }))],
  ['a revision of 32 bits', reading((row) => ({ ...row, revision: row.revision % 2 ** 32 }))],
  [
    'ids and keys in one space',
    (store) => ({
      findById: async (text) => (await store.findById(text)) ?? store.findByKey(text),
    }),
  ],
  [
    'rows that are given out as they are kept',
    (store) => {
      const kept = new Map<string, AccountRow>();
      return {
        create: (row) => {
          kept.set(row.userId, row);
          return store.create(row);
        },
        findById: (userId) => kept.get(userId) ?? null,
      };
    },
  ],
  [
    'a taken key that leaves those before it behind',
    (store) => ({
      async create(row) {
        const result = await store.create(row);
        const first = row.keys[0];
        if (result === 'taken' && first !== undefined && row.keys.length > 1) {
          await store.create({ ...row, keys: [first] });
        }
        return result;
      },
    }),
  ],
  [
    'documents of which there is one of each',
    (store) => {
      const seen = new Set<string>();
      return {
        create(row) {
          if (seen.has(row.document)) return 'taken';
          seen.add(row.document);
          return store.create(row);
        },
      };
    },
  ],
  [
    'a check and an insert in two steps',
    (store) => {
      const owners = new Map<string, string>();
      return {
        async create(row) {
          for (const key of [row.userId, ...row.keys]) {
            if (owners.has(key)) return 'taken';
          }
          await turn();
          for (const key of [row.userId, ...row.keys]) owners.set(key, row.userId);
          await store.create(row);
          return 'ok';
        },
      };
    },
  ],
  ['a store that works after closing', () => ({ close: () => undefined })],
];

export const CHANGE_FAULTS: readonly (readonly [string, AccountFault])[] = [
  [
    'a revision that is not compared',
    (store) => ({
      async replace(row) {
        const stored = await store.findById(row.userId);
        if (stored === null) return 'missing';
        const result = await store.replace({ ...row, revision: stored.revision + 1 });
        return result;
      },
    }),
  ],
  [
    'an older revision that is let through',
    (store) => ({
      async replace(row) {
        const stored = await store.findById(row.userId);
        const isOld = stored !== null && row.revision <= stored.revision;
        return store.replace(isOld ? { ...row, revision: stored.revision + 1 } : row);
      },
    }),
  ],
  [
    'a revision that is compared before others can change it',
    (store) => ({
      async replace(row) {
        const stored = await store.findById(row.userId);
        if (stored === null) return 'missing';
        if (stored.revision !== row.revision - 1) return 'conflict';
        await turn();
        const now = (await store.findById(row.userId))?.revision ?? 0;
        return store.replace({ ...row, revision: now + 1 });
      },
    }),
  ],
  [
    'a missing account that is made',
    (store) => ({
      async replace(row) {
        const result = await store.replace(row);
        return result === 'missing' ? store.create(row) : result;
      },
    }),
  ],
  [
    'keys that a change leaves as they were',
    (store) => ({
      async replace(row) {
        const keys = (await store.findById(row.userId))?.keys ?? row.keys;
        return store.replace({ ...row, keys });
      },
    }),
  ],
  [
    'keys that are never given back',
    (store) => {
      const held = new Map<string, string>();
      const isHeld = ({ userId, keys }: AccountRow): boolean =>
        keys.some((key) => (held.get(key) ?? userId) !== userId);
      const hold = ({ userId, keys }: AccountRow): void => {
        for (const key of keys) held.set(key, userId);
      };
      return {
        create(row) {
          if (isHeld(row)) return 'taken';
          hold(row);
          return store.create(row);
        },
        async replace(row) {
          if (isHeld(row)) return 'taken';
          const result = await store.replace(row);
          if (result === 'ok') hold(row);
          return result;
        },
      };
    },
  ],
  [
    'keys that a change takes from others',
    (store) => ({
      async replace(row) {
        for (const key of row.keys) {
          const owner = await store.findByKey(key);
          if (owner === null || owner.userId === row.userId) continue;
          const keys = owner.keys.filter((each) => each !== key);
          await store.replace({ ...owner, keys, revision: owner.revision + 1 });
        }
        return store.replace(row);
      },
    }),
  ],
  [
    'a taken key for which the rest is changed all the same',
    (store) => ({
      async replace(row) {
        const result = await store.replace(row);
        const stored = await store.findById(row.userId);
        if (result === 'taken' && stored !== null) {
          await store.replace({ ...row, keys: stored.keys });
        }
        return result;
      },
    }),
  ],
  [
    'a conflict that is told as a taken key',
    (store) => ({
      async replace(row) {
        for (const key of row.keys) {
          const owner = await store.findByKey(key);
          if (owner !== null && owner.userId !== row.userId) return 'taken';
        }
        return store.replace(row);
      },
    }),
  ],
];
