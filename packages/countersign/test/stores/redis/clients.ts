// The clients that a store is given in tests, connected to servers that a test has started.

import { Cluster, Redis } from 'ioredis';
import { createClient, createCluster, createSentinel } from 'redis';

import type { RedisClient } from '../../../src/stores/redis/connect-driver.js';

export interface TestClient {
  readonly client: RedisClient;
  close(): void;
}

const ignore = (): void => undefined;

export async function nodeRedis(port: number): Promise<TestClient> {
  const client = createClient({ url: `redis://127.0.0.1:${port}` });
  client.on('error', ignore);
  await client.connect();
  return { client, close: () => client.destroy() };
}

export async function nodeRedisCluster(ports: readonly number[]): Promise<TestClient> {
  const client = createCluster({
    rootNodes: ports.map((port) => ({ url: `redis://127.0.0.1:${port}` })),
  });
  client.on('error', ignore);
  await client.connect();
  return { client, close: () => client.destroy() };
}

export async function ioRedis(port: number): Promise<TestClient> {
  const client = new Redis({ port, lazyConnect: true });
  client.on('error', ignore);
  await client.connect();
  return { client, close: () => client.disconnect() };
}

export async function ioRedisCluster(ports: readonly number[]): Promise<TestClient> {
  const client = new Cluster(
    ports.map((port) => ({ host: '127.0.0.1', port })),
    { lazyConnect: true },
  );
  client.on('error', ignore);
  await client.connect();
  return { client, close: () => client.disconnect() };
}

export async function nodeRedisSentinel(port: number, name: string): Promise<TestClient> {
  const client = createSentinel({ name, sentinelRootNodes: [{ host: '127.0.0.1', port }] });
  client.on('error', ignore);
  await client.connect();
  return { client, close: () => void client.destroy() };
}

export async function ioRedisSentinel(port: number, name: string): Promise<TestClient> {
  const client = new Redis({ sentinels: [{ host: '127.0.0.1', port }], name, lazyConnect: true });
  client.on('error', ignore);
  await client.connect();
  return { client, close: () => client.disconnect() };
}
