// One update of a session at a time within this process, so that updates wait for each other rather
// than conflict. Other processes are met by compare-and-swap; this only saves them work.

import type { SessionId } from './record.js';

export class UpdateQueue {
  readonly #last = new Map<SessionId, Promise<unknown>>();

  /** Runs the task after those already queued for this session, whether they succeeded or not. */
  async run<T>(id: SessionId, task: () => Promise<T>): Promise<T> {
    const before = this.#last.get(id);
    const mine = before === undefined ? task() : before.then(task, task);
    this.#last.set(id, mine);
    try {
      return await mine;
    } finally {
      if (this.#last.get(id) === mine) this.#last.delete(id);
    }
  }
}
