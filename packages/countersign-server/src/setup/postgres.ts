// Everything in PostgreSQL. Imported only where one is named, as it loads the driver.

import { Socket } from 'node:net';

import {
  postgresAccountStore,
  postgresOneTimeStore,
  postgresStore,
  postgresThrottleStore,
} from 'countersign/stores/postgres';
import pg from 'pg';

import type { StoreUrl } from '../cli/store-url.js';
import type { OpenedDatabase, Opening } from './opened.js';
import { reach } from './reach.js';
import { findTrouble, NETWORK_TROUBLES, type Trouble, type TroubleKind } from './trouble.js';

/** Below what a session layer waits for a verb, so that waiting for a connection is told as such. */
const CONNECT_MS = 1_500;
/** At start nobody waits but the operator. */
const FIRST_CONNECT_MS = 5_000;
const SET_UP_MS = 60_000;
/** Whoever asked has had an answer long before; this frees the connection of a server that hangs. */
const QUERY_MS = 5_000;
const MOST_CONNECTIONS = 10;
/** Opening one costs a password exchange; firewalls forget those that are silent for minutes. */
const IDLE_MS = 60_000;
const END_MS = 2_000;

/**
 * Connects, waiting for a server that is starting, and brings the schema to the newest layout.
 * @throws Mistake when the server cannot be used; CountersignError when the schema cannot
 */
export async function openPostgres(store: StoreUrl, opening: Opening): Promise<OpenedDatabase> {
  const { clock } = opening;
  await reach(() => setUp(store.url), {
    ...opening,
    place: store.place,
    explain: (error) => explainPostgres(error, store.name),
  });
  const sockets = new Set<Socket>();
  const client = new pg.Pool({
    ...connection(store.url),
    max: MOST_CONNECTIONS,
    idleTimeoutMillis: IDLE_MS,
    connectionTimeoutMillis: CONNECT_MS,
    query_timeout: QUERY_MS,
    stream: () => track(new Socket(), sockets),
  });
  // A connection that breaks while nobody uses it; the next query opens another.
  client.on('error', () => undefined);
  const accounts = postgresAccountStore({ client });
  const oneTime = postgresOneTimeStore({ client, clock });
  const throttle = postgresThrottleStore({ client });
  return {
    sessions: postgresStore({ client, clock }),
    accounts,
    oneTime,
    throttle,
    async close() {
      for (const store of [accounts, oneTime, throttle]) store.close();
      const cutOff = clock.after(END_MS, () => {
        for (const socket of sockets) socket.destroy();
      });
      await client.end();
      cutOff();
    },
  };
}

function connection(url: string): pg.ClientConfig {
  return { connectionString: url, application_name: 'countersign', keepAlive: true };
}

/** By a connection of its own, as a change of layout may take longer than any query after it. */
async function setUp(url: string): Promise<void> {
  const client = new pg.Client({
    ...connection(url),
    connectionTimeoutMillis: FIRST_CONNECT_MS,
    query_timeout: SET_UP_MS,
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await postgresAccountStore({ client }).findById('nobody');
  } finally {
    // Nobody has to wait for that, and where it was never open it may not come to an end.
    client.end().catch(() => undefined);
  }
}

function track(socket: Socket, sockets: Set<Socket>): Socket {
  sockets.add(socket);
  socket.once('close', () => sockets.delete(socket));
  return socket;
}

const TROUBLES: readonly TroubleKind[] = [
  {
    codes: ['28P01', '28000'],
    reason: 'it refuses this user or password',
    remedy:
      'Put user and password in {name} right, or the password in the environment variable PGPASSWORD.',
    isPassing: false,
  },
  {
    message: /client password must be a (non-empty )?string/i,
    reason: 'it asks for a password, and none was given',
    remedy: 'Put it into {name}, percent-encoded, or into the environment variable PGPASSWORD.',
    isPassing: false,
  },
  {
    codes: ['3D000'],
    reason: 'it has no database of this name',
    remedy: 'Create it with createdb, or put the name at the end of {name} right.',
    isPassing: false,
  },
  {
    codes: ['42501'],
    reason: 'this user may not set up the schema "countersign", or not use it',
    remedy:
      'GRANT CREATE ON DATABASE … TO the user, or start countersign once as one who may, and then GRANT USAGE ON SCHEMA countersign and SELECT, INSERT, UPDATE, DELETE ON ALL TABLES in it.',
    isPassing: false,
  },
  {
    codes: ['57P03', '57P01', '57P02'],
    reason: 'it is starting or stopping',
    remedy: 'Look into its log.',
    isPassing: true,
  },
  {
    codes: ['53300'],
    reason: 'it has no connection left',
    remedy: `Raise its max_connections: each doorkeeper takes up to ${MOST_CONNECTIONS}.`,
    isPassing: true,
  },
  {
    message: /server does not support SSL/i,
    reason: 'it speaks no TLS',
    remedy: 'Turn TLS on there, or take sslmode out of {name} where the network is trusted.',
    isPassing: false,
  },
  ...NETWORK_TROUBLES,
];

/** What an error of `pg`, or of a store on it, says to an operator. */
export function explainPostgres(error: unknown, name: string): Trouble | undefined {
  return findTrouble(error, TROUBLES, name);
}
