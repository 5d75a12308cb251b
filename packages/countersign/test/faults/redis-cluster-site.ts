// A Redis Cluster with a proxy in front of every node, and the clients that reach it through those.

import { Cluster } from 'ioredis';
import { createCluster } from 'redis';

import { redisStore } from '../../src/stores/redis/index.js';
import { startRedisCluster, type RedisCluster } from '../services/redis-cluster.js';
import { startProxy } from '../services/tcp-proxy.js';
import type { Driver } from './application.js';
import type { Site } from './faults.js';

/**
 * What makes a server keep, over its death, what it has acknowledged. The system has it by then; whether the
 * disk does matters when the machine dies, which none here does.
 */
export const DURABLE = ['--appendonly', 'yes', '--appendfsync', 'no'];

/** Everybody waits so long for servers that have started again. */
const NODE_TIMEOUT_MS = 1_000;

interface Address {
  readonly host: string;
  readonly port: number;
}

export interface ClusterSite extends Site {
  readonly cluster: RedisCluster;
  /** A proxy's address by the node's, as the node tells it: `127.0.0.1:7000`. */
  readonly addresses: Readonly<Record<string, Address>>;
  stop(): Promise<void>;
}

export async function startClusterSite(options: {
  readonly replicas: 0 | 1;
}): Promise<ClusterSite> {
  const cluster = await startRedisCluster({
    ...options,
    args: DURABLE,
    nodeTimeoutMs: NODE_TIMEOUT_MS,
  });
  const fronts = await Promise.all(
    cluster.ports.map(async (port) => ({ port, proxy: await startProxy(port) })),
  );
  const proxies = fronts.map(({ proxy }) => proxy);
  return {
    cluster,
    servers: cluster.nodes,
    proxies,
    addresses: Object.fromEntries(
      fronts.map(({ port, proxy }) => [`127.0.0.1:${port}`, local(proxy.port)]),
    ),
    async stop() {
      await Promise.all(proxies.map((proxy) => proxy.stop()));
      await cluster.stop();
    },
  };
}

export interface ClusterClient {
  readonly name: string;
  driver(site: ClusterSite): Driver;
}

export const CLUSTER_CLIENTS: readonly ClusterClient[] = [
  {
    name: 'node-redis',
    driver: ({ proxies, addresses }) => ({
      name: 'node-redis',
      givesUpSilence: false,
      async connect() {
        const client = createCluster({
          rootNodes: proxies.map(({ port }) => ({ socket: local(port) })),
          nodeAddressMap: { ...addresses },
          defaults: {
            disableOfflineQueue: true,
            pingInterval: 5_000,
            socket: { socketTimeout: 10_000 },
          },
        });
        client.on('error', () => undefined);
        await client.connect();
        return {
          store: (space) => redisStore({ client, prefix: `${space}:` }),
          disconnect: () => Promise.resolve(client.destroy()),
        };
      },
    }),
  },
  {
    name: 'ioredis',
    driver: ({ proxies, addresses }) => ({
      name: 'ioredis',
      givesUpSilence: true,
      async connect() {
        const client = new Cluster(
          proxies.map(({ port }) => local(port)),
          {
            natMap: { ...addresses },
            lazyConnect: true,
            redisOptions: { socketTimeout: 3_000, keepAlive: 5_000 },
          },
        );
        client.on('error', () => undefined);
        await client.connect();
        return {
          store: (space) => redisStore({ client, prefix: `${space}:` }),
          disconnect: () => Promise.resolve(client.disconnect()),
        };
      },
    }),
  },
];

function local(port: number): Address {
  return { host: '127.0.0.1', port };
}
