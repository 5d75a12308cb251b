// Countersign by its `node:http` adapter, on each of its stores. Its own clock is moved where the rivals
// have `Date` moved; limits by idleness are out of the way for all.

import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { createSessions, type Clock, type SessionStore } from 'countersign';
import { withSession } from 'countersign/adapters/node';
import { memoryStore } from 'countersign/stores/memory';
import { nearCache } from 'countersign/stores/near-cache';
import { postgresStore } from 'countersign/stores/postgres';
import { redisStore } from 'countersign/stores/redis';
import { sqliteStore } from 'countersign/stores/sqlite';
import {
  answer,
  createShiftedClock,
  Gates,
  RenewalCounter,
  SITE,
  startServer,
  visitOfCountersign,
  type Application,
  type Contender,
} from 'countersign-races';
import pg from 'pg';
import { createClient } from 'redis';

interface Stores {
  readonly each: readonly SessionStore[];
  readonly stop?: () => Promise<void> | void;
}

interface Setting {
  readonly name: string;
  readonly mostNodes: 1 | 3;
  readonly bound?: number;
  readonly open: (nodes: number, clock: Clock) => Promise<Stores>;
}

export function countersignInMemory(): Contender {
  return create({
    name: 'Countersign, memory',
    mostNodes: 1,
    open: async (_, clock) => ({ each: [memoryStore({ clock })] }),
  });
}

export function countersignOnSqlite(): Contender {
  return create({
    name: 'Countersign, SQLite',
    mostNodes: 3,
    open: async (nodes, clock) => {
      const folder = mkdtempSync(join(tmpdir(), 'countersign-bench-'));
      const path = join(folder, 'sessions.db');
      return {
        each: Array.from({ length: nodes }, () => sqliteStore({ path, clock })),
        stop: () => rmSync(folder, { recursive: true }),
      };
    },
  });
}

export function countersignOnRedis(url: string): Contender {
  return create(redisSetting(url));
}

export function countersignOnRedisNearCached(url: string): Contender {
  return create(nearCached(redisSetting(url)));
}

function redisSetting(url: string): Setting {
  let starts = 0;
  return {
    name: 'Countersign, Redis',
    mostNodes: 3,
    open: async (nodes, clock) => {
      starts += 1;
      const prefix = `countersign-${starts}:`;
      const clients = await Promise.all(
        Array.from({ length: nodes }, async () => createClient({ url }).connect()),
      );
      return {
        each: clients.map((client) => redisStore({ client, prefix, clock })),
        stop: async () => {
          await Promise.all(clients.map(async (client) => client.close()));
        },
      };
    },
  };
}

export function countersignOnPostgres(url: string): Contender {
  return create(postgresSetting(url));
}

export function countersignOnPostgresNearCached(url: string): Contender {
  return create(nearCached(postgresSetting(url)));
}

function postgresSetting(url: string): Setting {
  let starts = 0;
  return {
    name: 'Countersign, PostgreSQL',
    mostNodes: 3,
    open: async (nodes, clock) => {
      starts += 1;
      const schema = `countersign_${starts}`;
      const pools = Array.from({ length: nodes }, () => new pg.Pool({ connectionString: url }));
      return {
        each: pools.map((client) => postgresStore({ client, schema, clock })),
        stop: async () => {
          await Promise.all(pools.map(async (pool) => pool.end()));
        },
      };
    },
  };
}

function nearCached(setting: Setting): Setting {
  return {
    ...setting,
    name: `${setting.name} and near-cache`,
    bound: 2_000,
    open: async (nodes, clock) => {
      const stores = await setting.open(nodes, clock);
      return { ...stores, each: stores.each.map((store) => nearCache(store, { clock })) };
    },
  };
}

function create({ name, mostNodes, bound = 0, open }: Setting): Contender {
  return {
    name,
    lacks: {},
    mostNodes,
    bound,
    start: async ({ nodes }): Promise<Application> => {
      const clock = createShiftedClock();
      const gates = new Gates();
      const counter = new RenewalCounter();
      const { each, stop } = await open(nodes, clock);
      const key = randomBytes(32);
      const started = await Promise.all(
        each.map(async (store) => {
          const sessions = createSessions({
            store: counter.watch(store),
            keys: [key],
            policy: { idle: '12h', absolute: '12h' },
            clock,
          });
          const options = { origins: [SITE], trustProxy: 1 };
          const server = await startServer(
            withSession(sessions, options, async (request, response) =>
              answer(request, response, { visit: visitOfCountersign(request.session), gates }),
            ),
          );
          return { ...server, sessions };
        }),
      );
      return {
        nodes: started,
        gates,
        advance: async (ms) => clock.advance(ms),
        renewals: () => counter.count,
        stop: async () => {
          for (const node of started) await node.stop();
          for (const { sessions } of started) await sessions.close();
          await stop?.();
        },
      };
    },
  };
}
