// Waiting for a lock that another process holds, without blocking this one. SQLite's own waiting
// (`busy_timeout`) stops the event loop, so it is kept to a few milliseconds and this does the rest.

import type { Cancel, Clock } from '../../clock.js';
import { randomBytes } from '../../crypto/random.js';
import { CountersignError } from '../../errors.js';
import type { Awaitable } from '../../waiting.js';
import { isBusy } from './driver.js';

/** How long an operation waits for its turn. */
const LONGEST_WAIT_MS = 2_000;
const SHORTEST_DELAY_MS = 1;
const LONGEST_DELAY_MS = 20;
/** So many in one turn of the event loop, once the lock is free. */
const BATCH = 64;

interface Waiting {
  readonly deadline: number;
  /** Tries once. False: the lock is still held. */
  readonly attempt: () => boolean;
  readonly reject: (error: unknown) => void;
}

/** Runs operations one after the other, those that found a lock again and again, in order of arrival. */
export class LockRetry {
  readonly #clock: Clock;
  #waiting: Waiting[] = [];
  #delay = SHORTEST_DELAY_MS;
  #cancel: Cancel | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * Runs `operation`, which works synchronously and has no effect when it throws. Its value comes at
   * once where nothing is waiting and no lock is in the way.
   * @throws CountersignError `store-unavailable` when the lock was held for 2 s; any other error as it is
   */
  run<T>(operation: () => T): Awaitable<T> {
    if (this.#waiting.length > 0) return this.#wait(operation);
    try {
      return operation();
    } catch (error) {
      if (!isBusy(error)) throw error;
      return this.#wait(operation);
    }
  }

  /** Gives up on everything that waits. */
  close(): void {
    this.#cancel?.();
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const { reject } of waiting) {
      reject(new CountersignError('store-unavailable', 'The database was closed.'));
    }
  }

  #wait<T>(operation: () => T): Promise<T> {
    return new Promise((resolve, reject) => {
      const attempt = (): boolean => {
        try {
          resolve(operation());
        } catch (error) {
          if (isBusy(error)) return false;
          reject(error instanceof Error ? error : new Error(String(error)));
        }
        return true;
      };
      this.#waiting.push({ deadline: this.#clock.now() + LONGEST_WAIT_MS, attempt, reject });
      this.#arm();
    });
  }

  #arm(): void {
    if (this.#cancel !== undefined) return;
    // Spread between half and the whole, so that processes that collided do not collide again.
    const spread = (1 + (randomBytes(1)[0] ?? 0) / 255) / 2;
    this.#cancel = this.#clock.after(
      this.#delay * spread,
      () => {
        this.#cancel = undefined;
        this.#tryWaiting();
        if (this.#waiting.length > 0) this.#arm();
      },
      { keepsProcess: true },
    );
  }

  #tryWaiting(): void {
    for (let done = 0; done < BATCH; done += 1) {
      const first = this.#waiting[0];
      if (first === undefined) return;
      if (!first.attempt()) {
        this.#delay = Math.min(this.#delay * 2, LONGEST_DELAY_MS);
        this.#dropOverdue();
        return;
      }
      this.#waiting.shift();
      this.#delay = SHORTEST_DELAY_MS;
    }
  }

  #dropOverdue(): void {
    const now = this.#clock.now();
    while (this.#waiting[0] !== undefined && this.#waiting[0].deadline <= now) {
      this.#waiting
        .shift()
        ?.reject(
          new CountersignError(
            'store-unavailable',
            `Another process has locked the database for ${LONGEST_WAIT_MS} ms.`,
          ),
        );
    }
  }
}
