// How long what is cached may be believed: from the sending of a ping that was answered, for the longest
// staleness, and no longer, whatever becomes of the machine's clock or of the event loop.

import type { Cancel, Clock } from '../../clock.js';

export class Lease {
  readonly #clock: Clock;
  readonly #length: number;
  /** Half open, by the clock: a clock that is set back leaves it, one that is set ahead too. */
  #from = Number.POSITIVE_INFINITY;
  #until = Number.NEGATIVE_INFINITY;
  /** A timer does not notice the clock being set; it may come late, and then the clock is right. */
  #timer: Cancel | undefined;
  #losses = 0;
  #lostSince: number;
  #lostMs = 0;

  /** @param length in milliseconds. The lease begins with the first `renew`. */
  constructor(clock: Clock, length: number) {
    this.#clock = clock;
    this.#length = length;
    this.#lostSince = clock.now();
  }

  /** How often it was lost: told to end, or run out. */
  get losses(): number {
    return this.#losses;
  }

  /** Milliseconds without it since it was made, the time before the first `renew` too. */
  get lostMs(): number {
    return this.#lostMs + (this.#isHeld ? 0 : this.#sinceLoss());
  }

  get #isHeld(): boolean {
    return this.#from !== Number.POSITIVE_INFINITY;
  }

  /** Whether it holds. One that is found to have run out does not hold again before it is renewed. */
  holds(now: number): boolean {
    if (now >= this.#from && now < this.#until) return true;
    this.end();
    return false;
  }

  /**
   * Everything done before `at` is known by now.
   * @param at epoch milliseconds, or `Infinity` where nothing can ever go unknown
   */
  renew(at: number): void {
    const now = this.#clock.now();
    const until = at + this.#length;
    if (at !== Number.POSITIVE_INFINITY) {
      // A ping that was sent later than now: the clock was set back, and the ping's age is unknown.
      if (at > now) return;
      // Too late to be of use: the lease in force, if there is one, says more.
      if (!(until > now)) return;
    }
    if (!this.#isHeld) this.#lostMs += this.#sinceLoss();
    this.#timer?.();
    this.#timer = undefined;
    this.#until = until;
    this.#from = until === Number.POSITIVE_INFINITY ? Number.NEGATIVE_INFINITY : now;
    if (until === Number.POSITIVE_INFINITY) return;
    this.#timer = this.#clock.after(until - now, () => this.end());
  }

  end(): void {
    if (!this.#isHeld) return;
    this.#timer?.();
    this.#timer = undefined;
    this.#from = Number.POSITIVE_INFINITY;
    this.#until = Number.NEGATIVE_INFINITY;
    this.#losses += 1;
    this.#lostSince = this.#clock.now();
  }

  #sinceLoss(): number {
    return Math.max(this.#clock.now() - this.#lostSince, 0);
  }
}
