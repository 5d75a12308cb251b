// The store's verbs as synchronous work on the tables. Each runs inside one transaction, or one read,
// that its caller provides; locks, durability and listeners are the caller's matter too.

import type { Clock } from '../../clock.js';
import { randomBytes } from '../../crypto/random.js';
import { mergeData } from '../../session/data.js';
import type { RenewalState, SessionId, SessionRecord } from '../../session/record.js';
import {
  LONGEST_LIST,
  type DataChange,
  type InsertGuard,
  type InsertResult,
  type Touch,
} from '../../session/store.js';
import type { ChangeLog } from './change-log.js';
import { integerOf, textOf, textOrNull, type Row } from './driver.js';
import { fromColumn, toColumn } from './exact-text.js';
import { RecordCache } from './record-cache.js';
import { fromRow, renewalFromColumn, renewalToColumn, toRow } from './session-rows.js';
import type { SessionStatements } from './session-statements.js';
import type { UserEpochs } from './user-epochs.js';

type Refusal = Exclude<InsertResult, { ok: true }>['reason'];

export class SessionTable {
  readonly #sql: SessionStatements;
  readonly #epochs: UserEpochs;
  readonly #log: ChangeLog;
  readonly #clock: Clock;
  readonly #cache = new RecordCache();

  constructor(
    sql: SessionStatements,
    { epochs, log, clock }: { epochs: UserEpochs; log: ChangeLog; clock: Clock },
  ) {
    this.#sql = sql;
    this.#epochs = epochs;
    this.#log = log;
    this.#clock = clock;
  }

  /** A row that has not changed since it was last read costs one narrow query and no parsing. */
  read(id: SessionId): SessionRecord | null {
    const cached = this.#cache.get(id);
    if (cached !== undefined && this.#sql.stamp.one(id)?.[0] === cached.stamp) {
      return this.#ifLive(cached.record);
    }
    const row = this.#sql.row.one(id);
    if (row === undefined) {
      if (cached !== undefined) this.#cache.delete(id);
      return null;
    }
    const stamped = fromRow(row);
    this.#cache.set(stamped);
    return this.#ifLive(stamped.record);
  }

  list(userId: string): readonly SessionRecord[] {
    const rows = this.#sql.list.all(toColumn(userId), this.#clock.now(), LONGEST_LIST);
    return rows.map((row) => fromRow(row).record);
  }

  insert(record: SessionRecord, guard: InsertGuard): InsertResult {
    const over = this.#overLimit(record.userId, guard);
    const reason = this.#refusal(record, guard, over.length);
    if (reason !== null) return { ok: false, reason };
    const ended = this.end(over);
    this.#sql.insert.run(...toRow({ stamp: newStamp(), record }));
    if (guard.replaces !== undefined) {
      this.#sql.replace.run(guard.replaces.until, guard.replaces.id);
      this.#log.note('changed', [guard.replaces.id]);
    }
    return { ok: true, ended };
  }

  patch(id: SessionId, change: DataChange, ifRevision?: number): 'ok' | 'missing' | 'conflict' {
    const state = this.#state(id);
    if (state === undefined) return 'missing';
    const revision = integerOf(state[2]);
    if (ifRevision !== undefined && ifRevision !== revision) return 'conflict';
    this.#sql.patch.run(revision + 1, mergeData(textOf(state[3]), change), id);
    this.#log.note('changed', [id]);
    return 'ok';
  }

  renew(id: SessionId, from: RenewalState, to: RenewalState): 'ok' | 'missing' | 'stale' {
    const state = this.#state(id);
    if (state === undefined) return 'missing';
    const { generation, pending } = renewalFromColumn(state[4]);
    const isSame = generation === from.generation && pending?.hash === from.pending?.hash;
    if (!isSame || state[1] === 1) return 'stale';
    this.#sql.renew.run(renewalToColumn(to), id);
    this.#log.note('changed', [id]);
    return 'ok';
  }

  bind(id: SessionId, from: string | null, to: string | null): 'ok' | 'missing' | 'stale' {
    const state = this.#state(id);
    if (state === undefined) return 'missing';
    const key = textOrNull(state[5]);
    if ((key === null ? null : fromColumn(key)) !== from) return 'stale';
    this.#sql.bind.run(to === null ? null : toColumn(to), id);
    this.#log.note('changed', [id]);
    return 'ok';
  }

  touch(batch: readonly Touch[]): void {
    const now = this.#clock.now();
    for (const { id, seen } of batch) this.#sql.touch.run(seen, id, seen, now);
  }

  end(ids: readonly SessionId[]): readonly SessionId[] {
    const rows: Row[] = [];
    for (const id of ids) {
      const row = this.#sql.end.one(id);
      if (row !== undefined) rows.push(row);
    }
    return this.#ended(rows);
  }

  endUser(userId: string, except: SessionId | undefined): readonly SessionId[] {
    this.#epochs.raise(userId, this.#clock.now());
    return this.#ended(this.#sql.endUser.all(toColumn(userId), except ?? ''));
  }

  endEveryone(): void {
    this.#epochs.raiseAll();
    this.#sql.endAll.run();
    this.#log.noteEverything();
  }

  sweep(limit: number): number {
    return this.#sql.sweep.all(this.#clock.now(), limit).length;
  }

  forgetCached(): void {
    this.#cache.clear();
  }

  #ifLive(record: SessionRecord): SessionRecord | null {
    return record.expiresAt > this.#clock.now() ? record : null;
  }

  /** The columns that a change looks at, of a session that is not expired. */
  #state(id: SessionId): Row | undefined {
    const row = this.#sql.state.one(id);
    return row !== undefined && integerOf(row[0]) > this.#clock.now() ? row : undefined;
  }

  /** Why `guard` forbids the insert, or `null`. */
  #refusal(record: SessionRecord, guard: InsertGuard, over: number): Refusal | null {
    const { id, userId } = record;
    if (this.#sql.stamp.one(id) !== undefined) return 'duplicate';
    if (userId !== null && guard.epoch !== undefined) {
      const { epoch } = this.#epochs.read(userId, this.#clock.now());
      if (epoch !== guard.epoch) return 'epoch';
    }
    if (guard.replaces !== undefined && this.#state(guard.replaces.id) === undefined) {
      return 'replaced-missing';
    }
    return over > 0 && guard.limit?.over === 'refuse' ? 'limit' : null;
  }

  /** The sessions that have to end before this user has room for one more, the oldest first. */
  #overLimit(userId: string | null, { limit, replaces }: InsertGuard): readonly SessionId[] {
    if (userId === null || limit === undefined) return [];
    const counted = this.#sql.counted.all(toColumn(userId), this.#clock.now(), replaces?.id ?? '');
    return counted
      .slice(0, Math.max(counted.length + 1 - limit.max, 0))
      .map((row) => textOf(row[0]));
  }

  /** From deleted rows (id, expires_at) to what was ended: those that were not expired. */
  #ended(deleted: readonly Row[]): readonly SessionId[] {
    const now = this.#clock.now();
    const ids = deleted.filter((row) => integerOf(row[1]) > now).map((row) => textOf(row[0]));
    this.#log.note('ended', ids);
    return ids;
  }
}

/** Random, so that a row that is deleted and made again does not look like the first one. */
function newStamp(): number {
  return randomBytes(6).readUIntBE(0, 6);
}
