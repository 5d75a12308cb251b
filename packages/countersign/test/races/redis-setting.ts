// Redis as a setting of the races: each node has its own client and its own network to every server.

import type { Network } from 'countersign-races';

import { redisStore } from '../../src/stores/redis/index.js';
import type { TestClient } from '../stores/redis/clients.js';
import { startProxy, type TcpProxy } from '../services/tcp-proxy.js';
import type { StoreSetting } from './countersign-application.js';

/** From a server's port to that of the way there. */
export type Ways = ReadonlyMap<number, number>;

export interface RedisSettingOptions {
  readonly name: string;
  /** Of the servers, asked once they have been started. */
  readonly ports: () => readonly number[];
  readonly connect: (ways: Ways) => Promise<TestClient>;
}

let prefixes = 0;

export function redisSetting({ name, ports, connect }: RedisSettingOptions): StoreSetting {
  return {
    name,
    bound: 0,
    isDistant: true,
    open: async (nodes, clock) => {
      prefixes += 1;
      const prefix = `race${prefixes}:`;
      const opened = await Promise.all(
        Array.from({ length: nodes }, async () => {
          const proxies = new Map<number, TcpProxy>();
          for (const port of ports()) proxies.set(port, await startProxy(port));
          const ways = new Map([...proxies].map(([port, proxy]) => [port, proxy.port]));
          const { client, close } = await connect(ways);
          const store = redisStore({ client, prefix, clock });
          const all = [...proxies.values()];
          return { store, network: networkOf(all), close, proxies: all };
        }),
      );
      return {
        members: opened,
        close: async () => {
          for (const { close, proxies } of opened) {
            close();
            await Promise.all(proxies.map(async (proxy) => proxy.stop()));
          }
        },
      };
    },
  };
}

/** All ways of a node at once. */
function networkOf(proxies: readonly TcpProxy[]): Network {
  const each = (act: (proxy: TcpProxy) => void): void => {
    for (const proxy of proxies) act(proxy);
  };
  return {
    delay: (ms) => each((proxy) => proxy.delay(ms)),
    cut: () => each((proxy) => proxy.cut()),
    blackHole: () => each((proxy) => proxy.blackHole()),
    restore: () => each((proxy) => proxy.restore()),
  };
}
