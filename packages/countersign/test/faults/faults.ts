// What can break between an application and a server, and how it ends.

import type { TcpProxy } from '../services/tcp-proxy.js';

/** A server's process; see the services. */
export interface Server {
  pause(): Promise<void> | void;
  resume(): Promise<void> | void;
  kill(): Promise<void>;
  restart(): Promise<void>;
}

/** The servers of one store, and the network in front of each of them. */
export interface Site {
  readonly servers: readonly Server[];
  readonly proxies: readonly TcpProxy[];
}

export interface Fault {
  readonly name: string;
  /**
   * What verbs do meanwhile. `fail`: every one that asks the server. `work`: every one. `recover`: those
   * on old connections fail; nothing has to end before all work again. `read`: those that only read work.
   */
  readonly meanwhile: 'fail' | 'work' | 'recover' | 'read';
  begin(site: Site): Promise<unknown>;
  end(site: Site): Promise<unknown>;
}

/** Well below the timeout, though a verb may take several round trips. */
const SLOW_MS = 20;

export const FAULTS: readonly Fault[] = [
  {
    name: 'a paused server (SIGSTOP)',
    meanwhile: 'fail',
    begin: ({ servers }) => each(servers, (server) => server.pause()),
    end: ({ servers }) => each(servers, (server) => server.resume()),
  },
  {
    name: 'a killed server (SIGKILL), started again',
    meanwhile: 'fail',
    begin: ({ servers }) => each(servers, (server) => server.kill()),
    end: ({ servers }) => each(servers, (server) => server.restart()),
  },
  {
    name: 'a network that is cut',
    meanwhile: 'fail',
    begin: ({ proxies }) => each(proxies, (proxy) => proxy.cut()),
    end: ({ proxies }) => each(proxies, (proxy) => proxy.restore()),
  },
  {
    name: 'a network that swallows everything',
    meanwhile: 'fail',
    begin: ({ proxies }) => each(proxies, (proxy) => proxy.blackHole()),
    end: ({ proxies }) => each(proxies, (proxy) => proxy.restore()),
  },
  {
    name: 'a slow network',
    meanwhile: 'work',
    begin: ({ proxies }) => each(proxies, (proxy) => proxy.delay(SLOW_MS)),
    end: ({ proxies }) => each(proxies, (proxy) => proxy.restore()),
  },
  {
    name: 'a network that has forgotten the connections it carried',
    meanwhile: 'recover',
    begin: ({ proxies }) => each(proxies, (proxy) => proxy.strand()),
    end: () => Promise.resolve(),
  },
];

function each<Part>(
  parts: readonly Part[],
  act: (part: Part) => Promise<void> | void,
): Promise<unknown> {
  return Promise.all(parts.map(async (part) => act(part)));
}
