// Which client was passed in, and the driver for it.

import { misconfigured } from '../../errors.js';
import type { RedisDriver } from './driver.js';
import {
  ioRedisClusterDriver,
  ioRedisDriver,
  isIoRedisClient,
  isIoRedisCluster,
} from './ioredis.js';
import {
  isNodeRedisClient,
  isNodeRedisCluster,
  isNodeRedisSentinel,
  nodeRedisClusterDriver,
  nodeRedisDriver,
  nodeRedisSentinelDriver,
} from './node-redis.js';

/**
 * A client of node-redis (`createClient`, `createCluster`, `createSentinel`) or of ioredis (`new Redis`,
 * `new Cluster`). Named by what they have in common; the rest is looked at when a store is made.
 */
export interface RedisClient {
  sendCommand(...args: never[]): unknown;
  on(event: string, listener: (...values: unknown[]) => void): unknown;
}

const REMEDY =
  'Pass what createClient, createCluster or createSentinel of `redis` gives, or a Redis or Cluster of `ioredis`';

/** @throws CountersignError `configuration` for what is no such client, or one that renames keys */
export function connectDriver(client: unknown): RedisDriver {
  if (client === undefined || client === null) {
    throw misconfigured('client', 'is not set', REMEDY);
  }
  if (typeof client === 'string' || client instanceof URL) {
    throw misconfigured('client', 'is an address, not a client', REMEDY);
  }
  if (typeof client !== 'object') throw misconfigured('client', 'is not a Redis client', REMEDY);
  if (client instanceof Promise) {
    throw misconfigured('client', 'is a promise', 'Write `await client.connect()` before');
  }
  refuseKeyPrefix(client);
  if (isIoRedisCluster(client)) return ioRedisClusterDriver(client);
  if (isIoRedisClient(client)) return ioRedisDriver(client);
  if (isNodeRedisCluster(client)) return nodeRedisClusterDriver(client);
  if (isNodeRedisSentinel(client)) return nodeRedisSentinelDriver(client);
  if (isNodeRedisClient(client)) return nodeRedisDriver(client);
  throw misconfigured('client', 'is not a client of `redis` or `ioredis`', REMEDY);
}

/** ioredis would put its prefix before some of the keys that scripts use, and not before others. */
function refuseKeyPrefix(client: object): void {
  const options: unknown = Reflect.get(client, 'options');
  const prefix: unknown =
    typeof options === 'object' && options !== null ? Reflect.get(options, 'keyPrefix') : undefined;
  if (prefix === undefined || prefix === null || prefix === '') return;
  throw misconfigured(
    'client',
    'has a keyPrefix of its own',
    'Make it without, and give the prefix to redisStore as `prefix`',
  );
}
