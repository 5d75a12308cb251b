// A PostgreSQL client as the stores use it: set up before the first statement, tried again where the
// server chose a victim among transactions, refused once the store is closed.

import { CountersignError } from '../../errors.js';
import {
  sqlState,
  type PostgresClient,
  type PostgresDriver,
  type PostgresValue,
  type Rows,
  type Statement,
} from './driver.js';
import { driverOf, type DriverOptions } from './drivers.js';
import { migrate } from './migrations.js';

/** Serialization failure and deadlock. The transaction is undone whole, so that running it again is right. */
const WORTH_TRYING_AGAIN: readonly string[] = ['40001', '40P01'];
const MOST_TRIES = 4;

export class PostgresConnection {
  readonly #driver: PostgresDriver;
  readonly #schema: string;
  #preparing: Promise<void> | undefined;
  #isReady = false;
  #isClosed = false;

  constructor(client: PostgresClient, schema: string, options: DriverOptions) {
    this.#driver = driverOf(client, options);
    this.#schema = schema;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Runs one statement, in a transaction of its own and one round trip, once the schema is ready. */
  query(statement: Statement, values: PostgresValue[]): Promise<Rows> {
    // The usual case without promises of its own: each costs a check a part of a microsecond.
    return this.#isReady && !this.#isClosed
      ? this.#driver.query(statement, values)
      : this.#prepare().then(() => this.#driver.query(statement, values));
  }

  /** The one value that a statement gives which locks rows. */
  async change(statement: Statement, values: PostgresValue[]): Promise<unknown> {
    if (!this.#isReady || this.#isClosed) await this.#prepare();
    for (let tries = 1; ; tries += 1) {
      try {
        return (await this.#driver.change(statement, values))[0]?.[0];
      } catch (error) {
        if (tries === MOST_TRIES || !WORTH_TRYING_AGAIN.includes(sqlState(error))) throw error;
      }
    }
  }

  /** No further statement begins. Those under way go on, unless the connection is the store's own. */
  close(): void {
    this.#isClosed = true;
    this.#driver.close();
  }

  checkOpen(): void {
    if (this.#isClosed) {
      throw new CountersignError('store-unavailable', 'The PostgreSQL store was closed.');
    }
  }

  /** Once for all who wait; again, by whoever comes next, after it failed. */
  async #prepare(): Promise<void> {
    this.checkOpen();
    this.#preparing ??= migrate(this.#driver, this.#schema);
    try {
      await this.#preparing;
      this.#isReady = true;
    } finally {
      this.#preparing = undefined;
    }
    this.checkOpen();
  }
}
