// The private servers that other tests rely on: they serve, break on command, come back, and leave
// nothing behind. What is asserted of a server is what the tests of stores need of it.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import pg from 'pg';
import { createClient } from 'redis';
import { afterEach, describe, expect, test } from 'vitest';

import { startPostgres } from './postgres-server.js';
import { startRedisCluster } from './redis-cluster.js';
import { redisCommand } from './redis-command.js';
import { startRedis } from './redis-server.js';

const stops: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

function stopped<Server extends { stop(): Promise<void> }>(server: Server): Server {
  stops.push(() => server.stop());
  return server;
}

async function query(url: string, text: string): Promise<readonly unknown[]> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const result = await client.query<Record<string, unknown>>(text);
    return result.rows;
  } finally {
    await client.end();
  }
}

describe('a Redis server', () => {
  test('is silent while paused, and answers again', async () => {
    const redis = stopped(await startRedis());
    redis.pause();
    await expect(redisCommand(redis.port, 'PING', 500)).rejects.toThrow();
    redis.resume();
    expect(await redisCommand(redis.port, 'PING')).toBe('PONG');
  });

  test('forgets everything when killed, unless told to keep it', async () => {
    const forgetful = stopped(await startRedis());
    const args = ['--appendonly', 'yes', '--appendfsync', 'always'];
    const durable = stopped(await startRedis({ args }));
    for (const redis of [forgetful, durable]) {
      await redisCommand(redis.port, 'SET key value');
      await redis.kill();
      await expect(redisCommand(redis.port, 'PING')).rejects.toThrow('ECONNREFUSED');
      await redis.restart();
    }
    expect(await redisCommand(forgetful.port, 'EXISTS key')).toBe('0');
    expect(await redisCommand(durable.port, 'GET key')).toBe('value');
  });

  test('that does not start says why, and leaves no folder', async () => {
    const start = startRedis({ args: ['--no-such-setting', 'x'] });
    await expect(start).rejects.toThrow(/no-such-setting/);
  });
});

describe('a Redis Cluster', () => {
  test('serves all slots from three masters', async () => {
    const cluster = stopped(await startRedisCluster());
    expect(await cluster.masters()).toEqual(cluster.nodes);
    expect(cluster.ports).toHaveLength(3);
  });

  test('puts a replica in the place of a dead master, also once that is back', async () => {
    const cluster = stopped(await startRedisCluster({ replicas: 1 }));
    const [first, , , replica] = cluster.nodes;
    if (first === undefined || replica === undefined) throw new Error('six nodes were asked for');
    await first.kill();
    while (!(await cluster.masters()).includes(replica)) await sleep(50);
    await first.restart();
    expect(await cluster.masters()).not.toContain(first);
  });
});

describe('a PostgreSQL server', () => {
  test('gives databases of their own, which outlive a kill', async () => {
    const postgres = stopped(await startPostgres());
    const url = await postgres.createDatabase();
    const other = await postgres.createDatabase();
    await query(url, 'CREATE TABLE words AS SELECT 1 AS word');
    await postgres.kill();
    await expect(query(url, 'SELECT 1')).rejects.toThrow('ECONNREFUSED');
    await postgres.restart();
    expect(await query(url, 'SELECT word FROM words')).toEqual([{ word: 1 }]);
    await expect(query(other, 'SELECT word FROM words')).rejects.toThrow('does not exist');
  });

  test('is silent on open connections too while paused', async () => {
    const postgres = stopped(await startPostgres());
    const client = new pg.Client({ connectionString: postgres.url });
    await client.connect();
    postgres.pause();
    const answered = client.query('SELECT 1').then(() => true);
    expect(await Promise.race([answered, sleep(200, false)])).toBe(false);
    postgres.resume();
    expect(await answered).toBe(true);
    await client.end();
  });

  test('does not wait for the disk unless asked to', async () => {
    const quick = stopped(await startPostgres());
    const safe = stopped(await startPostgres({ args: ['-c', 'fsync=on'] }));
    expect(await query(quick.url, 'SHOW fsync')).toEqual([{ fsync: 'off' }]);
    expect(await query(safe.url, 'SHOW fsync')).toEqual([{ fsync: 'on' }]);
  });
});

describe('nothing is left behind', () => {
  test('by a stop', async () => {
    // Other tests have folders there, too: this one is the server's own by its word.
    const redis = await startRedis();
    const client = await createClient({ url: redis.url }).connect();
    const { dir = '' } = await client.configGet('dir');
    client.destroy();
    expect(dir).toMatch(/countersign-redis-/);
    expect(existsSync(dir)).toBe(true);
    await redis.stop();
    await redis.stop();
    expect(existsSync(dir)).toBe(false);
  });

  test('by a test process that dies: its guard kills a server, a paused one too', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'countersign-guarded-'));
    const server = spawn('sleep', ['600'], { stdio: 'ignore' });
    server.kill('SIGSTOP');
    const guard = spawn('/bin/sh', [join(import.meta.dirname, 'server-guard.sh'), folder], {
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    const gone = [once(server, 'exit'), once(guard, 'exit')];
    // The system ends the guard's input when the process at its other end is no more.
    guard.stdin.end(`${server.pid}\n`);
    await Promise.all(gone);
    expect(server.signalCode).toBe('SIGKILL');
    expect(existsSync(folder)).toBe(false);
  });

  test('and nobody is killed once the server has ended by itself', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'countersign-guarded-'));
    const bystander = spawn('sleep', ['600'], { stdio: 'ignore' });
    const guard = spawn('/bin/sh', [join(import.meta.dirname, 'server-guard.sh'), folder], {
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    const gone = once(guard, 'exit');
    guard.stdin.end(`${bystander.pid}\n\n`);
    await gone;
    expect(bystander.exitCode ?? bystander.signalCode).toBeNull();
    bystander.kill();
  });
});
