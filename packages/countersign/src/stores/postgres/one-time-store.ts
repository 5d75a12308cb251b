// One-time records in PostgreSQL, beside the sessions or alone. Every verb is one statement, so each is
// atomic for all nodes, and the server has it on its disk before it answers, unless it was told not to.

import type { OneTimeRecord, OneTimeStore } from '../../accounts/one-time-store.js';
import type { Cancel, Clock } from '../../clock.js';
import { sha256 } from '../../crypto/digest.js';
import { assertOptionNames } from '../../errors.js';
import { clockFrom } from '../../clock-option.js';
import { PostgresConnection } from './connection.js';
import { oneTimeStatements, recordIn, type OneTimeStatements } from './one-time-statements.js';
import { assertClient, assertTypes, schemaOf, type PostgresStoreOptions } from './options.js';

export type PostgresOneTimeStoreOptions = Pick<
  PostgresStoreOptions,
  'client' | 'schema' | 'prepare' | 'clock'
>;

const SWEEP_INTERVAL_MS = 30_000;
/** A few milliseconds of the server's work, after which others have their turn. */
const BATCH = 500;

/**
 * Makes a store of one-time records on PostgreSQL 13 or newer. Connects and sets up its schema at the
 * first verb.
 * @throws CountersignError `configuration` for a client or an option that cannot be used
 */
export function postgresOneTimeStore(options: PostgresOneTimeStoreOptions): PostgresOneTimeStore {
  return new PostgresOneTimeStore(options);
}

/** The store that `postgresOneTimeStore` makes. Removes expired records by itself, every 30 seconds. */
export class PostgresOneTimeStore implements OneTimeStore {
  readonly #clock: Clock;
  readonly #db: PostgresConnection;
  readonly #sql: OneTimeStatements;
  #cancelSweep: Cancel | undefined;

  constructor(options: PostgresOneTimeStoreOptions) {
    assertOptionNames('', options, ['client', 'schema', 'prepare', 'clock']);
    const { client, prepare = true } = options;
    this.#clock = clockFrom(options.clock);
    assertClient(client);
    assertTypes(options);
    const schema = schemaOf(options.schema);
    this.#db = new PostgresConnection(client, schema, { prepare, clock: this.#clock });
    this.#sql = oneTimeStatements(schema);
    this.#armSweep(SWEEP_INTERVAL_MS);
  }

  async put(record: OneTimeRecord, options: { readonly replaces?: true } = {}): Promise<void> {
    const { hash, kind, subject, expiresAt, content } = record;
    const replaces = options.replaces === true && subject !== null;
    const key = subject === null ? null : sha256(subject);
    const values = [hash, kind, subject, key, expiresAt, content];
    await this.#db.change(replaces ? this.#sql.replace : this.#sql.insert, values);
  }

  async read(kind: string, hash: string, now: number): Promise<OneTimeRecord | null> {
    const rows = await this.#db.query(this.#sql.read, [hash, kind, now]);
    return recordIn(rows[0]?.[0]);
  }

  async take(kind: string, hash: string, now: number): Promise<OneTimeRecord | null> {
    return recordIn(await this.#db.change(this.#sql.take, [hash, kind, now]));
  }

  async removeAbout(subject: string, { kind }: { readonly kind?: string } = {}): Promise<void> {
    const key = sha256(subject);
    await (kind === undefined
      ? this.#db.change(this.#sql.removeAll, [key])
      : this.#db.change(this.#sql.removeKind, [key, kind]));
  }

  async sweep(now: number, limit: number): Promise<number> {
    return Number(await this.#db.change(this.#sql.sweep, [now, limit]));
  }

  close(): void {
    this.#cancelSweep?.();
    this.#db.close();
  }

  #armSweep(delayMs: number): void {
    this.#cancelSweep = this.#clock.after(delayMs, () => void this.#sweepBatch());
  }

  async #sweepBatch(): Promise<void> {
    let removed = 0;
    try {
      removed = await this.sweep(this.#clock.now(), BATCH);
    } catch {
      // Whatever is wrong with the server meets the next verb too, which has somebody to tell.
    }
    if (!this.#db.isClosed) this.#armSweep(removed === BATCH ? 1 : SWEEP_INTERVAL_MS);
  }
}
