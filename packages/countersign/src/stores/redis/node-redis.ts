// The driver for node-redis (`redis`): a client, a Cluster or a Sentinel client. Announcements come as
// RESP3 pushes on a duplicate. Typed by the few methods that are used; the package is not imported.

import { Buffer } from 'node:buffer';

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
import { slotOf } from './slot.js';

type Options = Readonly<Record<string, unknown>>;

/** A client of one server (`createClient`). */
interface Client {
  readonly isReady: boolean;
  readonly options?: { readonly socket?: Options };
  sendCommand(args: readonly string[]): Promise<unknown>;
  withCommandOptions(options: Options): Client;
  duplicate(overrides?: Options): Duplicate;
}

interface Duplicate extends Client {
  on(event: string, listener: (value: unknown) => void): unknown;
  connect(): Promise<unknown>;
  destroy(): void;
}

interface ClusterMaster {
  readonly address: string;
  readonly client?: Client;
}

/** `createCluster` */
interface ClusterClient {
  readonly masters: readonly ClusterMaster[];
  readonly slots: readonly ({ readonly master: ClusterMaster } | undefined)[];
  sendCommand(key: string, isReadonly: boolean, args: readonly string[]): Promise<unknown>;
  withCommandOptions(options: Options): ClusterClient;
  nodeClient(node: ClusterMaster): Promise<Client> | Client;
}

/** `createSentinel` */
interface SentinelClient {
  readonly isReady: boolean;
  sendCommand(isReadonly: boolean, args: readonly string[]): Promise<unknown>;
  withCommandOptions(options: Options): SentinelClient;
  getMasterNode(): { readonly host: string; readonly port: number } | undefined;
  on(event: string, listener: (value: unknown) => void): unknown;
  /** How the client itself runs a command: with the client of the master. */
  _execute(isReadonly: boolean, run: (client: Client) => Promise<unknown>): Promise<unknown>;
}

/**
 * Without a timeout of the client's own, which makes an AbortSignal for each command and so multiplies
 * its cost: the session layer bounds all waiting. Replies as text, whatever the client maps them to.
 * Given once to a view of the client: given with each command they cost half of that again.
 */
const AT_ONCE: Options = { timeout: 0, typeMapping: undefined };
/** While the client is not connected the command waits in its queue, and a timeout takes it out. */
const QUEUED: Options = { timeout: 2_000, typeMapping: undefined };

export function isNodeRedisClient(client: object): client is Client {
  return (
    hasMethods(client, ['sendCommand', 'duplicate', 'withCommandOptions']) && 'isReady' in client
  );
}

export function isNodeRedisCluster(client: object): client is ClusterClient {
  return hasMethods(client, ['sendCommand', 'withCommandOptions', 'nodeClient']);
}

export function isNodeRedisSentinel(client: object): client is SentinelClient {
  return hasMethods(client, [
    'sendCommand',
    'withCommandOptions',
    'getMasterNode',
    '_execute',
    'on',
  ]);
}

/** The two ways to send over a client. */
interface Views<C> {
  readonly atOnce: C;
  readonly queued: C;
}

function viewsOf<C>(client: { withCommandOptions(options: Options): C }): Views<C> {
  return {
    atOnce: client.withCommandOptions(AT_ONCE),
    queued: client.withCommandOptions(QUEUED),
  };
}

export function nodeRedisDriver(client: Client): RedisDriver {
  const send = senderOf(client);
  return {
    isCluster: false,
    send: (_key, args) => send(args),
    getBoth: (key, other) => send(['MGET', key, other]),
    masters: async () => [masterOf('', client, send)],
  };
}

export function nodeRedisSentinelDriver(client: SentinelClient): RedisDriver {
  const { atOnce, queued } = viewsOf(client);
  const send = (args: readonly string[]): Promise<unknown> =>
    (client.isReady ? atOnce : queued).sendCommand(false, args);
  return {
    isCluster: false,
    send: (_key, args) => send(args),
    getBoth: (key, other) => send(['MGET', key, other]),
    async masters() {
      let master: Client | undefined;
      await client._execute(false, async (found) => (master = found));
      const node = client.getMasterNode();
      return master === undefined ? [] : [masterOf(`${node?.host}:${node?.port}`, master, send)];
    },
    // A former master that only its replicas and sentinels cannot reach goes on saying that it is one.
    onReconnect: masterChangesOf(client),
  };
}

