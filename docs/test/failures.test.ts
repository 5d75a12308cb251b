// What the guide to stores says that servers forget and keep, done to real ones.

import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { createSessions, type SessionStore } from 'countersign';
import { nearCache } from 'countersign/stores/near-cache';
import { postgresStore } from 'countersign/stores/postgres';
import { redisStore } from 'countersign/stores/redis';
import { sqliteStore } from 'countersign/stores/sqlite';
import pg from 'pg';
import { createClient } from 'redis';
import { afterEach, describe, expect, test } from 'vitest';

import { startPostgres } from '../../packages/countersign/test/services/postgres-server.js';
import {
  startRedis,
  type RedisServer,
} from '../../packages/countersign/test/services/redis-server.js';

type Application = ReturnType<typeof applicationOn>;

const endings: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).toReversed()) await end();
});

function applicationOn(store: SessionStore) {
  const keys = ['an-example-key-of-more-than-32-bytes-0123456789'];
  const application = createSessions({ store, keys });
  endings.push(() => application.close().catch(() => undefined));
  return application;
}

async function signIn(application: Application): Promise<string> {
  const session = await application.check(null);
  await session.signIn('ada');
  const { cookies } = await session.commit({ status: 200 });
  return cookies.map(({ name, value }) => `${name}=${value}`).join('; ');
}

async function userOf(application: Application, cookie: string): Promise<string | null> {
  return (await application.check(cookie)).userId;
}

/** Waits until the store answers again. */
async function isBack(application: Application): Promise<void> {
  await expect.poll(async () => application.list('ada').catch(() => 'down')).not.toBe('down');
}

async function redisWith(args: readonly string[] = []): Promise<RedisServer> {
  const server = await startRedis({ args });
  endings.push(() => server.stop());
  return server;
}

async function clientOf({ url }: RedisServer) {
  const client = createClient({ url, disableOfflineQueue: true });
  client.on('error', () => undefined);
  await client.connect();
  endings.push(() => client.destroy());
  return client;
}

describe('Redis', () => {
  test('without persistence, after a restart: everybody signs in again, sign-ins under way too', async () => {
    const server = await redisWith();
    const application = applicationOn(redisStore({ client: await clientOf(server) }));
    const cookie = await signIn(application);
    const attempt = await (await application.check(null)).beginSignIn('ada');
    await server.kill();
    await expect(async () => application.check(cookie)).rejects.toThrow(
      expect.objectContaining({ code: 'store-unavailable' }),
    );
    await server.restart();
    await isBack(application);
    expect(await userOf(application, cookie)).toBeNull();
    const late = await application.check(null);
    expect(await late.signIn('ada', { attempt })).toEqual({ ok: false, reason: 'ended-meanwhile' });
  });

  test('with an append-only file that is always flushed, after a crash: all is as it was answered', async () => {
    const server = await redisWith(['--appendonly', 'yes', '--appendfsync', 'always']);
    const application = applicationOn(redisStore({ client: await clientOf(server) }));
    const [ended, kept] = [await signIn(application), await signIn(application)];
    const session = await application.check(ended);
    await session.signOut();
    await server.kill();
    await server.restart();
    await isBack(application);
    expect([await userOf(application, ended), await userOf(application, kept)]).toEqual([
      null,
      'ada',
    ]);
  });

  test('emptied by FLUSHALL: nobody is signed in, behind a near-cache at once', async () => {
    const client = await clientOf(await redisWith());
    const near = nearCache(redisStore({ client }));
    const application = applicationOn(near);
    const cookie = await signIn(application);
    const attempt = await (await application.check(null)).beginSignIn('ada');
    await expect
      .poll(async () => {
        await application.check(cookie);
        return near.stats().hits;
      })
      .toBeGreaterThan(1);
    await client.flushAll();
    await expect.poll(async () => userOf(application, cookie)).toBeNull();
    const late = await application.check(null);
    expect(await late.signIn('ada', { attempt })).toEqual({ ok: false, reason: 'ended-meanwhile' });
  });

  test('out of memory, with noeviction: no sign-in, but checks and endings', async () => {
    const client = await clientOf(await redisWith(['--maxmemory', '4mb']));
    const application = applicationOn(redisStore({ client }));
    const [cookie, other] = [await signIn(application), await signIn(application)];
    for (const size of [10_000, 1]) {
      const fill = async (): Promise<void> => {
        for (let i = 0; ; i += 1) await client.set(`${size}:${i}`, 'x'.repeat(size));
      };
      await expect(fill()).rejects.toThrow('OOM');
    }
    expect(await userOf(application, cookie)).toBe('ada');
    await expect(signIn(application)).rejects.toThrow(
      expect.objectContaining({ code: 'store-unavailable' }),
    );
    const session = await application.check(cookie);
    await session.signOut();
    expect(await userOf(application, cookie)).toBeNull();
    expect(await application.endUser('ada')).toBe(1);
    expect(await userOf(application, other)).toBeNull();
  });
});

test('PostgreSQL keeps through a crash what it has answered', async () => {
  const server = await startPostgres();
  endings.push(() => server.stop());
  const pool = new pg.Pool({ connectionString: server.url });
  pool.on('error', () => undefined);
  endings.push(() => pool.end());
  const application = applicationOn(postgresStore({ client: pool }));
  const [ended, kept] = [await signIn(application), await signIn(application)];
  const session = await application.check(ended);
  await session.signOut();
  await server.kill();
  await expect(async () => application.check(kept)).rejects.toThrow(
    expect.objectContaining({ code: 'store-unavailable' }),
  );
  await server.restart();
  await isBack(application);
  expect([await userOf(application, ended), await userOf(application, kept)]).toEqual([
    null,
    'ada',
  ]);
});

test('a backup brings ended sessions back, until everyone is signed out', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-backup-'));
  endings.push(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'sessions.db');
  const backup = join(folder, 'backup.db');
  const before = applicationOn(sqliteStore({ path }));
  const cookie = await signIn(before);
  await before.close();
  copyFileSync(path, backup);
  const between = applicationOn(sqliteStore({ path }));
  await between.endUser('ada');
  expect(await userOf(between, cookie)).toBeNull();
  await between.close();
  const after = applicationOn(sqliteStore({ path: backup }));
  expect(await userOf(after, cookie)).toBe('ada');
  await after.endEveryone();
  expect(await userOf(after, cookie)).toBeNull();
});
