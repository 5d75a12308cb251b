import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { Keys } from '../../../src/stores/redis/keys.js';
import { redisStore, type RedisStore } from '../../../src/stores/redis/session-store.js';
import { slotOf } from '../../../src/stores/redis/slot.js';
import { makeRecord } from '../../../src/testing/session-store/make-record.js';
import { newId } from '../../../src/testing/session-store/store-case.js';
import { startRedisCluster, type RedisCluster } from '../../services/redis-cluster.js';
import { redisCommand } from '../../services/redis-command.js';
import { ioRedisCluster, nodeRedisCluster, type TestClient } from './clients.js';
import { listen, until, type Heard } from './listener.js';

/** Enough to have some in every third of the slots. */
const USERS = Array.from({ length: 24 }, (_, i) => `user ${i}`);

describe.each([
  ['node-redis', nodeRedisCluster],
  ['ioredis', ioRedisCluster],
] as const)('listening to a Cluster with %s', (_name, connect) => {
  let cluster: RedisCluster;
  let clients: readonly TestClient[];
  let store: RedisStore;
  let peer: RedisStore;
  let heard: Heard;

  beforeAll(async () => {
    cluster = await startRedisCluster({ replicas: 1 });
    clients = await Promise.all([connect(cluster.ports), connect(cluster.ports)]);
    [store, peer] = [makeStore(0), makeStore(1)];
    heard = listen(store);
    await until('the first sign of life', () => heard.events.includes('heard'));
  });

  afterAll(async () => {
    store.close();
    peer.close();
    for (const { close } of clients) close();
    await cluster.stop();
  });

  function makeStore(index: number): RedisStore {
    const client = clients[index]?.client ?? expect.fail('no client');
    return redisStore({ client });
  }

  /** An ending in every part of the Cluster, by the other store, is heard here. */
  async function expectToHearEveryMaster(): Promise<void> {
    for (const userId of USERS) {
      const record = makeRecord({ id: newId(userId), userId, expiresAt: Date.now() + 60_000 });
      expect(await peer.insert(record, {})).toEqual({ ok: true, ended: [] });
      expect(await store.read(record.id)).toEqual(record);
      expect(await peer.endUser(userId, {})).toEqual([record.id]);
      await until('the ending', () => heard.events.includes(`ended ${record.id}`));
      expect(await store.read(record.id)).toBeNull();
    }
  }

  /** A client finds out about a failover by failing, and the store rejects as it does. */
  async function waitForPeer(): Promise<void> {
    const reads = (): Promise<unknown> => Promise.all(USERS.map((userId) => peer.list(userId)));
    await until('the other store works everywhere', () =>
      reads().then(
        () => true,
        () => false,
      ),
    );
  }

  async function expectLossAndRecovery(): Promise<void> {
    await until('lost', () => heard.events.includes('lost'));
    await until('heard again', () => sinceLoss().includes('heard'));
    expect(sinceLoss().slice(0, 3)).toEqual(['lost', 'everything', 'heard']);
  }

  function sinceLoss(): string[] {
    return heard.events.slice(heard.events.lastIndexOf('lost'));
  }

  it('endings are heard from every master', expectToHearEveryMaster);

  it('ending everyone is heard, and ends sessions of every home', async () => {
    const ids: string[] = [];
    for (const userId of USERS) {
      const record = makeRecord({ id: newId(userId), userId, expiresAt: Date.now() + 60_000 });
      await peer.insert(record, {});
      ids.push(record.id);
    }
    heard.events.length = 0;
    await peer.endEveryone();
    await until('everything', () => heard.events.includes('everything'));
    for (const id of ids) expect(await store.read(id)).toBeNull();
  });

  it('a slot that moved to another master is a loss, and both are heard after it', async () => {
    const { base } = new Keys('countersign:').ofUser('user 0');
    const slot = slotOf(base);
    // What was cut off just now: only the base has to move.
    await peer.sweep(1_000);
    const masters = await cluster.masters();
    const nodes = await Promise.all(
      masters.map(async ({ port }) => ({ port, id: await redisCommand(port, 'CLUSTER MYID') })),
    );
    const ask = (port: number, command: string): Promise<string> => redisCommand(port, command);
    const owner = await findOwner(
      slot,
      masters.map(({ port }) => port),
    );
    const from = nodes.find(({ port }) => port === owner) ?? expect.fail('no owner');
    const to = nodes.find(({ port }) => port !== owner) ?? expect.fail('no other');
    heard.events.length = 0;
    await ask(to.port, `CLUSTER SETSLOT ${slot} IMPORTING ${from.id}`);
    await ask(from.port, `CLUSTER SETSLOT ${slot} MIGRATING ${to.id}`);
    const { userEpoch } = new Keys('countersign:').ofUser('user 0');
    await ask(from.port, `MIGRATE 127.0.0.1 ${to.port} ${base} 0 5000 REPLACE`);
    await ask(from.port, `DEL ${JSON.stringify(userEpoch)}`);
    await ask(to.port, `CLUSTER SETSLOT ${slot} NODE ${to.id}`);
    await ask(from.port, `CLUSTER SETSLOT ${slot} NODE ${to.id}`);
    await expectLossAndRecovery();
    await expectToHearEveryMaster();
  });

  it('a master that steps back, and closes no connection, is a loss', async () => {
    const masters = await cluster.masters();
    const replica = cluster.nodes.find((node) => !masters.includes(node));
    heard.events.length = 0;
    await redisCommand(replica?.port ?? 0, 'CLUSTER FAILOVER');
    await expectLossAndRecovery();
    await expectToHearEveryMaster();
  });

  it('a master that dies is a loss, and its successor is heard', async () => {
    const [master] = await cluster.masters();
    heard.events.length = 0;
    await master?.kill();
    await until('lost', () => heard.events.includes('lost'));
    await until('a successor', async () => (await cluster.masters()).length === 3);
    await expectLossAndRecovery();
    await waitForPeer();
    await expectToHearEveryMaster();
  });
});

async function findOwner(slot: number, ports: readonly number[]): Promise<number | undefined> {
  for (const port of ports) {
    const nodes = await redisCommand(port, 'CLUSTER NODES');
    const own = nodes.split('\n').find((line) => line.includes('myself')) ?? '';
    for (const range of own.split(' ').slice(8)) {
      const [first = Number.NaN, last = first] = range.split('-').map(Number);
      if (first <= slot && slot <= last) return port;
    }
  }
  return undefined;
}
