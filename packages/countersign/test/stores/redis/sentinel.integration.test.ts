import { createSentinel } from 'redis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { redisStore } from '../../../src/stores/redis/session-store.js';
import { makeRecord } from '../../../src/testing/session-store/make-record.js';
import { newId } from '../../../src/testing/session-store/store-case.js';
import { redisCommand } from '../../services/redis-command.js';
import { ioRedisSentinel, nodeRedisSentinel, type TestClient } from './clients.js';
import { listen, until } from './listener.js';
import { startSentinel, type SentinelSetup } from './sentinel.js';

describe.each([
  ['node-redis', nodeRedisSentinel],
  ['ioredis', ioRedisSentinel],
] as const)('a Sentinel and %s', (_name, connect) => {
  let setup: SentinelSetup;
  let clients: readonly TestClient[];

  beforeAll(async () => {
    setup = await startSentinel({ downAfterMs: 500 });
    const connectOne = (): Promise<TestClient> => connect(setup.sentinelPort, setup.name);
    clients = await Promise.all([connectOne(), connectOne()]);
  });

  afterAll(async () => {
    for (const { close } of clients) close();
    await setup.stop();
  });

  it('a failover is lost and found again, and endings are heard from the new master', async () => {
    const [store, peer] = clients.map(({ client }) => redisStore({ client, prefix: 'f:' }));
    if (store === undefined || peer === undefined) expect.fail('two stores');
    const heard = listen(store);
    await until('the first sign of life', () => heard.events.includes('heard'));
    const record = makeRecord({ id: newId('user'), expiresAt: Date.now() + 60_000 });
    expect(await peer.insert(record, {})).toEqual({ ok: true, ended: [] });
    expect(await store.read(record.id)).toEqual(record);

    const before = await setup.masterPort();
    await setup.servers.find(({ port }) => port === before)?.kill();
    await until('lost', () => heard.events.includes('lost'));
    await until('another master', async () => (await setup.masterPort()) !== before);
    await until(
      'heard again',
      () => heard.events.lastIndexOf('heard') > heard.events.lastIndexOf('lost'),
    );
    const since = heard.events.slice(heard.events.lastIndexOf('lost'));
    expect(since.slice(0, 3)).toEqual(['lost', 'everything', 'heard']);

    const again = makeRecord({ id: newId('user'), expiresAt: Date.now() + 60_000 });
    expect(await peer.insert(again, {})).toEqual({ ok: true, ended: [] });
    expect(await store.read(again.id)).toEqual(again);
    await peer.end([again.id]);
    await until('the ending', () => heard.events.includes(`ended ${again.id}`));
    store.close();
    peer.close();
  });
});

describe('a Sentinel that gives another master, while the former one still says that it is one', () => {
  it('with node-redis, listening moves to the new one', async () => {
    const setup = await startSentinel();
    const client = createSentinel({
      name: setup.name,
      sentinelRootNodes: [{ host: '127.0.0.1', port: setup.sentinelPort }],
      scanInterval: 100,
    });
    client.on('error', () => undefined);
    await client.connect();
    const store = redisStore({ client });
    try {
      const heard = listen(store);
      await until('the first sign of life', () => heard.events.includes('heard'));
      const [former, next] = setup.servers;
      if (former === undefined || next === undefined) expect.fail('two servers');
      // As after a failover by a Sentinel that reaches the replica, and not the master.
      await redisCommand(next.port, 'REPLICAOF NO ONE');
      await redisCommand(setup.sentinelPort, `SENTINEL REMOVE ${setup.name}`);
      const another = `SENTINEL MONITOR ${setup.name} 127.0.0.1 ${next.port} 1`;
      await redisCommand(setup.sentinelPort, another);
      await until('lost', () => heard.events.includes('lost'));
      await until(
        'heard again',
        () => heard.events.lastIndexOf('heard') > heard.events.lastIndexOf('lost'),
      );
      const listeners = async (port: number): Promise<string | undefined> =>
        /tracking_clients:\d/.exec(await redisCommand(port, 'INFO clients'))?.[0];
      expect(await listeners(next.port)).toBe('tracking_clients:1');
      expect(await listeners(former.port)).toBe('tracking_clients:0');
    } finally {
      store.close();
      await client.destroy();
      await setup.stop();
    }
  });
});
