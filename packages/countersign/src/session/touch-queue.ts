// "Last seen", written rarely: collected over all sessions for a moment, then stored in one batch,
// never on a response's path. A batch that fails is kept and tried again with the next one.

import type { Cancel, Clock } from '../clock.js';
import type { SessionId } from './record.js';
import type { SessionStore } from './store.js';

/** How long touches are collected, in milliseconds. */
const COLLECT_MS = 1000;
/** Touches kept while the store is down; beyond it new ones are dropped, which ends sessions no later. */
const MOST_WAITING = 100_000;

export class TouchQueue {
  readonly #store: SessionStore;
  readonly #clock: Clock;
  readonly #interval: number;
  #waiting = new Map<SessionId, number>();
  /** Those that the store was given and has not answered yet. */
  #sending: ReadonlyMap<SessionId, number> = new Map();
  #underWay: Promise<void> | undefined;
  #timer: Cancel | undefined;

  /** @param interval how far apart the touches of one session are at least, in milliseconds */
  constructor(store: SessionStore, clock: Clock, interval: number) {
    this.#store = store;
    this.#clock = clock;
    this.#interval = interval;
  }

  /** Notes that a session was seen now, to be stored within a second or so. */
  add(id: SessionId, seen: number): void {
    // None is due before the one that is on its way is an interval old; what fails waits again.
    if (seen < (this.#sending.get(id) ?? Number.NEGATIVE_INFINITY) + this.#interval) return;
    if (this.#waiting.size >= MOST_WAITING && !this.#waiting.has(id)) return;
    this.#waiting.set(id, seen);
    this.#timer ??= this.#clock.after(COLLECT_MS, () => {
      this.#timer = undefined;
      // A failure leaves the touches waiting; the next one to be added arms the timer again.
      void this.flush().catch(() => undefined);
    });
  }

  /** Whether a touch of this session is still to be stored: its record says less than is known. */
  isWaiting(id: SessionId): boolean {
    return this.#waiting.has(id) || this.#sending.has(id);
  }

  /** Stores what is waiting and what is on its way. Rejects with `store-unavailable`, and keeps it then. */
  async flush(): Promise<void> {
    while (this.#underWay !== undefined) await this.#underWay.catch(() => undefined);
    this.#timer?.();
    this.#timer = undefined;
    if (this.#waiting.size === 0) return;
    this.#underWay = this.#send();
    try {
      await this.#underWay;
    } finally {
      this.#underWay = undefined;
    }
  }

  async #send(): Promise<void> {
    const batch = this.#waiting;
    this.#waiting = new Map();
    this.#sending = batch;
    try {
      await this.#store.touch([...batch].map(([id, seen]) => ({ id, seen })));
    } catch (cause) {
      for (const [id, seen] of batch) {
        if (!this.#waiting.has(id)) this.#waiting.set(id, seen);
      }
      throw cause;
    } finally {
      this.#sending = new Map();
    }
  }
}
