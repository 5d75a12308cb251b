import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { Keys } from '../../../src/stores/redis/keys.js';
import { redisStore, type RedisStore } from '../../../src/stores/redis/session-store.js';
import { makeRecord } from '../../../src/testing/session-store/make-record.js';
import { change, newId, offered } from '../../../src/testing/session-store/store-case.js';
import { redisCommand } from '../../services/redis-command.js';
import { startRedis, type RedisServer } from '../../services/redis-server.js';
import { startProxy, type TcpProxy } from '../../services/tcp-proxy.js';
import { ioRedis, nodeRedis, type TestClient } from './clients.js';
import { listen, until, type Heard } from './listener.js';

describe.each([
  ['node-redis', nodeRedis],
  ['ioredis', ioRedis],
] as const)('listening with %s', (_name, connect) => {
  let server: RedisServer;
  let proxy: TcpProxy;
  let far: TestClient;
  let near: TestClient;
  let store: RedisStore;
  let peer: RedisStore;
  let heard: Heard;

  beforeAll(async () => {
    server = await startRedis();
    proxy = await startProxy(server.port);
    [far, near] = await Promise.all([connect(proxy.port), connect(server.port)]);
  });

  afterAll(async () => {
    far.close();
    near.close();
    await proxy.stop();
    await server.stop();
  });

  beforeEach(async () => {
    store = redisStore({ client: far.client });
    peer = redisStore({ client: near.client });
    heard = listen(store);
    await until('the first sign of life', () => heard.events.includes('heard'));
    heard.events.length = 0;
  });

  afterEach(async () => {
    store.close();
    peer.close();
    proxy.restore();
    await until('the connection of its own is closed', async () => {
      const info = await redisCommand(server.port, 'INFO clients');
      return info.includes('tracking_clients:0');
    });
  });

  async function add(of: RedisStore, userId: string | null = 'user'): Promise<string> {
    const record = makeRecord({ id: newId(userId), userId, expiresAt: Date.now() + 60_000 });
    expect(await of.insert(record, {})).toEqual({ ok: true, ended: [] });
    return record.id;
  }

  /** Lost, then everything, then heard, and nothing of that twice. */
  async function expectLossAndRecovery(): Promise<void> {
    await until('lost', () => heard.events.includes('lost'));
    proxy.restore();
    await until('heard again', () => after('lost').includes('heard'));
    expect(after('lost').slice(0, 3)).toEqual(['lost', 'everything', 'heard']);
    const id = await add(peer);
    await peer.end([id]);
    await until('an ending after that', () => heard.events.includes(`ended ${id}`));
  }

  function after(event: string): string[] {
    return heard.events.slice(heard.events.lastIndexOf(event));
  }

  it('every ending and change by another node is told by its kind, and touches are not', async () => {
    const ids = [await add(peer), await add(peer), await add(peer, 'other'), await add(peer)];
    const [touched = '', patched = '', bound = '', replaced = ''] = ids;
    const { renewal } = (await peer.read(touched)) ?? expect.fail('missing');
    // What is new for each user is told as everything, and before what comes after it.
    const last = await add(peer);
    await peer.end([last]);
    await until('all that was before', () => heard.events.includes(`ended ${last}`));
    expect(heard.events).toContain('everything');
    heard.events.length = 0;
    await peer.touch([{ id: touched, seen: Date.now() }]);
    await peer.patch(patched, change({ a: 1 }), {});
    await peer.renew(patched, renewal, offered(renewal, 'a'));
    await peer.bind(bound, null, 'key');
    const successor = makeRecord({ id: newId('user'), expiresAt: Date.now() + 60_000 });
    await peer.insert(successor, { replaces: { id: replaced, until: Date.now() + 30_000 } });
    await peer.endUser('other', {});
    await until('the last of it', () => heard.events.includes(`ended ${bound}`));
    expect(heard.events.filter((event) => event !== 'heard')).toEqual([
      `changed ${patched}`,
      `changed ${patched}`,
      `changed ${bound}`,
      `changed ${replaced}`,
      `ended ${bound}`,
    ]);
    await peer.endEveryone();
    await until('everything', () => heard.events.includes('everything'));
  });

  it('an ending is told of a session that the server has evicted, too: a cache may hold it', async () => {
    const [one, other] = [await add(peer), await add(peer)];
    for (const id of [one, other]) {
      const key = new Keys('countersign:').ofSession(id).record + id;
      expect(await redisCommand(server.port, `DEL ${key}`)).toBe('1');
    }
    expect(await peer.end([one])).toEqual([]);
    await until('the one that was named', () => heard.events.includes(`ended ${one}`));
    expect(await peer.endUser('user', {})).toEqual([]);
    await until('the one in the index', () => heard.events.includes(`ended ${other}`));
  });

  it('its own endings are told before the verb answers', async () => {
    const id = await add(store);
    await store.end([id]);
    expect(heard.events).toContain(`ended ${id}`);
  });

  it('FLUSHALL is told as everything, without a loss', async () => {
    await add(peer);
    heard.events.length = 0;
    await redisCommand(server.port, 'FLUSHALL');
    await until('everything', () => heard.events.includes('everything'));
    expect(heard.events).not.toContain('lost');
  });

  it('a sign of life says when its question was sent', async () => {
    proxy.delay(60);
    heard.events.length = 0;
    await until('two signs', () => heard.events.filter((event) => event === 'heard').length > 2);
    const age = Date.now() - heard.at;
    expect(age).toBeGreaterThanOrEqual(100);
  });

  it('stopped at any moment while it connects, it leaves no connection behind', async () => {
    const connections = async (): Promise<string | undefined> =>
      /connected_clients:\d+/.exec(await redisCommand(server.port, 'INFO clients'))?.[0];
    const before = await connections();
    for (let turns = 0; turns < 20; turns += 1) {
      const { stop } = listen(peer);
      for (let i = 0; i < turns; i += 1) await new Promise((resolve) => setImmediate(resolve));
      stop();
    }
    // Not only for a moment, with some that come late.
    let looks = 0;
    await until('as many connections as before, and no more of them', async () => {
      looks = (await connections()) === before ? looks + 1 : 0;
      return looks === 20;
    });
    expect(await connections()).toBe(before);
  });

  it('a cut connection is lost at once', async () => {
    proxy.cut();
    await expectLossAndRecovery();
  });

  it('a connection that has gone silent is lost when no answer comes', async () => {
    const last = (): number => heard.events.length;
    proxy.blackHole();
    const silentSince = Date.now();
    await until('lost', () => heard.events.includes('lost'));
    const before = last();
    await until('some time', () => Date.now() - silentSince > 1_800);
    expect(heard.events.slice(before)).not.toContain('heard');
    await expectLossAndRecovery();
  });

  it('a server that stops and comes back is lost and found', async () => {
    await server.kill();
    await until('lost', () => heard.events.includes('lost'));
    await server.restart();
    await expectLossAndRecovery();
  });
});
