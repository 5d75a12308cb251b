// Faults of a Redis server and of the network in front of it.

import { Redis } from 'ioredis';
import { createClient } from 'redis';

import { redisStore } from '../../src/stores/redis/index.js';
import { startRedis } from '../services/redis-server.js';
import { startProxy } from '../services/tcp-proxy.js';
import type { Driver } from './application.js';
import { describeFaults, type Stage } from './describe-faults.js';
import { DURABLE } from './redis-cluster-site.js';

const NAMES = ['node-redis', 'ioredis'] as const;

function drivers(port: number): Readonly<Record<(typeof NAMES)[number], Driver['connect']>> {
  return {
    'node-redis': async () => {
      const client = createClient({
        socket: { port, host: '127.0.0.1', socketTimeout: 10_000 },
        pingInterval: 5_000,
        disableOfflineQueue: true,
      });
      client.on('error', () => undefined);
      await client.connect();
      return {
        store: (space) => redisStore({ client, prefix: `${space}:` }),
        disconnect: () => Promise.resolve(client.destroy()),
      };
    },
    ioredis: async () => {
      const client = new Redis({
        port,
        host: '127.0.0.1',
        lazyConnect: true,
        socketTimeout: 3_000,
        keepAlive: 5_000,
      });
      client.on('error', () => undefined);
      await client.connect();
      return {
        store: (space) => redisStore({ client, prefix: `${space}:` }),
        disconnect: () => Promise.resolve(client.disconnect()),
      };
    },
  };
}

async function setUp(): Promise<Stage> {
  const server = await startRedis({ args: DURABLE });
  const proxy = await startProxy(server.port);
  const connect = drivers(proxy.port);
  return {
    servers: [server],
    proxies: [proxy],
    drivers: NAMES.map((name) => ({
      name,
      connect: connect[name],
      // The `socketTimeout` of node-redis begins anew with all that is written.
      givesUpSilence: name === 'ioredis',
    })),
    async stop() {
      await proxy.stop();
      await server.stop();
    },
  };
}

describeFaults('Redis', NAMES, setUp);
