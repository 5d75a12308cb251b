// Removes counters that are over, now and then while a throttle is used, so that no store needs a timer
// of its own. Never on the way of an attempt; errors wait for the next one, which meets them itself.

import type { Cancel, Clock } from '../clock.js';
import type { ThrottleStore } from './throttle-store.js';

const INTERVAL_MS = 10 * 60_000;
const BATCH = 1_000;
/** Between two batches, so that attempts are answered in between. */
const PAUSE_MS = 25;

export class ThrottleSweep {
  readonly #store: ThrottleStore;
  readonly #clock: Clock;
  #timer: Cancel | undefined;

  constructor(store: ThrottleStore, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  /** Something was counted, which will be over some time. */
  arm(delayMs: number = INTERVAL_MS): void {
    if (this.#timer !== undefined) return;
    this.#timer = this.#clock.after(delayMs, () => {
      this.#timer = undefined;
      this.#sweep().catch(() => undefined);
    });
  }

  async #sweep(): Promise<void> {
    const removed = await this.#store.sweep(this.#clock.now(), BATCH);
    if (removed >= BATCH) this.arm(PAUSE_MS);
  }
}
