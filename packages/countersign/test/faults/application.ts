// An application as it stands in front of a store: sessions behind a real HTTP server. One of several;
// each has clients, and users, of its own.

import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import { withSession } from '../../src/adapters/node.js';
import { createSessions, type Sessions, type SessionStore } from '../../src/index.js';
import { boundStore } from '../../src/session/bounded-store.js';
import { systemClock } from '../../src/clock.js';
import { nearCache } from '../../src/stores/near-cache/index.js';
import { send } from '../adapters/application.js';

/** How long a verb may take, in milliseconds: the default. */
export const STORE_TIMEOUT_MS = 2_000;
/**
 * What a request may take at most: a verb that comes just in time and one that does not. The rest is for
 * the machine, which runs other tests beside; without a limit a verb would wait longer, or for ever.
 */
export const LIMIT_MS = 2 * STORE_TIMEOUT_MS + 5_000;
/** How long a near-cache may believe what it holds without a sign of life. */
export const MAX_STALENESS_MS = 500;

const KEY = 'an-example-key-of-more-than-32-bytes-0123456789';

export interface Data {
  n: number;
}

/** A connected client, or pool of them, and the stores on it. */
export interface Connection {
  /** Stores of different spaces have no session in common, those of the same one all. */
  store(space: string): SessionStore;
  disconnect(): Promise<void>;
}

/** One of the ways to reach a server. */
export interface Driver {
  readonly name: string;
  /** Whether it gives up a connection that has fallen silent, so that a new one takes its place. */
  readonly givesUpSilence: boolean;
  connect(): Promise<Connection>;
}

export interface HttpAnswer {
  readonly status: number | undefined;
  /** Who the application takes the request for; `undefined` when the listener was not reached. */
  readonly userId: string | null | undefined;
  readonly ms: number;
}

export interface Application {
  readonly name: string;
  readonly driver: string;
  readonly isNear: boolean;
  readonly givesUpSilence: boolean;
  readonly sessions: Sessions<Data>;
  /** The same store with its waiting bounded, as the sessions see it: for verbs they do not offer. */
  readonly store: SessionStore;
  /** The same clients, in a space where everyone's sessions can be ended without a loss to others. */
  readonly everyone: Sessions<Data>;
  /** The store of that space, which has few sessions: sweeping takes longer the more there are. */
  readonly fewSessions: SessionStore;
  /** GET reads only; POST also stores something with the response. */
  visit(method: 'GET' | 'POST', cookie: string): Promise<HttpAnswer>;
  /** Ends everything but the clients. */
  close(): Promise<void>;
  disconnect(): Promise<void>;
}

const HTTP = { origins: ['https://app.example'], onError: (): void => undefined };

/** Counts applications. */
let started = 0;

export async function startApplication(
  driver: Driver,
  options: { readonly isNear: boolean },
): Promise<Application> {
  const { isNear } = options;
  const connection = await driver.connect();
  const open = async (
    space: string,
  ): Promise<{ store: SessionStore; sessions: Sessions<Data> }> => {
    const bare = connection.store(space);
    // Without a limit: it may have to set up its tables.
    await bare.sweep(1);
    const store = isNear ? nearCache(bare, { maxStaleness: `${MAX_STALENESS_MS}ms` }) : bare;
    const policy = { storeTimeout: `${STORE_TIMEOUT_MS}ms` } as const;
    return { store, sessions: createSessions<Data>({ store, keys: [KEY], policy }) };
  };
  const main = await open('main');
  started += 1;
  const everyone = await open(`everyone_${started}`);
  const server = createServer(
    withSession(main.sessions, HTTP, ({ session, method }, response) => {
      if (method === 'POST') session.set('n', 1);
      response.end(JSON.stringify({ userId: session.userId }));
    }),
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    name: isNear ? `${driver.name}, near-cache` : driver.name,
    driver: driver.name,
    isNear,
    givesUpSilence: driver.givesUpSilence,
    sessions: main.sessions,
    store: boundStore(main.store, STORE_TIMEOUT_MS, systemClock),
    everyone: everyone.sessions,
    fewSessions: boundStore(everyone.store, STORE_TIMEOUT_MS, systemClock),
    visit: (method, cookie) => visit(port, method, cookie),
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
      await main.sessions.close();
      await everyone.sessions.close();
    },
    disconnect: () => connection.disconnect(),
  };
}

async function visit(port: number, method: 'GET' | 'POST', cookie: string): Promise<HttpAnswer> {
  const headers = { cookie, 'sec-fetch-site': 'same-origin' };
  const start = performance.now();
  const { status, body } = await send(port, '/', { method, headers });
  const ms = performance.now() - start;
  if (status !== 200) return { status, userId: undefined, ms };
  const { userId } = JSON.parse(body) as { readonly userId: string | null };
  return { status, userId, ms };
}

/** A new session of a user. @returns the Cookie header that presents it */
export async function signedIn(sessions: Sessions<Data>, userId: string): Promise<string> {
  const visitor = await sessions.check(undefined);
  await visitor.signIn(userId);
  const { cookies } = await visitor.commit({ status: 200 });
  return cookies.map(({ name, value }) => `${name}=${value}`).join('; ');
}