function masterChangesOf(client: SentinelClient): NonNullable<RedisDriver['onReconnect']> {
  const told = new Set<() => void>();
  let isWatched = false;
  return (changed) => {
    told.add(changed);
    // Once and for all: when the last listener of a client is taken away, it hears of no later one.
    if (!isWatched) client.on('topology-change', (event) => isMasterChange(event) && tellAll());
    isWatched = true;
    return () => void told.delete(changed);
  };
  function tellAll(): void {
    for (const changed of told) changed();
  }
}

function isMasterChange(event: unknown): boolean {
  return (
    typeof event === 'object' && event !== null && Reflect.get(event, 'type') === 'MASTER_CHANGE'
  );
}

export function nodeRedisClusterDriver(cluster: ClusterClient): RedisDriver {
  const { atOnce, queued } = viewsOf(cluster);
  const direct = new WeakMap<Client, Client>();
  const viewOf = (client: Client): Client => {
    let view = direct.get(client);
    if (view === undefined) direct.set(client, (view = client.withCommandOptions(AT_ONCE)));
    return view;
  };
  const send: RedisDriver['send'] = (key, args) => {
    const client = cluster.slots[slotOf(key)]?.master.client;
    if (client?.isReady !== true) return queued.sendCommand(key, false, args);
    // The client's own way costs as much again. It knows what to do when the slot has moved.
    return viewOf(client)
      .sendCommand(args)
      .catch((error: unknown) => {
        if (!isRedirection(error)) throw error;
        return atOnce.sendCommand(key, false, args);
      });
  };
  return {
    isCluster: true,
    send,
    getBoth: (key, other) => send(key, ['MGET', key, other]),
    async masters() {
      const nodes = cluster.masters.map(async (node) => {
        const client = await cluster.nodeClient(node);
        return masterOf(node.address, client, senderOf(client));
      });
      return Promise.all(nodes);
    },
  };
}

function isRedirection(error: unknown): boolean {
  return error instanceof Error && /^(?:MOVED|ASK) /.test(error.message);
}

type Send = (args: readonly string[]) => Promise<unknown>;

function senderOf(client: Client): Send {
  const { atOnce, queued } = viewsOf(client);
  return (args) => (client.isReady ? atOnce : queued).sendCommand(args);
}

function masterOf(address: string, client: Client, send: Send): RedisMaster {
  return { address, send, link: (events) => new NodeRedisLink(client, events) };
}

class NodeRedisLink implements RedisLink {
  readonly #duplicate: Duplicate;
  #isClosed = false;
  #mayAskRole = true;

  constructor(client: Client, events: LinkEvents) {
    this.#duplicate = client.duplicate({
      RESP: 3,
      emitInvalidate: true,
      clientSideCache: undefined,
      commandOptions: AT_ONCE,
      disableOfflineQueue: true,
      pingInterval: 0,
      readonly: false,
      maintNotifications: 'disabled',
      socket: { ...client.options?.socket, reconnectStrategy: false },
    });
    this.#duplicate.on('error', events.closed);
    this.#duplicate.on('end', events.closed);
    this.#duplicate.on('terminated', events.closed);
    this.#duplicate.on('invalidate', (key) => events.told(keysIn(key)));
    // Closed while it waited for the network, it had no socket to destroy yet, and would stay connected.
    this.#duplicate.on('connect', () => {
      if (this.#isClosed) this.#destroy();
    });
  }

  async open(prefixes: readonly string[]): Promise<void> {
    await this.#duplicate.connect();
    // The client begins with the other mode, which has to end first.
    await this.send(['CLIENT', 'TRACKING', 'OFF']);
    await this.send(['CLIENT', 'TRACKING', 'ON', ...trackingOf(prefixes)]);
  }

  async ping(): Promise<boolean> {
    if (this.#mayAskRole) {
      try {
        return isMasterRole(await this.send(['ROLE']));
      } catch (error) {
        if (!isForbidden(error)) throw error;
        this.#mayAskRole = false;
      }
    }
    await this.send(['PING']);
    return true;
  }

  send(args: readonly string[]): Promise<unknown> {
    return this.#duplicate.sendCommand(args);
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#destroy();
  }

  #destroy(): void {
    try {
      this.#duplicate.destroy();
    } catch {
      // It was never connected, or is closed already.
    }
  }
}

/** The key as the client emits it. What is none, such as the `null` of a flush, is about every key. */
function keysIn(key: unknown): readonly string[] | null {
  if (typeof key === 'string') return [key];
  return Buffer.isBuffer(key) ? [key.toString()] : null;
}
