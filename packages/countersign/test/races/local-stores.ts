// Stores in this process and in one file: memory, shared by all nodes, and SQLite, a connection per node.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';

import { alteredStore, createRandom, type Random } from 'countersign-races';

import type { Awaitable, SessionStore } from '../../src/index.js';
import { memoryStore } from '../../src/stores/memory/index.js';
import { sqliteStore } from '../../src/stores/sqlite/index.js';
import type { StoreSetting } from './countersign-application.js';

export const memory: StoreSetting = {
  name: 'memory',
  bound: 0,
  open: async (nodes, clock) => {
    const store = memoryStore({ clock });
    // A node that stops leaves it to the others.
    const shared = alteredStore(store, { close: () => undefined });
    return {
      members: Array.from({ length: nodes }, () => ({ store: shared })),
      close: async () => store.close(),
    };
  },
};

/** As far away as a server is: verbs take effect late, answer later, and in any order. */
export const distantMemory: StoreSetting = {
  name: 'memory behind a network',
  bound: 0,
  open: async (nodes, clock) => {
    const group = await memory.open(nodes, clock);
    const random = createRandom(1);
    const members = group.members.map(({ store }) => ({ store: distantStore(store, random) }));
    return { ...group, members };
  },
};

function distantStore(store: SessionStore, random: Random): SessionStore {
  const travel = async (): Promise<void> => {
    for (let turns = random.below(20); turns > 0; turns -= 1) await setImmediate();
  };
  const late = async <T>(verb: () => Awaitable<T>): Promise<T> => {
    await travel();
    const answer = await verb();
    await travel();
    return answer;
  };
  return {
    remote: true,
    read: async (id) => late(() => store.read(id)),
    epoch: async (userId) => late(() => store.epoch(userId)),
    insert: async (record, guard) => late(() => store.insert(record, guard)),
    patch: async (id, change, guard) => late(() => store.patch(id, change, guard)),
    renew: async (id, from, to) => late(() => store.renew(id, from, to)),
    bind: async (id, from, to) => late(() => store.bind(id, from, to)),
    touch: async (batch) => late(() => store.touch(batch)),
    end: async (ids) => late(() => store.end(ids)),
    endUser: async (userId, options) => late(() => store.endUser(userId, options)),
    changeEpoch: async (userId) => late(() => store.changeEpoch(userId)),
    endEveryone: async () => late(() => store.endEveryone()),
    list: async (userId) => late(() => store.list(userId)),
    sweep: async (limit) => late(() => store.sweep(limit)),
    close: () => store.close(),
  };
}

export const sqlite: StoreSetting = {
  name: 'SQLite',
  bound: 0,
  open: async (nodes, clock) => {
    const folder = await mkdtemp(join(tmpdir(), 'countersign-races-'));
    const path = join(folder, 'sessions.db');
    return {
      members: Array.from({ length: nodes }, () => ({ store: sqliteStore({ path, clock }) })),
      close: async () => rm(folder, { recursive: true }),
    };
  },
};
