// One update of a session at a time within this process, so that updates wait for each other rather
// than conflict. Other processes are met by compare-and-swap; this only saves them work.

import type { Clock } from '../clock.js';
import type { SessionId } from './record.js';

/**
 * After so long the next one goes on, and compare-and-swap decides between the two. Otherwise a change
 * that never answers, or an update inside an update, would stop every later one of the session.
 */
const LONGEST_TURN_MS = 5_000;

export class UpdateQueue {
  readonly #clock: Clock;
  readonly #last = new Map<SessionId | object, Promise<void>>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * Runs the task after those already queued for this session, whether they succeeded or not.
   * @param id or, where nothing is stored yet, what stands for it
   */
  async run<T>(id: SessionId | object, task: () => Promise<T>): Promise<T> {
    const before = this.#last.get(id);
    let pass: () => void = () => undefined;
    const turn = new Promise<void>((resolve) => {
      pass = resolve;
    });
    this.#last.set(id, turn);
    const end = (): void => {
      if (this.#last.get(id) === turn) this.#last.delete(id);
      pass();
    };
    await before;
    const cancel = this.#clock.after(LONGEST_TURN_MS, end);
    try {
      return await task();
    } finally {
      cancel();
      end();
    }
  }
}
