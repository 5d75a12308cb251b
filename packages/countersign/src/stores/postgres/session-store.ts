// Sessions in PostgreSQL: several machines, one truth. Every verb is one statement, which is one round
// trip and one transaction. The client is the application's: nothing here opens or ends a pool.

import type { Cancel, Clock } from '../../clock.js';
import { assertOptionNames } from '../../errors.js';
import { clockFrom } from '../../clock-option.js';
import type { RenewalState, SessionId, SessionRecord } from '../../session/record.js';
import {
  LONGEST_LIST,
  type DataChange,
  type Epoch,
  type InsertGuard,
  type InsertResult,
  type SessionStore,
  type StoreListener,
  type SubscribeOptions,
  type Touch,
} from '../../session/store.js';
import { StoreListeners } from '../listeners.js';
import { waysToHear } from './announcement-line.js';
import { Announcements } from './announcements.js';
import { PostgresConnection } from './connection.js';
import { changeToParameters } from './data-column.js';
import type { PostgresValue, Statement } from './driver.js';
import { toArray, toColumn, userToKey } from './exact-text.js';
import {
  assertClient,
  assertRoomToListen,
  assertTypes,
  OPTION_NAMES,
  schemaOf,
  type PostgresStoreOptions,
} from './options.js';
import {
  deviceKeyToColumn,
  fromRow,
  renewalToColumn,
  textOf,
  textsOf,
  toParameters,
} from './session-rows.js';
import { sessionStatements, type SessionStatements } from './session-statements.js';

type Refusal = Exclude<InsertResult, { ok: true }>['reason'];

const SWEEP_INTERVAL_MS = 30_000;
/** A few milliseconds of the server's work, after which others have their turn. */
const BATCH = 500;
const HOUR_MS = 3_600_000;
/** Sign-in tickets live for less than 24 hours, and a use may be noted 12 hours late. */
const EPOCH_KEPT_MS = 36 * HOUR_MS;

/**
 * Makes a store on PostgreSQL 13 or newer. Connects and sets up its schema at the first verb.
 * @throws CountersignError `configuration` for a client or an option that cannot be used
 */
export function postgresStore(options: PostgresStoreOptions): PostgresStore {
  return new PostgresStore(options);
}

/** The store that `postgresStore` makes. */
export class PostgresStore implements SessionStore {
  readonly remote = true;
  readonly #clock: Clock;
  readonly #db: PostgresConnection;
  readonly #sql: SessionStatements;
  /** `null`: nothing is announced. */
  readonly #channel: string | null;
  readonly #listeners = new StoreListeners();
  readonly #announcements: Announcements | undefined;
  /** Missing where announcements are turned off, or cannot be heard: on a Client without `listen`. */
  readonly subscribe?: (listener: StoreListener, options?: SubscribeOptions) => () => void;
  #cancelSweep: Cancel | undefined;

  constructor(options: PostgresStoreOptions) {
    assertOptionNames('', options, OPTION_NAMES);
    const { client, prepare = true, announce = true, listen } = options;
    const clock = clockFrom(options.clock);
    assertClient(client);
    assertTypes(options);
    const schema = schemaOf(options.schema);
    this.#clock = clock;
    this.#db = new PostgresConnection(client, schema, { prepare, clock });
    this.#sql = sessionStatements(schema);
    const channel = `${schema}_sessions`;
    this.#channel = announce ? channel : null;
    const openLine = waysToHear(client, listen);
    if (announce && openLine !== undefined) {
      const announcements = new Announcements({
        clock,
        listeners: this.#listeners,
        channel,
        openLine,
        send: (...message) => this.#db.query(this.#sql.send, message),
        warn: (text) => process.emitWarning(text, 'CountersignWarning'),
      });
      this.#announcements = announcements;
      this.subscribe = (listener, subscription = {}) => {
        this.#db.checkOpen();
        assertRoomToListen(options);
        return announcements.add(listener, subscription);
      };
    }
    this.#armSweep(SWEEP_INTERVAL_MS);
  }

