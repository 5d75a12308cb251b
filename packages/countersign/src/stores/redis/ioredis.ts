// The driver for ioredis: `Redis`, with sentinels or without, and `Cluster`. It drops RESP3 pushes, so a
// duplicate speaks RESP2, sends tracking to itself, and gets announcements as messages of a channel.
// Typed by the few methods that are used; the package is not imported.

import { hasMethods } from '../has-methods.js';
import {
  isForbidden,
  isMasterRole,
  trackingOf,
  type LinkEvents,
  type RedisDriver,
  type RedisLink,
  type RedisMaster,
} from './driver.js';

type Options = Readonly<Record<string, unknown>>;
type Listener = (...values: readonly unknown[]) => void;

interface Commander {
  call(name: string, ...args: readonly string[]): Promise<unknown>;
  /** Cheaper than `call`, and the only one of the two that automatic pipelining takes. */
  mget(...keys: readonly string[]): Promise<unknown>;
  on(event: string, listener: Listener): unknown;
  off(event: string, listener: Listener): unknown;
}

/** `new Redis()` */
export interface Client extends Commander {
  readonly options: Options;
  duplicate(overrides?: Options): Duplicate;
}

interface Duplicate extends Client {
  connect(): Promise<unknown>;
  subscribe(channel: string): Promise<unknown>;
  disconnect(reconnect?: boolean): void;
}

/** `new Cluster()` */
export interface ClusterClient extends Commander {
  readonly options: Options;
  nodes(role: 'master'): readonly Client[];
}

const INVALIDATIONS = '__redis__:invalidate';

export function isIoRedisClient(client: object): client is Client {
  return hasMethods(client, ['call', 'mget', 'duplicate', 'on']) && !isIoRedisCluster(client);
}

export function isIoRedisCluster(client: object): client is ClusterClient {
  return hasMethods(client, ['call', 'mget', 'nodes', 'on']);
}

export function ioRedisDriver(client: Client): RedisDriver {
  return {
    isCluster: false,
    send: (_key, args) => sendTo(client, args),
    getBoth: (key, other) => client.mget(key, other),
    masters: async () => [masterOf('', client)],
    onReconnect: (changed) => listenTo(client, 'close', changed),
  };
}

export function ioRedisClusterDriver(cluster: ClusterClient): RedisDriver {
  return {
    isCluster: true,
    send: (_key, args) => sendTo(cluster, args),
    getBoth: (key, other) => cluster.mget(key, other),
    masters: async () =>
      cluster.nodes('master').map((node) => {
        const { host, port } = node.options;
        return masterOf(`${String(host)}:${String(port)}`, node);
      }),
    onReconnect(changed) {
      const stops = ['+node', '-node'].map((event) => listenTo(cluster, event, changed));
      return () => stops.forEach((stop) => stop());
    },
  };
}

function listenTo(client: Commander, event: string, listener: () => void): () => void {
  client.on(event, listener);
  return () => void client.off(event, listener);
}

function sendTo(client: Commander, [name = '', ...args]: readonly string[]): Promise<unknown> {
  return client.call(name, ...args);
}

function masterOf(address: string, client: Client): RedisMaster {
  return {
    address,
    send: (args) => sendTo(client, args),
    link: (events) => new IoRedisLink(client, events),
  };
}

class IoRedisLink implements RedisLink {
  readonly #client: Client;
  readonly #duplicate: Duplicate;
  #mayAskRole = true;

  constructor(client: Client, events: LinkEvents) {
    this.#client = client;
    this.#duplicate = client.duplicate({
      lazyConnect: true,
      protocol: 2,
      replyMapping: undefined,
      retryStrategy: () => null,
      sentinelRetryStrategy: () => null,
      reconnectOnError: null,
      autoResubscribe: false,
      autoResendUnfulfilledCommands: false,
      enableAutoPipelining: false,
      enableOfflineQueue: false,
      commandTimeout: undefined,
      readOnly: false,
      stringNumbers: false,
    });
    this.#duplicate.on('error', events.closed);
    this.#duplicate.on('close', events.closed);
    this.#duplicate.on('end', events.closed);
    this.#duplicate.on('messageBuffer', (_channel, keys) =>
      events.told(Array.isArray(keys) ? keys.map(String) : null),
    );
  }

  async open(prefixes: readonly string[]): Promise<void> {
    const duplicate = this.#duplicate;
    await duplicate.connect();
    const id = String(await duplicate.call('CLIENT', 'ID'));
    await duplicate.call('CLIENT', 'TRACKING', 'ON', 'REDIRECT', id, ...trackingOf(prefixes));
    await duplicate.subscribe(INVALIDATIONS);
  }

  /** A subscribed connection takes no `ROLE`: the client that was passed in asks the same server. */
  async ping(): Promise<boolean> {
    const [isMaster] = await Promise.all([this.#askRole(), this.#duplicate.call('PING')]);
    return isMaster;
  }

  send(args: readonly string[]): Promise<unknown> {
    return sendTo(this.#client, args);
  }

  close(): void {
    this.#duplicate.disconnect();
  }

  async #askRole(): Promise<boolean> {
    if (!this.#mayAskRole) return true;
    try {
      return isMasterRole(await sendTo(this.#client, ['ROLE']));
    } catch (error) {
      if (!isForbidden(error)) throw error;
      this.#mayAskRole = false;
      return true;
    }
  }
}
