import { createClient } from 'redis';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';

import { createSessions } from '../../../src/session/sessions.js';
import { redisStore, type RedisStore } from '../../../src/stores/redis/session-store.js';
import { createFakeClock, type FakeClock } from '../../../src/testing/fake-clock.js';
import { makeRecord } from '../../../src/testing/session-store/make-record.js';
import { change, newId, offered, times } from '../../../src/testing/session-store/store-case.js';
import { startRedis, type RedisServer } from '../../services/redis-server.js';
import { Browser, KEY, type Data } from '../../session/fixture.js';
import { until } from './listener.js';

const AGENT =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36';
const MINUTE = 60_000;

let server: RedisServer;
let client: ReturnType<typeof createClient>;
let clock: FakeClock;
let store: RedisStore;

beforeAll(async () => {
  server = await startRedis();
  client = createClient({ url: server.url });
  client.on('error', () => undefined);
  await client.connect();
});

afterAll(async () => {
  client.destroy();
  await server.stop();
});

beforeEach(async () => {
  await client.flushAll();
  // Ahead of the server's clock, which goes on while this one stands, and would clear up meanwhile.
  clock = createFakeClock(Date.now() + 60 * MINUTE);
  store = redisStore({ client, clock });
});

afterEach(() => store.close());

async function add(userId: string | null = 'user', fields = {}): Promise<string> {
  const now = clock.now();
  const record = makeRecord({
    id: newId(userId),
    userId,
    createdAt: now,
    expiresAt: now + MINUTE,
    ...fields,
  });
  expect(await store.insert(record, {})).toEqual({ ok: true, ended: [] });
  return record.id;
}

/** How many commands of each kind clients have sent while `act` ran; those inside scripts are apart. */
async function commandsOf(act: () => Promise<unknown>): Promise<Record<string, number>> {
  const sent: Record<string, number> = {};
  const monitor = client.duplicate();
  await monitor.connect();
  await monitor.monitor((line) => {
    const [, source, name = ''] = /\[\d+ ([^\]]+)\] "([^"]+)"/.exec(line) ?? [];
    if (source !== 'lua') sent[name] = (sent[name] ?? 0) + 1;
  });
  await act();
  await client.sendCommand(['ECHO', 'end']);
  await until('the end', () => sent['ECHO'] !== undefined);
  delete sent['ECHO'];
  monitor.destroy();
  return sent;
}

describe('round trips', () => {
  it('a check is one command, and so is every other verb', async () => {
    await store.endEveryone();
    const id = await add();
    const other = await add();
    const { renewal } = (await store.read(id)) ?? expect.fail('missing');
    await store.endUser('nobody', {});
    await store.changeEpoch('nobody');
    await store.epoch('user');
    await store.patch(id, change({ a: 1 }), {});
    await store.renew(id, renewal, offered(renewal, 'x'));
    await store.bind(id, null, 'key');
    await store.touch([{ id, seen: clock.now() + 1 }]);
    await store.list('user');
    await store.end([other]);
    expect(await commandsOf(() => store.read(id))).toEqual({ MGET: 1 });
    const verbs: readonly (() => Promise<unknown>)[] = [
      () => add(),
      () => store.epoch('user'),
      () => store.patch(id, change({ a: 2 }), {}),
      () => store.renew(id, renewal, renewal),
      () => store.bind(id, 'key', null),
      () => store.touch(times(20, () => ({ id: newId('user'), seen: clock.now() }))),
      () => store.list('user'),
      () => store.end(times(20, () => newId('user'))),
      () => store.endUser('user', {}),
      () => store.changeEpoch('user'),
      () => store.endEveryone(),
    ];
    for (const verb of verbs) expect(await commandsOf(verb)).toEqual({ EVALSHA: 1 });
  });

  it('a server that has forgotten the scripts is told them again', async () => {
    await add();
    await client.sendCommand(['SCRIPT', 'FLUSH']);
    await add();
    expect(await store.list('user')).toHaveLength(2);
  });
});

