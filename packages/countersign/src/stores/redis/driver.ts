// What the store needs of a Redis client, whichever it is. Each driver has a file that fills this in.

/** The keys that were told of, or `null` when any key may have changed (`FLUSHALL`, `FLUSHDB`). */
export type Told = (keys: readonly string[] | null) => void;

export interface RedisDriver {
  readonly isCluster: boolean;
  /** Sends a command to the master that serves `key`. Rejects as the client does. */
  send(key: string, args: readonly string[]): Promise<unknown>;
  /** `MGET` of two keys in one slot, in the way that costs this client least: every check is one. */
  getBoth(key: string, other: string): Promise<unknown>;
  /** Every master that the client knows of, as far as it is connected. */
  masters(): Promise<readonly RedisMaster[]>;
  /**
   * Calls back when the client has lost or changed a connection, so that a listening link may be with
   * the wrong server. The function returned stops it. Absent where a link finds out by itself.
   */
  onReconnect?(changed: () => void): () => void;
}

export interface RedisMaster {
  /** The same for the same server. */
  readonly address: string;
  send(args: readonly string[]): Promise<unknown>;
  /** A connection of the store's own to this server, not opened yet. */
  link(events: LinkEvents): RedisLink;
}

export interface LinkEvents {
  readonly told: Told;
  /** The connection is gone, by whatever cause. May come more than once, and before `open` rejects. */
  readonly closed: () => void;
}

export interface RedisLink {
  /** Connects, and asks to be told of writes to keys that begin with one of these. */
  open(prefixes: readonly string[]): Promise<void>;
  /**
   * Answered over the very connection that carries what is told, after all that was told before. `true`
   * where that server is a master.
   */
  ping(): Promise<boolean>;
  /** Sends one more command to the same server. */
  send(args: readonly string[]): Promise<unknown>;
  close(): void;
}

/** The words of `CLIENT TRACKING` in broadcast mode: the server remembers prefixes, and no keys. */
export function trackingOf(prefixes: readonly string[]): string[] {
  return ['BCAST', ...prefixes.flatMap((prefix) => ['PREFIX', prefix])];
}

/** Whether the answer to `ROLE` says master. One that may not ask is believed. */
export function isMasterRole(answer: unknown): boolean {
  return Array.isArray(answer) && answer[0] === 'master';
}

/** Whether an error says that the user of the connection may not run the command (ACL). */
export function isForbidden(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith('NOPERM');
}
