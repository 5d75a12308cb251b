// The stores that Countersign is raced on: for each node one, with a network of its own to the server.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Clock, SessionStore } from 'countersign';
import { memoryStore } from 'countersign/stores/memory';
import { nearCache, type NearCache } from 'countersign/stores/near-cache';
import { postgresStore } from 'countersign/stores/postgres';
import { redisStore } from 'countersign/stores/redis';
import { sqliteStore } from 'countersign/stores/sqlite';
import type { Network } from 'countersign-races';
import pg from 'pg';
import { createClient } from 'redis';

import { startNetwork, type BreakableNetwork } from './breakable-network.js';

export interface StoreSetting {
  readonly name: string;
  readonly mostNodes: 1 | 3;
  /** For how long after an ending another node may still say yes, in milliseconds. */
  readonly bound: number;
  readonly open: (nodes: number, clock: Clock) => Promise<OpenStores>;
}

export interface OpenStores {
  readonly members: readonly { readonly store: SessionStore; readonly network?: Network }[];
  /** Whether all near-caches answer. */
  readonly isSettled?: () => boolean;
  readonly close: () => Promise<void> | void;
}

export const memory: StoreSetting = {
  name: 'memory',
  mostNodes: 1,
  bound: 0,
  open: async (_, clock) => ({
    members: [{ store: memoryStore({ clock }) }],
    close: () => undefined,
  }),
};

export const sqlite: StoreSetting = {
  name: 'SQLite',
  mostNodes: 3,
  bound: 0,
  open: async (nodes, clock) => {
    const folder = mkdtempSync(join(tmpdir(), 'countersign-bench-'));
    const path = join(folder, 'sessions.db');
    return {
      members: Array.from({ length: nodes }, () => ({ store: sqliteStore({ path, clock }) })),
      close: () => rmSync(folder, { recursive: true }),
    };
  },
};

/** A store and what it stands on. */
interface Member {
  readonly store: SessionStore;
  readonly network: BreakableNetwork;
  readonly disconnect: () => Promise<void> | void;
}

export function redis(url: string): StoreSetting {
  return onServer('Redis', url, async ({ way, network, run, clock }) => {
    const client = createClient({ url: way });
    client.on('error', () => undefined);
    await client.connect();
    return {
      store: redisStore({ client, prefix: `race${run}:`, clock }),
      network,
      disconnect: () => client.destroy(),
    };
  });
}

export function postgres(url: string): StoreSetting {
  return onServer('PostgreSQL', url, async ({ way, network, run, clock }) => {
    const pool = new pg.Pool({ connectionString: way });
    pool.on('error', () => undefined);
    return {
      store: postgresStore({ client: pool, schema: `race${run}`, clock }),
      network,
      disconnect: async () => pool.end(),
    };
  });
}

interface Connecting {
  /** The server's URL, by way of the network. */
  readonly way: string;
  readonly network: BreakableNetwork;
  /** Another one for each start: nothing is left of those before. */
  readonly run: number;
  readonly clock: Clock;
}

let runs = 0;

function onServer(
  name: string,
  url: string,
  connect: (connecting: Connecting) => Promise<Member>,
): StoreSetting {
  return {
    name,
    mostNodes: 3,
    bound: 0,
    open: async (nodes, clock) => {
      runs += 1;
      const run = runs;
      const members = await Promise.all(
        Array.from({ length: nodes }, async () => {
          const way = new URL(url);
          const network = await startNetwork(Number(way.port));
          way.port = String(network.port);
          return connect({ way: way.href, network, run, clock });
        }),
      );
      return {
        members,
        close: async () => {
          for (const { network, disconnect } of members) {
            await disconnect();
            network.stop();
          }
        },
      };
    },
  };
}

/** The default of `maxStaleness`. */
const MAX_STALENESS_MS = 2_000;

export function nearCached(setting: StoreSetting): StoreSetting {
  return {
    ...setting,
    name: `${setting.name} and near-cache`,
    bound: MAX_STALENESS_MS,
    open: async (nodes, clock) => {
      const stores = await setting.open(nodes, clock);
      const caches: NearCache[] = [];
      const members = stores.members.map((member) => {
        const store = nearCache(member.store, { clock });
        caches.push(store);
        return { ...member, store };
      });
      return { ...stores, members, isSettled: () => caches.every(answers) };
    },
  };
}

/** Rather than send every check to the store. */
function answers(cache: NearCache): boolean {
  const { bypasses } = cache.stats();
  cache.peek('an id that nobody has');
  return cache.stats().bypasses === bypasses;
}