describe('what is stored', () => {
  it('stays under 400 bytes for a signed-in session with two small keys, its index included', async () => {
    const record = makeRecord({
      id: newId('user-12345678'),
      userId: 'user-12345678',
      createdAt: clock.now(),
      expiresAt: clock.now() + MINUTE,
      client: { userAgent: AGENT, address: '192.0.2.1' },
      data: '{"cart":[1,2],"theme":"dark"}',
    });
    await store.insert(record, {});
    const keys = (await client.keys('countersign:[su]:*')).toSorted();
    expect(keys).toHaveLength(2);
    let bytes = 0;
    for (const key of keys) bytes += (await client.memoryUsage(key)) ?? 0;
    expect(bytes).toBeLessThan(400);
    expect(bytes).toBeGreaterThan(200);
  });

  it('expires by the server itself, at the absolute limit', async () => {
    const id = await add();
    const [key = ''] = await client.keys(`*${id}`);
    expect(await client.pExpireTime(key)).toBe(clock.now() + MINUTE);
    const { renewal } = (await store.read(id)) ?? expect.fail('missing');
    await store.patch(id, change({ a: 1 }), {});
    await store.renew(id, renewal, offered(renewal, 'x'));
    await store.bind(id, null, 'key');
    await store.touch([{ id, seen: clock.now() + 1 }]);
    expect(await client.pExpireTime(key)).toBe(clock.now() + MINUTE);
    await store.insert(
      makeRecord({ id: newId('user'), createdAt: clock.now(), expiresAt: clock.now() + MINUTE }),
      {
        replaces: { id, until: clock.now() + 5_000 },
      },
    );
    expect(await client.pExpireTime(key)).toBe(clock.now() + 5_000);
  });

  it('an ended session leaves nothing behind', async () => {
    await store.end([await add(), await add(null)]);
    expect(await client.keys('countersign:[su]:*')).toEqual([]);
  });

  it('no announcement stays behind', async () => {
    const id = await add();
    await store.patch(id, change({ a: 1 }), {});
    await store.endUser('user', {});
    expect(await client.keys('countersign:[ac]:*')).toEqual([]);
    expect(await client.keys('countersign:[su]:*')).toEqual([]);
  });

  it('a home whose base was lost has no sessions any more, and takes new ones', async () => {
    const id = await add();
    await client.del(await client.keys('countersign:b:*'));
    expect(await store.read(id)).toBeNull();
    expect(await store.list('user')).toEqual([]);
    const next = await add();
    expect(await store.read(next)).not.toBeNull();
    expect(await store.read(id)).toBeNull();
  });

  it('an id outside the home of its user is refused: endings by user would miss it', async () => {
    const id = newId('user');
    const record = makeRecord({ id, userId: 'somebody else', expiresAt: clock.now() + MINUTE });
    await expect(store.insert(record, {})).rejects.toThrow(RangeError);
  });

  it('a sign-in by a node whose clock is ahead hides no session from ending them all', async () => {
    const id = await add('user', { expiresAt: clock.now() + MINUTE });
    const ahead = redisStore({ client, clock: createFakeClock(clock.now() + 2 * MINUTE) });
    const expiresAt = clock.now() + 10 * MINUTE;
    const later = makeRecord({ id: newId('user'), createdAt: clock.now(), expiresAt });
    expect(await ahead.insert(later, {})).toEqual({ ok: true, ended: [] });
    ahead.close();
    expect(await store.endUser('user', {})).toContain(later.id);
    expect(await store.read(id)).toBeNull();
  });
});

describe('sweeping', () => {
  it('clears dead entries of an index, and the records that ending everyone cut off', async () => {
    await add('user', { expiresAt: clock.now() + 1_000 });
    const live = await add('user');
    await add('gone', { expiresAt: clock.now() + 1_000 });
    clock.advance(1_000);
    expect(await store.sweep(100)).toBe(2);
    expect(await client.keys('countersign:u:*')).toHaveLength(1);
    expect(await store.read(live)).not.toBeNull();
    await add(null);
    await store.endEveryone();
    expect(await client.keys('countersign:s:*')).toHaveLength(2);
    expect(await store.sweep(100)).toBe(2);
    expect(await client.keys('countersign:[su]:*')).toEqual([]);
    expect(await store.sweep(100)).toBe(0);
  });

  it('happens by itself, in small steps, by one process at a time', async () => {
    for (let i = 0; i < 300; i += 1) await add(`user ${i}`, { expiresAt: clock.now() + 1_000 });
    const sent = await commandsOf(async () => {
      await until('a sweep', async () => {
        clock.advance(1_000);
        await new Promise((resolve) => void setImmediate(resolve));
        return (await client.keys('countersign:[su]:*')).length === 0;
      });
    });
    expect(sent['SCAN']).toBeGreaterThan(1);
    const second = redisStore({ client, clock });
    const idle = await commandsOf(async () => {
      for (let i = 0; i < 100; i += 1) {
        clock.advance(1_000);
        await client.ping();
      }
    });
    expect(idle['SCAN']).toBeUndefined();
    second.close();
  });
});

