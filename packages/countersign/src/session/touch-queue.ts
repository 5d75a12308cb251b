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
  #waiting = new Map<SessionId, number>();
  #timer: Cancel | undefined;

  constructor(store: SessionStore, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  /** Notes that a session was seen now, to be stored within a second or so. */
  add(id: SessionId, seen: number): void {
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
    return this.#waiting.has(id);
  }

  /** Stores what is waiting. Rejects with `store-unavailable`, and keeps it then. */
  async flush(): Promise<void> {
    this.#timer?.();
    this.#timer = undefined;
    const batch = this.#waiting;
    if (batch.size === 0) return;
    this.#waiting = new Map();
    try {
      await this.#store.touch([...batch].map(([id, seen]) => ({ id, seen })));
    } catch (cause) {
      for (const [id, seen] of batch) {
        if (!this.#waiting.has(id)) this.#waiting.set(id, seen);
      }
      throw cause;
    }
  }
}
