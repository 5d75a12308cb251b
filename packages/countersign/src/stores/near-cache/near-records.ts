// What a near-cache knows, and when it may say it: the records held, the lease that lets them be
// believed, and the reads whose answers may be kept. Asks no store.

import type { Clock } from '../../clock.js';
import type { SessionId, SessionRecord } from '../../session/record.js';
import type { StoreListener, Touch } from '../../session/store.js';
import { HeldRecords } from './held-records.js';
import { RecordCopier } from './kept-record.js';
import { Lease } from './lease.js';
import type { NearCacheSettings } from './options.js';
import { ReadsUnderWay, type UnderWay } from './reads-under-way.js';

/** Counted since the cache was made. */
export interface NearCacheStats {
  /** Sessions held now. */
  readonly entries: number;
  /** Asked for and given, without asking the store. */
  readonly hits: number;
  /** Asked for and not held. */
  readonly misses: number;
  /** Asked for while announcements were not known to come: the store had to be asked. */
  readonly bypasses: number;
  /** Milliseconds in which that was so, those before the first announcement was possible too. */
  readonly bypassedMs: number;
  /** Announcements: one for each session, and one whenever any session may have changed. */
  readonly invalidations: number;
  /** How often announcements were not known to come any more. */
  readonly leaseLosses: number;
}

export class NearRecords implements Required<StoreListener> {
  readonly #clock: Clock;
  readonly #held: HeldRecords;
  readonly #lease: Lease;
  readonly #reads = new ReadsUnderWay();
  readonly #copier = new RecordCopier();
  #hits = 0;
  #misses = 0;
  #bypasses = 0;
  #invalidations = 0;

  constructor({ clock, maxEntries, maxStaleness }: NearCacheSettings) {
    this.#clock = clock;
    this.#held = new HeldRecords(maxEntries);
    this.#lease = new Lease(clock, maxStaleness);
  }

  stats(): NearCacheStats {
    return {
      entries: this.#held.size,
      hits: this.#hits,
      misses: this.#misses,
      bypasses: this.#bypasses,
      bypassedMs: this.#lease.lostMs,
      invalidations: this.#invalidations,
      leaseLosses: this.#lease.losses,
    };
  }

  peek(id: SessionId): SessionRecord | null {
    const now = this.#clock.now();
    if (!this.#lease.holds(now)) {
      this.#bypasses += 1;
      return null;
    }
    const record = this.#held.get(id);
    if (record !== undefined && record.expiresAt > now) {
      this.#hits += 1;
      return record;
    }
    this.#misses += 1;
    if (record !== undefined) this.#held.delete(id);
    return null;
  }

  /**
   * A read of this session begins. `undefined` when its answer is not to be kept: one that begins before
   * announcements come could miss a change that nobody tells of.
   */
  beginRead(id: SessionId): UnderWay | undefined {
    return this.#lease.holds(this.#clock.now()) ? this.#reads.begin(id) : undefined;
  }

  /**
   * The read is over. Keeps what it brought, unless that may be outdated; that a session is not there is
   * never kept.
   * @param record `undefined` when the read has failed
   */
  finishRead(id: SessionId, read: UnderWay, record: SessionRecord | null | undefined): void {
    this.#reads.finish(id, read);
    if (record === undefined) return;
    if (record === null) this.#held.delete(id);
    // The session layer peeks at signed-in sessions only.
    else if (record.userId !== null && !read.isTainted) this.#held.set(this.#copier.copy(record));
  }

  /** Brings records up to date with touches, which nobody announces. */
  touched(batch: readonly Touch[]): void {
    for (const { id, seen } of batch) {
      const record = this.#held.get(id);
      if (record === undefined) continue;
      const lastSeenAt = Math.min(seen, record.expiresAt);
      if (lastSeenAt <= record.lastSeenAt) continue;
      this.#held.set(Object.freeze({ ...record, lastSeenAt }));
    }
  }

  forget(ids: readonly SessionId[]): void {
    for (const id of ids) {
      this.#held.delete(id);
      this.#reads.taint(id);
    }
  }

  forgetAll(): void {
    this.#held.clear();
    this.#reads.taintAll();
  }

  ended(ids: readonly SessionId[]): void {
    this.changed(ids);
  }

  changed(ids: readonly SessionId[]): void {
    this.#invalidations += ids.length;
    this.forget(ids);
  }

  everything(): void {
    this.#invalidations += 1;
    this.forgetAll();
  }

  heard(at: number): void {
    this.#lease.renew(at);
  }

  lost(): void {
    this.#lease.end();
    this.forgetAll();
  }
}
