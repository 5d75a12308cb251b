// Faults that an account store could really have in its notes of what happened to an account.

import type { ActivityRow } from '../../../src/accounts/account-store.js';
import { turn, type AccountFault } from './account-faults.js';

/** What is listed is passed through `change`. */
function listing(change: (rows: readonly ActivityRow[]) => readonly ActivityRow[]): AccountFault {
  return (store) => ({
    listActivity: async (userId, limit) =>
      change(await store.listActivity(userId, 1_000)).slice(0, limit),
  });
}

export const ACTIVITY_FAULTS: readonly (readonly [string, AccountFault])[] = [
  [
    'notes of which none is forgotten',
    (store) => ({
      addActivity: (userId, activity) => store.addActivity(userId, activity, { keep: 1_000 }),
    }),
  ],
  [
    'one note too many',
    (store) => ({
      addActivity: (userId, activity, { keep }) =>
        store.addActivity(userId, activity, { keep: keep + 1 }),
    }),
  ],
  ['the oldest first', listing((rows) => rows.toReversed())],
  [
    'the order of the same time the other way round',
    listing((rows) => rows.toReversed().toSorted((a, b) => b.at - a.at)),
  ],
  [
    'the order in which they were noted',
    (store) => {
      let now = 0;
      const times = new Map<number, number>();
      return {
        addActivity: (userId, { at, entry }, options) => {
          now += 1;
          times.set(now, at);
          return store.addActivity(userId, { at: now, entry }, options);
        },
        listActivity: async (userId, limit) =>
          (await store.listActivity(userId, limit)).map(({ at, entry }) => ({
            at: times.get(at) ?? 0,
            entry,
          })),
      };
    },
  ],
  [
    'seconds instead of milliseconds',
    listing((rows) => rows.map((row) => ({ ...row, at: row.at - (row.at % 1_000) }))),
  ],
  [
    'entries that are cut',
    listing((rows) => rows.map((row) => ({ ...row, entry: row.entry.slice(0, 1_000) }))),
  ],
  [
    'a limit that is not heeded',
    (store) => ({
      listActivity: (userId) => store.listActivity(userId, 1_000),
    }),
  ],
  ['notes that are not forgotten', () => ({ forgetActivity: () => undefined })],
  [
    'notes that are lost with a change',
    (store) => ({
      async replace(row) {
        await store.forgetActivity(row.userId);
        return store.replace(row);
      },
    }),
  ],
  [
    'notes of all accounts in one list',
    (store) => ({
      addActivity: async (_, activity, options) => {
        await store.create({ userId: 'all', revision: 1, keys: [], document: '' });
        return store.addActivity('all', activity, options);
      },
      listActivity: (_, limit) => store.listActivity('all', limit),
      forgetActivity: () => store.forgetActivity('all'),
    }),
  ],
  [
    'notes that are trimmed in a second step, by what was there before',
    (store) => {
      const noted = new Map<string, readonly ActivityRow[]>();
      return {
        async addActivity(userId, activity, { keep }) {
          const before = noted.get(userId) ?? [];
          await turn();
          const all = [...before, activity].toSorted((a, b) => b.at - a.at);
          noted.set(userId, all.slice(0, keep));
        },
        listActivity: async (userId, limit) => {
          await store.listActivity(userId, limit);
          return (noted.get(userId) ?? []).slice(0, limit);
        },
      };
    },
  ],
  [
    'notes of accounts that there are not',
    (store) => {
      const strays: ActivityRow[] = [];
      return {
        async addActivity(userId, activity, options) {
          if ((await store.findById(userId)) === null) strays.push(activity);
          else await store.addActivity(userId, activity, options);
        },
        listActivity: async (userId, limit) => [
          ...(await store.listActivity(userId, limit)),
          ...strays.slice(0, limit),
        ],
      };
    },
  ],
];
