// A connection on which a node hears announcements: one of `pg`, given up for a new one when it breaks, or
// that of postgres.js, which reconnects by itself.

import {
  isPgConnect,
  isPgPool,
  isPostgresJs,
  type PgClient,
  type PgConnect,
  type PgPool,
  type PostgresClient,
  type PostgresJs,
} from './driver.js';
import { letGo } from './own-connection.js';

export interface LineEvents {
  message(channel: string, payload: string): void;
  /** The line is of no use any more. Said by lines that do not mend themselves. */
  broken(): void;
  /** The line listens, for the first time or again. Said by lines that mend themselves. */
  listening(): void;
}

export interface AnnouncementLine {
  /** Whether it goes on by itself after it was broken. */
  readonly mends: boolean;
  /** Settles when the server was told to listen. A line that mends itself tells it later, and again. */
  readonly listening: Promise<unknown>;
  /** Sends over this very connection. Missing where that is not to be had. */
  readonly send?: SendMessage;
  /** Lets go of the connection at once, without waiting for it. */
  close(): void;
}

/** Sends a message to a channel. Resolves when the server has it. */
export type SendMessage = (channel: string, payload: string) => Promise<unknown>;

/** `SendMessage` as SQL. Not waiting for the disk: what a crash of the server loses is the message. */
export const SEND = `SELECT set_config('synchronous_commit', 'off', true), pg_notify($1::text, $2::text)`;

/** Rejects, or never answers, where no connection can be had. */
export type OpenLine = (
  channels: readonly string[],
  events: LineEvents,
) => Promise<AnnouncementLine>;

/** How announcements can be heard, if they can. `connect` goes before the client's own way. */
export function waysToHear(
  client: PostgresClient,
  connect: PgConnect | undefined,
): OpenLine | undefined {
  if (connect !== undefined) return linesOfClients(connect);
  if (isPgConnect(client)) return linesOfClients(client);
  if (isPostgresJs(client)) return linesOfPostgresJs(client);
  return isPgPool(client) ? linesOfPool(client) : undefined;
}

/** A client taken out of the pool for as long as it is listened on. */
function linesOfPool(pool: PgPool): OpenLine {
  const connect = oneAtATime(() => pool.connect());
  return async (channels, events) => {
    const client = await connect();
    return pgLine(client, channels, events, () => {
      client.release(true);
      // A connection that a network has swallowed does not notice its end, and keeps its socket.
      client.connection?.stream?.destroy();
    });
  };
}

/** A client that the application makes for this purpose, and this ends. */
function linesOfClients(listen: PgConnect): OpenLine {
  const connect = oneAtATime(listen);
  return async (channels, events) => {
    const client = await connect();
    return pgLine(client, channels, events, () => letGo(client));
  };
}

/**
 * While a connection is being made, later attempts wait for the same one: no more than one hangs in a
 * dead network. It goes to the last attempt alone. The others reject, lest two let go of it.
 */
function oneAtATime<T>(connect: () => Promise<T>): () => Promise<T> {
  let underWay: Promise<T> | undefined;
  let last = 0;
  return async () => {
    last += 1;
    const attempt = last;
    underWay ??= connect().finally(() => (underWay = undefined));
    const connection = await underWay;
    if (attempt !== last) throw new Error('A later attempt has this connection');
    return connection;
  };
}

/** Its own listening, which asks again after every reconnection, in the order of the channels. */
function linesOfPostgresJs(sql: PostgresJs): OpenLine {
  return (channels, events) => {
    let isClosed = false;
    const ifOpen = (act: () => void): void => {
      if (!isClosed) act();
    };
    const last = channels.at(-1);
    const hearings = channels.map((channel) =>
      sql.listen(
        channel,
        (payload) => ifOpen(() => events.message(channel, payload)),
        () => ifOpen(() => (channel === last ? events.listening() : undefined)),
      ),
    );
    // Where the server cannot be reached, this answers with an error and tries again all the same.
    for (const hearing of hearings) hearing.catch(() => undefined);
    return Promise.resolve({
      mends: true,
      listening: Promise.resolve(),
      close: () => {
        isClosed = true;
        for (const hearing of hearings) {
          hearing.then((heard) => heard.unlisten()).catch(() => undefined);
        }
      },
    });
  };
}

function pgLine(
  client: PgClient,
  channels: readonly string[],
  events: LineEvents,
  end: () => void,
): AnnouncementLine {
  let isClosed = false;
  const broken = (): void => {
    if (!isClosed) events.broken();
  };
  // Stay after closing: an error event that nobody listens to ends the process.
  client.on('error', broken);
  client.on('end', broken);
  client.on('notification', ({ channel, payload }) => {
    if (!isClosed) events.message(channel, payload ?? '');
  });
  const text = channels.map((channel) => `LISTEN ${channel}`).join('; ');
  const listening = client.query({ text });
  // A line that is let go of before it sends anything has nobody else to hear how this went.
  listening.catch(() => undefined);
  return {
    mends: false,
    listening,
    send: (channel, payload) => client.query({ text: SEND, values: [channel, payload] }),
    close: () => {
      if (isClosed) return;
      isClosed = true;
      end();
    },
  };
}
