// Connecting takes longer than an attempt is waited for: the next attempt gets the connection, it is let
// go of once, and what was asked of it meanwhile fails in silence.

import { expect, test } from 'vitest';

import { waysToHear } from '../../../src/stores/postgres/announcement-line.js';
import type { PgPool, PgPoolClient } from '../../../src/stores/postgres/driver.js';

const SILENT = { message: () => undefined, broken: () => undefined, listening: () => undefined };

test('of two attempts that wait for one connection the last one gets it, alone', async () => {
  let released = 0;
  const client: PgPoolClient = {
    query: async () => ({ rows: [] }),
    on: () => undefined,
    end: async () => undefined,
    release: () => {
      released += 1;
      if (released > 1) throw new Error('Release called on client which has already been released');
    },
  };
  let connected: (client: PgPoolClient) => void = () => undefined;
  const connecting = new Promise<PgPoolClient>((resolve) => {
    connected = resolve;
  });
  const pool: PgPool = {
    totalCount: 0,
    query: async () => ({ rows: [] }),
    connect: () => connecting,
  };
  const open = waysToHear(pool, undefined);
  const attempts = Promise.allSettled([open?.(['a'], SILENT), open?.(['a'], SILENT)]);
  connected(client);
  const [first, second] = await attempts;
  expect(first.status).toBe('rejected');
  if (second.status === 'rejected') throw second.reason;
  expect(released).toBe(0);
  second.value?.close();
  second.value?.close();
  expect(released).toBe(1);
});

test('a connection that is let go of before it listens makes no unhandled rejection', async () => {
  const rejections: unknown[] = [];
  const note = (reason: unknown): void => void rejections.push(reason);
  process.on('unhandledRejection', note);
  const client: PgPoolClient = {
    query: async () => Promise.reject(new Error('Connection terminated')),
    on: () => undefined,
    end: async () => undefined,
    release: () => undefined,
  };
  const pool: PgPool = {
    totalCount: 0,
    query: async () => ({ rows: [] }),
    connect: async () => client,
  };
  const line = await waysToHear(pool, undefined)?.(['a'], SILENT);
  line?.close();
  await new Promise<void>((resolve) => setImmediate(resolve));
  process.off('unhandledRejection', note);
  expect(rejections).toEqual([]);
});
