// The records of the memory store with their indexes: by user, by expiry, anonymous ones by age.
// Keeps them in step with each other; knows no epochs, limits or listeners.

import type { SessionId, SessionRecord } from '../../session/record.js';
import { ExpiryQueue } from './expiry-queue.js';

/** So many candidates for eviction are looked up at once: walking to the oldest has a cost of its own. */
const CANDIDATES = 256;

export class SessionTable {
  readonly #max: number;
  readonly #records = new Map<SessionId, SessionRecord>();
  readonly #byUser = new Map<string, Set<SessionId>>();
  /** In order of insertion: the oldest first. */
  readonly #anonymous = new Set<SessionId>();
  readonly #expiry = new ExpiryQueue();
  /** The oldest anonymous sessions, the very oldest last. Some may have ended already. */
  #candidates: SessionId[] = [];

  constructor(max: number) {
    this.#max = max;
  }

  get size(): number {
    return this.#records.size;
  }

  get(id: SessionId): SessionRecord | undefined {
    return this.#records.get(id);
  }

  idsOf(userId: string): SessionId[] {
    return [...(this.#byUser.get(userId) ?? [])];
  }

  /** The user's records that are not expired, in order of insertion. */
  liveOf(userId: string, now: number): SessionRecord[] {
    const live: SessionRecord[] = [];
    for (const id of this.#byUser.get(userId) ?? []) {
      const record = this.#records.get(id);
      if (record !== undefined && record.expiresAt > now) live.push(record);
    }
    return live;
  }

  /** Adds a frozen record whose id is not there yet. */
  add(record: SessionRecord): void {
    const { id, userId } = record;
    this.#records.set(id, record);
    if (userId === null) {
      this.#anonymous.add(id);
    } else {
      const ids = this.#byUser.get(userId);
      if (ids === undefined) this.#byUser.set(userId, new Set([id]));
      else ids.add(id);
    }
    this.#queue(record);
  }

  /** Puts a changed record in the place of the one with its id; id and user are the same. */
  update(record: SessionRecord): void {
    const before = this.#records.get(record.id);
    this.#records.set(record.id, Object.freeze(record));
    if (before?.expiresAt !== record.expiresAt) this.#queue(record);
  }

  /** Takes records out; those that were there. */
  remove(ids: readonly SessionId[]): SessionRecord[] {
    const removed: SessionRecord[] = [];
    for (const id of ids) {
      const record = this.#records.get(id);
      if (record === undefined) continue;
      this.#records.delete(id);
      if (record.userId === null) this.#anonymous.delete(id);
      else this.#unlist(id, record.userId);
      removed.push(record);
    }
    return removed;
  }

  /** Takes out at most `limit` expired records; how many it took. */
  removeExpired(now: number, limit: number): number {
    let removed = 0;
    while (removed < limit) {
      const due = this.#expiry.takeDue(now);
      if (due === undefined) break;
      if (this.#isMeant(due.id, due.at)) removed += this.remove([due.id]).length;
    }
    return removed;
  }

  /**
   * Makes room for `count` more: takes out expired records, then the oldest anonymous ones. The ids
   * of anonymous sessions that were live, or `full`, with nothing live taken out.
   */
  makeRoom(count: number, now: number): readonly SessionId[] | 'full' {
    const over = (): number => this.size + count - this.#max;
    if (over() <= 0) return [];
    this.removeExpired(now, Math.max(over(), CANDIDATES));
    if (over() > this.#anonymous.size) return 'full';
    const evicted: SessionId[] = [];
    while (over() > 0) {
      const id = this.#oldestAnonymous();
      if (id === undefined) return 'full';
      this.remove([id]);
      evicted.push(id);
    }
    return evicted;
  }

  clear(): void {
    this.#records.clear();
    this.#byUser.clear();
    this.#anonymous.clear();
    this.#expiry.clear();
    this.#candidates = [];
  }

  #oldestAnonymous(): SessionId | undefined {
    for (;;) {
      if (this.#candidates.length === 0) {
        for (const id of this.#anonymous) {
          if (this.#candidates.push(id) === CANDIDATES) break;
        }
        this.#candidates.reverse();
      }
      const id = this.#candidates.pop();
      if (id === undefined || this.#anonymous.has(id)) return id;
    }
  }

  #unlist(id: SessionId, userId: string): void {
    const ids = this.#byUser.get(userId);
    ids?.delete(id);
    if (ids?.size === 0) this.#byUser.delete(userId);
  }

  #queue({ id, expiresAt }: SessionRecord): void {
    this.#expiry.push(id, expiresAt);
    // Sessions that end early leave their entry behind: never more of those than of the others.
    if (this.#expiry.size > 2 * this.#records.size + CANDIDATES) {
      this.#expiry.compact((entry, at) => this.#isMeant(entry, at));
    }
  }

  #isMeant(id: SessionId, at: number): boolean {
    return this.#records.get(id)?.expiresAt === at;
  }
}
