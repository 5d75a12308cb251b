// A connection of `pg` that the store makes when it needs one, and makes anew when it was lost, or when it
// has answered nothing for too long.

import type { Cancel, Clock } from '../../clock.js';
import { CountersignError, misconfigured } from '../../errors.js';
import { isPgClient, type PgClient, type PgConnect, type PgQuery } from './driver.js';

export interface PgAnswer {
  readonly rows: unknown[];
}

export type Ask = (query: PgQuery) => Promise<PgAnswer>;

interface Current {
  readonly client: PgClient;
  readonly ask: Ask;
}

/** Longer than any lock is waited for. In two of them without an answer, a connection is given up. */
const PATIENCE_MS = 5_000;

export class OwnConnection {
  readonly #connect: PgConnect;
  readonly #clock: Clock;
  #current: Current | undefined;
  #opening: Promise<Current> | undefined;
  #asked = 0;
  #answered = 0;
  #cancelWatch: Cancel | undefined;
  #isClosed = false;

  constructor(connect: PgConnect, clock: Clock) {
    this.#connect = connect;
    this.#clock = clock;
  }

  ask(query: PgQuery): Promise<PgAnswer> {
    this.#asked += 1;
    if (this.#cancelWatch === undefined) this.#watch();
    if (this.#current !== undefined) return this.#current.ask(query);
    this.#opening ??= this.#open().finally(() => (this.#opening = undefined));
    return this.#opening.then(({ ask }) => ask(query));
  }

  /** To be called for each answer and each error. Not by a promise of its own, for the time that costs. */
  answered(): void {
    this.#answered += 1;
  }

  close(): void {
    this.#isClosed = true;
    this.#giveUp();
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

  /** One timer for all queries: a timer for each would cost a check several percent. */
  #watch(): void {
    const current = this.#current;
    const answered = this.#answered;
    this.#cancelWatch = this.#clock.after(PATIENCE_MS, () => {
      this.#cancelWatch = undefined;
      if (this.#answered === this.#asked) return;
      if (this.#answered === answered && this.#current === current) this.#giveUp();
      else this.#watch();
    });
  }

  #giveUp(): void {
    this.#cancelWatch?.();
    this.#cancelWatch = undefined;
    const current = this.#current;
    this.#current = undefined;
    if (current !== undefined) letGo(current.client);
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