describe('the server', () => {
  it('is asked about its eviction policy, and one that drops sessions is warned of', async () => {
    const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
    const look = async (): Promise<void> => {
      const checked = redisStore({ client, clock });
      const sent = await commandsOf(async () => {
        clock.advance(1_000);
        await client.ping();
      });
      expect(sent['INFO']).toBeGreaterThan(0);
      checked.close();
    };
    await look();
    expect(warned).not.toHaveBeenCalled();
    await client.configSet({ maxmemory: '100mb', 'maxmemory-policy': 'allkeys-lru' });
    await look();
    expect(warned).toHaveBeenCalledWith(
      expect.stringMatching(/maxmemory-policy allkeys-lru.*Set maxmemory-policy noeviction/),
      'CountersignWarning',
    );
    await client.configSet({ maxmemory: '0', 'maxmemory-policy': 'noeviction' });
    warned.mockRestore();
  });

  it('without free memory still ends sessions, and refuses new ones aloud', async () => {
    const [one, two] = [await add(), await add()];
    const epoch = await store.epoch('user');
    await client.configSet('maxmemory', '1');
    await expect(add()).rejects.toThrow(/OOM/);
    await expect(store.patch(one, change({ a: 1 }), {})).rejects.toThrow(/OOM/);
    expect(await store.end([one])).toEqual([one]);
    expect(await store.endUser('user', {})).toEqual([two]);
    await store.changeEpoch('user');
    await client.configSet('maxmemory', '0');
    expect(await store.epoch('user')).not.toBe(epoch);
    const three = await add();
    await client.configSet('maxmemory', '1');
    await store.endEveryone();
    expect(await store.read(three)).toBeNull();
    await client.configSet('maxmemory', '0');
  });

  it('that goes away makes verbs reject, and they work again when it is back', async () => {
    const own = client.duplicate({ disableOfflineQueue: true });
    own.on('error', () => undefined);
    await own.connect();
    const distant = redisStore({ client: own, clock });
    const read = (): Promise<unknown> => distant.read(newId('user'));
    expect(await read()).toBeNull();
    await server.kill();
    for (let tries = 0; tries < 20; tries += 1) await expect(read()).rejects.toThrow();
    await server.restart();
    await until('a working store', () =>
      read().then(
        () => true,
        () => false,
      ),
    );
    distant.close();
    own.destroy();
  });
});

describe('the whole library on Redis', () => {
  it('signs in, renews, keeps writes, ends others, and sees an ending at once', async () => {
    const peerClient = await client.duplicate().connect();
    const options = { clock, keys: [KEY] };
    const here = createSessions<Data>({ store, ...options });
    const there = createSessions<Data>({
      store: redisStore({ client: peerClient, clock }),
      ...options,
    });
    const [laptop, phone] = [new Browser(here), new Browser(there)];
    await laptop.signIn();
    await phone.signIn();
    const first = laptop.token;
    await laptop.visit((session) => session.set('cart', []));
    await Promise.all([
      laptop.visit((session) => session.set('a', 'é')),
      laptop.visit((session) => session.set('b', 2)),
    ]);
    await laptop.browse(clock, 16);
    expect(laptop.token).not.toBe(first);
    const session = await laptop.send();
    expect(session.data).toEqual({ a: 'é', b: 2, cart: [] });
    expect(session.explain().outcome).toBe('live');
    expect(await session.list()).toHaveLength(2);
    expect(await session.endOthers()).toBe(1);
    expect((await phone.send()).explain().outcome).toBe('not-found');
    expect((await laptop.send()).userId).toBe('user-1');
    await there.endEveryone();
    expect((await laptop.send()).userId).toBeNull();
    await there.close();
    await here.close();
    peerClient.destroy();
  });
});
