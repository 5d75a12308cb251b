import { readFileSync } from 'node:fs';

import { Redis } from 'ioredis';
import { createClient } from 'redis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { OneTimeRecord } from '../../../src/accounts/one-time-store.js';
import { redisOneTimeStore } from '../../../src/stores/redis/one-time-store.js';
import { createFakeClock } from '../../../src/testing/fake-clock.js';
import { startRedis, type RedisServer } from '../../services/redis-server.js';
import { ioRedis, nodeRedis } from './clients.js';
import { contentOf, describeRedisOneTimeStore } from './one-time-conformance.js';

let servers: readonly RedisServer[] = [];
let client: Redis;

const portOf = (which: 0 | 1): number => servers[which]?.port ?? 0;

beforeAll(async () => {
  servers = await Promise.all([startRedis(), startRedis()]);
  client = new Redis({ port: portOf(0) });
});

afterAll(async () => {
  client.disconnect();
  await Promise.all(servers.map((server) => server.stop()));
});

describeRedisOneTimeStore(
  'node-redis',
  () => nodeRedis(portOf(0)),
  () => [portOf(0)],
);
describeRedisOneTimeStore(
  'ioredis',
  () => ioRedis(portOf(1)),
  () => [portOf(1)],
);

const MINUTE = 60_000;

function record(hash: string, fields: Partial<OneTimeRecord> = {}): OneTimeRecord {
  const expiresAt = Date.now() + 10 * MINUTE;
  return { hash, kind: 'reset', subject: 'u1', expiresAt, content: '{}', ...fields };
}

/** The client, with something that happens before it sends the command of this number. */
function interrupted(position: number, happens: () => Promise<void>): Redis {
  let count = 0;
  const call = async (...command: [string, ...string[]]): Promise<unknown> => {
    count += 1;
    if (count === position) await happens();
    return client.call(...command);
  };
  return new Proxy(client, {
    get: (target, name): unknown => (name === 'call' ? call : Reflect.get(target, name)),
  });
}

