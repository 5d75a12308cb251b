import { readFileSync } from 'node:fs';

import { Redis } from 'ioredis';
import { createClient } from 'redis';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

import { redisStore, type RedisStore } from '../../../src/stores/redis/session-store.js';
import { redisThrottleStore } from '../../../src/stores/redis/throttle-store.js';
import { makeRecord } from '../../../src/testing/session-store/make-record.js';
import { change, newId, offered } from '../../../src/testing/session-store/store-case.js';
import { redisCommand } from '../../services/redis-command.js';
import { startRedis, type RedisServer } from '../../services/redis-server.js';
import type { TestClient } from './clients.js';
import { listen, until } from './listener.js';

const PAGE = new URL('../../../../../docs/reference/stores-redis.md', import.meta.url);
const username = 'sessions';
const password = 'an-example-password';

let server: RedisServer;

beforeAll(async () => {
  server = await startRedis();
});

afterAll(() => server.stop());

/** Every rule that the reference page names in the sentence about ACL. */
function documentedRules(): readonly string[] {
  const text = readFileSync(PAGE, 'utf8');
  const sentence = /A user restricted by ACL needs [^\n]*/.exec(text)?.[0] ?? '';
  return [...sentence.matchAll(/`([^`]+)`/g)].flatMap((match) => (match[1] ?? '').split(' '));
}

async function nodeRedis(): Promise<TestClient> {
  const client = createClient({ url: server.url, username, password });
  client.on('error', () => undefined);
  await client.connect();
  return { client, close: () => client.destroy() };
}

async function ioRedis(): Promise<TestClient> {
  const options = { port: server.port, username, password, enableReadyCheck: false };
  const client = new Redis({ ...options, lazyConnect: true });
  client.on('error', () => undefined);
  await client.connect();
  return { client, close: () => client.disconnect() };
}

async function setUser(rules: readonly string[]): Promise<void> {
  const all = ['reset', 'on', `>${password}`, '-@all', ...rules];
  await redisCommand(server.port, `ACL SETUSER ${username} ${all.join(' ')}`);
}

async function useEveryVerb(store: RedisStore): Promise<void> {
  const record = makeRecord({ id: newId('user'), expiresAt: Date.now() + 60_000 });
  const { id, renewal } = record;
  const epoch = await store.epoch('user');
  const limit = { max: 5, over: 'end-oldest' } as const;
  expect(await store.insert(record, { epoch, limit })).toEqual({ ok: true, ended: [] });
  const next = makeRecord({ id: newId('user'), expiresAt: Date.now() + 60_000 });
  const replaces = { id, until: Date.now() + 30_000 };
  expect(await store.insert(next, { replaces })).toEqual({ ok: true, ended: [] });
  expect(await store.patch(id, change({ a: 1 }), {})).toBe('ok');
  expect(await store.renew(next.id, renewal, offered(renewal, 'a'))).toBe('ok');
  expect(await store.bind(id, null, 'key')).toBe('ok');
  await store.touch([{ id, seen: Date.now() + 1 }]);
  expect(await store.list('user')).toHaveLength(2);
  expect(await store.end([id])).toEqual([id]);
  await store.changeEpoch('user');
  await store.epoch('user');
  expect(await store.endUser('user', {})).toEqual([next.id]);
  await store.endEveryone();
  expect(await store.sweep(10)).toBe(0);
}

describe.each([
  ['node-redis', nodeRedis],
  ['ioredis', ioRedis],
] as const)('a restricted user with %s', (_name, connect) => {
  it('needs no more than the reference page says', async () => {
    await setUser(documentedRules());
    const { client, close } = await connect();
    const store = redisStore({ client });
    const heard = listen(store);
    await until('signs of life', () => heard.events.includes('heard'));
    await useEveryVerb(store);
    await until('another sign of life', () => heard.events.at(-1) === 'heard');
    expect(heard.events).not.toContain('lost');
    store.close();
    close();
  });

  it('needs no more for the counters of the throttle', async () => {
    await setUser(documentedRules());
    const { client, close } = await connect();
    const store = redisThrottleStore({ client });
    const counter = {
      key: 'counter of the restricted user',
      rule: { kind: 'window', limit: 5, windowMs: 60_000 },
    } as const;
    for (let i = 0; i < 2; i += 1) {
      const count = await store.count([counter], Date.now());
      expect(count).toMatchObject({ ok: true, counted: [{ failures: 1 }] });
      if (count.ok) await store.settle(count.counted, 'withdrawn');
    }
    await store.forget([counter.key]);
    store.close();
    close();
  });

  it('that may not listen is told so, and its verbs work', async () => {
    const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
    await setUser(documentedRules().filter((rule) => rule !== '+client|tracking'));
    const { client, close } = await connect();
    const store = redisStore({ client });
    const heard = listen(store);
    await useEveryVerb(store);
    await until('the warning', () => warned.mock.calls.length > 0);
    expect(warned.mock.calls[0]?.[0]).toMatch(/cannot listen.*\+client\|tracking/);
    expect(heard.events).not.toContain('heard');
    await until('more tries', () => new Promise((resolve) => void setTimeout(resolve, 500, true)));
    expect(warned).toHaveBeenCalledOnce();
    warned.mockRestore();
    store.close();
    close();
  });
});
