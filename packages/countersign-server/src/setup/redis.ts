// What is short-lived in Redis or Valkey: sessions, one-time records, throttle counters. Imported only where one is named, as it loads the driver.

import { createClient, createCluster } from '@redis/client';
import type { Clock } from 'countersign';
import { redisOneTimeStore, redisStore, redisThrottleStore } from 'countersign/stores/redis';

import type { StoreUrl } from '../cli/store-url.js';
import type { OpenedSessions, Opening } from './opened.js';
import { reach } from './reach.js';
import { findTrouble, NETWORK_TROUBLES, type Trouble, type TroubleKind } from './trouble.js';
import { withinTime } from './within-time.js';

const CONNECT_MS = 2_000;
const LONGEST_PAUSE_MS = 1_000;

/**
 * Connects, waiting for a server that is starting. A server that is part of a Cluster is asked for the
 * others.
 * @throws Mistake when the server cannot be used
 */
export async function openRedis(store: StoreUrl, opening: Opening): Promise<OpenedSessions> {
  return reach(() => connect(store.url, opening), {
    ...opening,
    place: store.place,
    explain: (error) => explainRedis(error, store.name),
  });
}

async function connect(url: string, { clock }: Opening): Promise<OpenedSessions> {
  const kind = await findKind(url, clock);
  const client = kind === 'cluster' ? clusterAt(url) : serverAt(url);
  // It reconnects by itself; meanwhile every verb fails at once.
  client.on('error', () => undefined);
  await client.connect();
  const oneTime = redisOneTimeStore({ client, clock });
  const throttle = redisThrottleStore({ client });
  return {
    sessions: redisStore({ client, clock }),
    oneTime,
    throttle,
    close() {
      for (const store of [oneTime, throttle]) store.close();
      client.destroy();
      return Promise.resolve();
    },
  };
}

/**
 * Asks the server what it is, by a connection that does not try again.
 * @throws Error as the client does, or for a server that takes no writes
 */
async function findKind(url: string, clock: Clock): Promise<'cluster' | 'server'> {
  const socket = { connectTimeout: CONNECT_MS, reconnectStrategy: false } as const;
  const client = createClient({ url, socket });
  client.on('error', () => undefined);
  try {
    return await withinTime(clock, async () => {
      await client.connect();
      await client.ping();
      // One that is not allowed to say is a server of its own.
      return kindIn(await client.info().catch(() => ''));
    });
  } finally {
    if (client.isOpen) client.destroy();
  }
}

const REPLICA = 'This is a replica';
const TOO_OLD = 'This is older than 6.2';

/**
 * @param info the answer to INFO
 * @throws Error for a server that takes no writes, or does not know the commands that are needed
 */
export function kindIn(info: string): 'cluster' | 'server' {
  // Valkey tells the version of Redis that it stands for.
  const [, major = '7', minor = '0'] = /^redis_version:(\d+)\.(\d+)/m.exec(info) ?? [];
  if (Number(major) < 6 || (Number(major) === 6 && Number(minor) < 2)) throw new Error(TOO_OLD);
  if (/^cluster_enabled:1/m.test(info)) return 'cluster';
  if (/^role:slave/m.test(info)) throw new Error(REPLICA);
  return 'server';
}

const SOCKET = {
  connectTimeout: CONNECT_MS,
  reconnectStrategy: (retries: number): number => Math.min(50 * 2 ** retries, LONGEST_PAUSE_MS),
};

function serverAt(url: string) {
  return createClient({ url, name: 'countersign', disableOfflineQueue: true, socket: SOCKET });
}

/** User, password and TLS are the same for all of its servers. */
function clusterAt(url: string) {
  const { username, password, protocol } = new URL(url);
  return createCluster({
    rootNodes: [{ url }],
    defaults: {
      ...(username === '' ? {} : { username: decodeURIComponent(username) }),
      ...(password === '' ? {} : { password: decodeURIComponent(password) }),
      name: 'countersign',
      disableOfflineQueue: true,
      socket: protocol === 'rediss:' ? { ...SOCKET, tls: true } : SOCKET,
    },
  });
}

const TROUBLES: readonly TroubleKind[] = [
  {
    message: /^WRONGPASS/,
    reason: 'it refuses this user or password',
    remedy: 'Put user and password in {name} right.',
    isPassing: false,
  },
  {
    message: /^NOAUTH|HELLO must be called with the client already authenticated/,
    reason: 'it asks for a password, and none was given',
    remedy: 'Put it into {name}, such as redis://:password@host, percent-encoded.',
    isPassing: false,
  },
  {
    message: /without any password configured/,
    reason: 'it has no password, and one was given',
    remedy: 'Take the password out of {name}, or set one there.',
    isPassing: false,
  },
  {
    message: /^NOPERM/,
    reason: 'this user may not run the commands that are needed',
    remedy: 'Allow it by ACL SETUSER: its keys begin with "countersign:".',
    isPassing: false,
  },
  {
    message: new RegExp(`^${REPLICA}`),
    reason: 'it is a replica, which takes no writes',
    remedy: 'Name its master in {name}.',
    isPassing: false,
  },
  {
    message: new RegExp(`^${TOO_OLD}`),
    reason: 'it is older than Redis 6.2',
    remedy: 'Upgrade it, or name another server in {name}.',
    isPassing: false,
  },
  {
    message: /DB index|SELECT is not allowed/i,
    reason: 'it has no database of this number',
    remedy: 'Take the number from the end of {name}; a Cluster has only 0.',
    isPassing: false,
  },
  {
    codes: ['ERR_SSL_WRONG_VERSION_NUMBER'],
    message: /wrong version number|packet length too long/i,
    reason: 'it speaks no TLS',
    remedy:
      'Write redis:// in place of rediss:// in {name} where the network is trusted, or turn TLS on.',
    isPassing: false,
  },
  {
    message: /^(?:LOADING|MASTERDOWN|CLUSTERDOWN|BUSY)/,
    reason: 'it is starting',
    remedy: 'Look into its log.',
    isPassing: true,
  },
  {
    codes: ['ECONNRESET', 'ETIMEDOUT'],
    message: /timed? ?out|timeout|socket closed|^no answer/i,
    reason: 'it does not answer, or hangs up',
    remedy:
      'Look whether the server is well and a firewall lets this machine through. With rediss:// in {name} it has to speak TLS, with redis:// not.',
    isPassing: true,
  },
  ...NETWORK_TROUBLES,
];

/** What an error of `@redis/client`, or of a store on it, says to an operator. */
export function explainRedis(error: unknown, name: string): Trouble | undefined {
  return findTrouble(error, TROUBLES, name);
}