describe('redisOneTimeStore', () => {
  it('leaves the removal of what has expired to the server, a minute later', async () => {
    const store = redisOneTimeStore({ client, prefix: 'ttl:' });
    const short = record('short', { expiresAt: Date.now() + 5 * MINUTE });
    const long = record('long');
    await store.put(long);
    await store.put(short);
    const expireOf = async (pattern: string): Promise<number> => {
      const [key = ''] = await client.keys(pattern);
      return client.pexpiretime(key);
    };
    expect(await expireOf('ttl:o:*short')).toBe(short.expiresAt + MINUTE);
    expect(await expireOf('ttl:o:*long')).toBe(long.expiresAt + MINUTE);
    expect(await expireOf('ttl:i:*')).toBe(long.expiresAt + MINUTE);
  });

  it('goes by the time that it is told, whatever the server’s clock says', async () => {
    const store = redisOneTimeStore({ client, prefix: 'clock:' });
    const now = Date.now();
    // The server takes this one for expired 30 seconds ago.
    const brief = record('brief', { expiresAt: now - MINUTE / 2 });
    await store.put(brief);
    expect(await store.read('reset', 'brief', brief.expiresAt - 1)).toEqual(brief);
    expect(await store.take('reset', 'brief', brief.expiresAt)).toBeNull();
    expect(await store.take('reset', 'brief', brief.expiresAt - 1)).toEqual(brief);
  });

  it('forgets entries of expired records when another one is entered', async () => {
    const clock = createFakeClock(Date.now());
    const store = redisOneTimeStore({ client, prefix: 'forget:', clock });
    const entries = async (): Promise<number> => {
      const [key = ''] = await client.keys('forget:i:*');
      return client.zcard(key);
    };
    const at = (ms: number) => ({ expiresAt: clock.now() + ms });
    for (const hash of ['a', 'b', 'c']) await store.put(record(hash, at(10 * MINUTE)));
    expect(await entries()).toBe(3);
    clock.advance(11 * MINUTE - 1);
    await store.put(record('d', at(10 * MINUTE)));
    expect(await entries()).toBe(4);
    clock.advance(1);
    await store.put(record('e', at(10 * MINUTE)));
    expect(await entries()).toBe(2);
  });

  it('keeps no entry of what it has replaced or removed', async () => {
    const store = redisOneTimeStore({ client, prefix: 'entries:' });
    await store.put(record('a'));
    await store.put(record('b'), { replaces: true });
    expect(await client.keys('entries:*')).toHaveLength(2);
    await store.removeAbout('u1');
    expect(await client.keys('entries:*')).toEqual([]);
  });

  it.each([1, 2, 3, 4, 5])(
    'leaves one of two that replace each other, when the second comes before step %i of the first (G68)',
    async (step) => {
      const prefix = `between${step}:`;
      const store = redisOneTimeStore({ client, prefix });
      const second = (): Promise<void> => store.put(record('second'), { replaces: true });
      const slow = redisOneTimeStore({ client: interrupted(step, second), prefix });
      await store.put(record('old'), { replaces: true });
      await slow.put(record('first'), { replaces: true });
      // A put has four steps.
      if (step === 5) await second();
      expect(await store.read('reset', 'old', Date.now())).toBeNull();
      const found = await Promise.all(
        ['first', 'second'].map((hash) => store.read('reset', hash, Date.now())),
      );
      expect(found.filter((each) => each !== null)).toHaveLength(1);
    },
  );

  it.each([1, 2, 3, 4])(
    'finishes on the next attempt what was cut off before step %i of replacing (G68)',
    async (step) => {
      const prefix = `cut${step}:`;
      const store = redisOneTimeStore({ client, prefix });
      const cut = redisOneTimeStore({
        client: interrupted(step, () => Promise.reject(new Error('cut off'))),
        prefix,
      });
      await store.put(record('old'), { replaces: true });
      await expect(cut.put(record('cut'), { replaces: true })).rejects.toThrow('cut off');
      await store.put(record('new'), { replaces: true });
      expect(await store.read('reset', 'old', Date.now())).toBeNull();
      expect(await store.read('reset', 'new', Date.now())).not.toBeNull();
      // Between the first step and the second there is a record without an entry, and nobody has its token.
      const isLeft = (await store.read('reset', 'cut', Date.now())) !== null;
      expect(isLeft).toBe(step === 2);
      await store.removeAbout('u1');
      expect(await store.read('reset', 'new', Date.now())).toBeNull();
    },
  );

  it('does not remove the record itself where a client sends its steps again', async () => {
    const store = redisOneTimeStore({ client, prefix: 'again:' });
    await store.put(record('a'), { replaces: true });
    await store.put(record('a'), { replaces: true });
    expect(await store.read('reset', 'a', Date.now())).not.toBeNull();
  });

  it('takes and removes without free memory, and puts nothing then', async () => {
    const store = redisOneTimeStore({ client, prefix: 'full:' });
    await store.put(record('a'));
    await store.put(record('b'));
    await client.config('SET', 'maxmemory', '1');
    try {
      await expect(store.put(record('c'), { replaces: true })).rejects.toThrow(/OOM/);
      expect(await store.take('reset', 'a', Date.now())).not.toBeNull();
      await store.removeAbout('u1');
      expect(await store.read('reset', 'b', Date.now())).toBeNull();
    } finally {
      await client.config('SET', 'maxmemory', '0');
    }
  });

  it('says so where a record is of another layout, and gives nobody anything', async () => {
    const store = redisOneTimeStore({ client, prefix: 'odd:' });
    await store.put(record('a'));
    const [key = ''] = await client.keys('odd:o:*');
    await client.set(key, '99999999999999\u001freset');
    await expect(store.read('reset', 'a', Date.now())).rejects.toThrow(/another layout/);
    await expect(store.take('reset', 'a', Date.now())).rejects.toThrow();
  });

  it('holds a record in about 300 bytes', async () => {
    const store = redisOneTimeStore({ client, prefix: 'countersign:' });
    const hash = 'h'.repeat(43);
    await store.put(record(hash, { subject: 'u'.repeat(22), content: '{"version":12}' }));
    const keys = (await client.keys('countersign:*')).toSorted();
    expect(keys).toHaveLength(2);
    let bytes = 0;
    for (const key of keys) bytes += (await client.memory('USAGE', key)) ?? 0;
    expect(bytes).toBeLessThan(450);
    expect((await contentOf(portOf(0))).join('\n')).toContain(hash);
  });

  it('needs no more of an ACL than the reference page says of sessions', async () => {
    const page = new URL('../../../../../docs/reference/stores-redis.md', import.meta.url);
    const sentence = /A user restricted by ACL needs (.*?), and for listening/.exec(
      readFileSync(page, 'utf8'),
    );
    const rules = [...(sentence?.[1] ?? '').matchAll(/`([^`]+)`/g)].flatMap(([, some = '']) =>
      some.split(' '),
    );
    expect(rules).toContain('+evalsha');
    await client.call('ACL', ['SETUSER', 'plain', 'reset', 'on', '>example', '-@all', ...rules]);
    const restricted = new Redis({
      port: portOf(0),
      username: 'plain',
      password: 'example',
      enableReadyCheck: false,
    });
    const store = redisOneTimeStore({ client: restricted });
    await client.script('FLUSH');
    await store.put(record('a'), { replaces: true });
    await store.put(record('b'), { replaces: true });
    expect(await store.read('reset', 'b', Date.now())).not.toBeNull();
    expect(await store.take('reset', 'b', Date.now())).not.toBeNull();
    await store.removeAbout('u1');
    await expect(restricted.call('KEYS', '*')).rejects.toThrow(/NOPERM/);
    restricted.disconnect();
  });

  it('refuses what is no client, and options that it does not have', () => {
    const other = createClient();
    expect(() => redisOneTimeStore(undefined as never)).toThrow(/client: is not set/);
    expect(() => redisOneTimeStore({ client: {} as never })).toThrow(/client/);
    expect(() => redisOneTimeStore({ client: other, prefix: '{a}' })).toThrow(/prefix/);
    expect(() => redisOneTimeStore({ client: other, prefx: 'a' } as never)).toThrow(/prefx/);
    expect(() => redisOneTimeStore({ client: other, clock: {} as never })).toThrow(/clock/);
  });
});