  read(id: SessionId): Promise<SessionRecord | null> {
    return this.#db.query(this.#sql.read, [toColumn(id)]).then((rows) => {
      const row = rows[0];
      if (row === undefined) return null;
      const record = fromRow(id, row[0]);
      return record.expiresAt > this.#clock.now() ? record : null;
    });
  }

  async epoch(userId: string): Promise<Epoch> {
    const epoch = await this.#db.change(this.#sql.epoch, [userToKey(userId), this.#clock.now()]);
    return textOf(epoch);
  }

  async insert(record: SessionRecord, guard: InsertGuard): Promise<InsertResult> {
    const { epoch, replaces, limit } = guard;
    const answer = textOf(
      await this.#db.change(this.#sql.insert, [
        this.#clock.now(),
        this.#channel,
        ...toParameters(record),
        epoch ?? null,
        replaces === undefined ? null : toColumn(replaces.id),
        replaces?.until ?? null,
        limit?.max ?? null,
        limit?.over === 'refuse',
      ]),
    );
    if (isRefusal(answer)) return { ok: false, reason: answer };
    const ended = textsOf(answer);
    this.#listeners.ended(ended);
    if (replaces !== undefined) this.#listeners.changed([replaces.id]);
    return { ok: true, ended };
  }

  async patch(
    id: SessionId,
    change: DataChange,
    guard: { readonly ifRevision?: number },
  ): Promise<'ok' | 'missing' | 'conflict'> {
    const values = [...changeToParameters(change), guard.ifRevision ?? null];
    return this.#change(id, 'conflict', this.#sql.patch, values);
  }

  async renew(
    id: SessionId,
    from: RenewalState,
    to: RenewalState,
  ): Promise<'ok' | 'missing' | 'stale'> {
    const values = [from.generation, from.pending?.hash ?? null, renewalToColumn(to)];
    return this.#change(id, 'stale', this.#sql.renew, values);
  }

  async bind(
    id: SessionId,
    from: string | null,
    to: string | null,
  ): Promise<'ok' | 'missing' | 'stale'> {
    const values = [deviceKeyToColumn(from), deviceKeyToColumn(to)];
    return this.#change(id, 'stale', this.#sql.bind, values);
  }

  async touch(batch: readonly Touch[]): Promise<void> {
    // In parts, so that no row is locked for long.
    for (let start = 0; start < batch.length; start += BATCH) {
      const part = batch.slice(start, start + BATCH);
      await this.#db.change(this.#sql.touch, [
        this.#clock.now(),
        toArray(part.map(({ id }) => toColumn(id))),
        `{${part.map(({ seen }) => seen).join(',')}}`,
      ]);
    }
  }

  async end(ids: readonly SessionId[]): Promise<readonly SessionId[]> {
    return this.#end(this.#sql.end, [toArray(ids.map(toColumn))]);
  }

  async endUser(
    userId: string,
    { except }: { readonly except?: SessionId },
  ): Promise<readonly SessionId[]> {
    const spared = except === undefined ? null : toColumn(except);
    return this.#end(this.#sql.endUser, [userToKey(userId), spared]);
  }

  async changeEpoch(userId: string): Promise<void> {
    await this.#db.change(this.#sql.changeEpoch, [this.#clock.now(), userToKey(userId)]);
  }

  async endEveryone(): Promise<void> {
    await this.#db.change(this.#sql.endEveryone, [this.#channel]);
    this.#listeners.everything();
  }

  async list(userId: string): Promise<readonly SessionRecord[]> {
    const values = [userToKey(userId), this.#clock.now(), LONGEST_LIST];
    const rows = await this.#db.query(this.#sql.list, values);
    return rows.map(([id, column]) => fromRow(textOf(id), column));
  }

  async sweep(limit: number): Promise<number> {
    return Number(await this.#db.change(this.#sql.sweep, [this.#clock.now(), limit]));
  }

  close(): void {
    this.#cancelSweep?.();
    this.#listeners.clear();
    this.#announcements?.close();
    this.#db.close();
  }

  async #change<Otherwise extends string>(
    id: SessionId,
    otherwise: Otherwise,
    statement: Statement,
    values: readonly PostgresValue[],
  ): Promise<'ok' | 'missing' | Otherwise> {
    const parameters = [this.#clock.now(), this.#channel, toColumn(id), ...values];
    const answer = await this.#db.change(statement, parameters);
    if (answer === 'ok') this.#listeners.changed([id]);
    return answer === 'ok' || answer === 'missing' ? answer : otherwise;
  }

  async #end(
    statement: Statement,
    values: readonly PostgresValue[],
  ): Promise<readonly SessionId[]> {
    const parameters = [this.#clock.now(), this.#channel, ...values];
    const ended = textsOf(await this.#db.change(statement, parameters));
    this.#listeners.ended(ended);
    return ended;
  }

  #armSweep(delayMs: number): void {
    this.#cancelSweep = this.#clock.after(delayMs, () => void this.#sweepBatch());
  }

  async #sweepBatch(): Promise<void> {
    let removed = 0;
    try {
      removed = await this.sweep(BATCH);
      await this.#db.query(this.#sql.forget, [this.#clock.now() - EPOCH_KEPT_MS, BATCH]);
    } catch {
      // Whatever is wrong with the server meets the next verb too, which has somebody to tell.
    }
    if (!this.#db.isClosed) this.#armSweep(removed === BATCH ? 1 : SWEEP_INTERVAL_MS);
  }
}

const REFUSALS: ReadonlySet<string> = new Set<Refusal>([
  'duplicate',
  'epoch',
  'limit',
  'replaced-missing',
]);

function isRefusal(answer: string): answer is Refusal {
  return REFUSALS.has(answer);
}
