// A connection of `pg` that the store makes when it needs one, and makes anew when it was lost. And the way
// to ask a connection: as many queries at once as it takes.

import { CountersignError, misconfigured } from '../../errors.js';
import { isPgClient, type PgClient, type PgConnect, type PgQuery } from './driver.js';

export type Ask = (query: PgQuery) => Promise<{ readonly rows: unknown[] }>;

interface Current {
  readonly client: PgClient;
  readonly ask: Ask;
}

export class OwnConnection {
  readonly #connect: PgConnect;
  #current: Current | undefined;
  #opening: Promise<Current> | undefined;
  #isClosed = false;

  constructor(connect: PgConnect) {
    this.#connect = connect;
  }

  ask(query: PgQuery): Promise<{ readonly rows: unknown[] }> {
    if (this.#current !== undefined) return this.#current.ask(query);
    this.#opening ??= this.#open().finally(() => (this.#opening = undefined));
    return this.#opening.then(({ ask }) => ask(query));
  }

  close(): void {
    this.#isClosed = true;
    const current = this.#current;
    this.#current = undefined;
    if (current !== undefined) letGo(current.client);
  }

  async #open(): Promise<Current> {
    const client: unknown = await this.#connect();
    if (!isPgClient(client)) {
      throw misconfigured(
        'client',
        'is a function that gives no Client of pg',
        'Make a `new pg.Client(…)`, connect it and return it',
      );
    }
    const current = { client, ask: askClient(client) };
    const lose = (): void => {
      if (this.#current === current) this.#current = undefined;
    };
    // Stay after closing: an error event that nobody listens to ends the process.
    client.on('error', lose);
    client.on('end', lose);
    if (this.#isClosed) {
      letGo(client);
      throw new CountersignError('store-unavailable', 'The PostgreSQL store was closed.');
    }
    this.#current = current;
    return current;
  }
}

export function askClient(client: PgClient): Ask {
  return client.pipeline === true ? (query) => client.query(query) : inARow(client);
}

/** Ends a connection without waiting: one that a network has swallowed would keep its socket. */
export function letGo(client: PgClient): void {
  void client.end().catch(() => undefined);
  client.connection?.stream?.destroy();
}

/** One query after the other, as a Client that does not pipeline wants it. */
function inARow(client: PgClient): Ask {
  let last: Promise<unknown> = Promise.resolve();
  return (query) => {
    const answer = last.then(() => client.query(query));
    last = answer.catch(() => undefined);
    return answer;
  };
}
