import { Redis } from 'ioredis';
import { createClient, createClientPool, createCluster, createSentinel } from 'redis';
import { describe, expect, it } from 'vitest';

import { redisStore, type RedisStoreOptions } from '../../../src/stores/redis/session-store.js';
import { homeIn, Keys } from '../../../src/stores/redis/keys.js';
import { slotOf } from '../../../src/stores/redis/slot.js';
import { homeOf } from '../../../src/session/token.js';
import { createFakeClock } from '../../../src/testing/fake-clock.js';
import { newId } from '../../../src/testing/session-store/store-case.js';

const misconfigure = (options: unknown) => (): unknown =>
  Reflect.apply(redisStore, undefined, [options]);

describe('the options of redisStore', () => {
  it.each([
    ['no client', {}, /^client: is not set\. Pass what createClient/],
    ['null', { client: null }, /^client: is not set/],
    ['an address', { client: 'redis://localhost' }, /^client: is an address/],
    ['a URL', { client: new URL('redis://localhost') }, /^client: is an address/],
    ['a promise', { client: Promise.resolve() }, /^client: is a promise\. Write `await/],
    ['a number', { client: 6379 }, /^client: is not a Redis client/],
    ['something else', { client: { get: (): null => null } }, /^client: is not a client of/],
    ['a pool', { client: createClientPool() }, /^client: is not a client of/],
    ['a misspelt option', { client: createClient(), prefx: 'a' }, /^prefx: is not an option here/],
    [
      'half a clock',
      { client: createClient(), clock: { now: (): number => 0 } },
      /^clock: is not a clock/,
    ],
    ['no options', undefined, /^client: is not set/],
  ])('%s is refused with the remedy', (_name, options, message) => {
    expect(misconfigure(options)).toThrow(message);
    expect(misconfigure(options)).toThrow(expect.objectContaining({ code: 'configuration' }));
  });

  it('a client with a key prefix of its own is refused', () => {
    const client = new Redis({ lazyConnect: true, keyPrefix: 'app:' });
    expect(misconfigure({ client })).toThrow(
      /^client: has a keyPrefix of its own\. Make it without/,
    );
    expect(misconfigure({ client: createClient({ keyPrefix: 'app:' }) })).toThrow(/keyPrefix/);
  });

  it.each(['', ' ', 'a b', '{a}', 'a*', 'a?', '[a', 'a\\', 'é', 'x'.repeat(65), 5])(
    'the prefix %j is refused',
    (prefix) => {
      const client = createClient();
      expect(misconfigure({ client, prefix })).toThrow(/^prefix: /);
    },
  );

  it('clients are taken before they are connected, and none is connected by that', async () => {
    const clients: readonly RedisStoreOptions['client'][] = [
      createClient(),
      createClient().withCommandOptions({ timeout: 5 }),
      createCluster({ rootNodes: [] }),
      createSentinel({ name: 'main', sentinelRootNodes: [{ host: '127.0.0.1', port: 1 }] }),
      new Redis({ lazyConnect: true, enableOfflineQueue: false }),
      new Redis({
        lazyConnect: true,
        sentinels: [{ host: '127.0.0.1', port: 1 }],
        name: 'main',
        enableOfflineQueue: false,
      }),
    ];
    for (const client of clients) {
      const clock = createFakeClock();
      const store = redisStore({ client, prefix: 'shop:', clock });
      if (!(client instanceof Redis)) await expect(store.read('id')).rejects.toThrow();
      store.close();
      expect(() => store.read('id')).toThrow(/was closed/);
      expect(clock.waiting).toBe(0);
    }
  });
});

describe('keys', () => {
  it('an id has the home of its user in its first ten bits', () => {
    for (const userId of ['user', 'é', '', 'x'.repeat(1_024)]) {
      expect(homeIn(newId(userId))).toBe(homeOf(userId));
    }
    expect(homeIn('AAAA')).toBe(0);
    expect(homeIn('__AA')).toBe(1_023);
    expect(homeIn('')).toBe(0);
    expect(homeIn('漢')).toBe(0);
  });

  it('all keys of a session and its user are in one slot', () => {
    const keys = new Keys('shop:');
    const id = newId('user');
    const ofUser = keys.ofUser('user');
    const all = [
      ofUser.userIndex,
      ofUser.userEpoch,
      ofUser.base,
      `${keys.ofSession(id).record}${id}`,
    ];
    expect(new Set(all.map(slotOf)).size).toBe(1);
    expect(ofUser.userIndex).toBe(`shop:u:{${homeOf('user')}}user`);
  });

  it('a user id with braces or control characters stays in its home', () => {
    const keys = new Keys('shop:');
    for (const userId of ['{0}', '}{', '\0', '\u001f']) {
      expect(slotOf(keys.ofUser(userId).userIndex)).toBe(slotOf(keys.ofUser(userId).base));
    }
  });

  it('slots are those of the Cluster specification', () => {
    expect(slotOf('123456789')).toBe(0x31c3 % 16_384);
    expect(slotOf('{user1000}.following')).toBe(slotOf('{user1000}.followers'));
    expect(slotOf('foo')).toBe(12_182);
  });
});
