// Reads whose answer has not come yet, and whether something was announced about their session in the
// meantime: then the answer may be older than the announcement, and must not be kept.

import type { SessionId } from '../../session/record.js';

/** What several reads of one session at the same time share. */
export interface UnderWay {
  isTainted: boolean;
  readers: number;
}

export class ReadsUnderWay {
  #reads = new Map<SessionId, UnderWay>();

  begin(id: SessionId): UnderWay {
    const known = this.#reads.get(id);
    if (known !== undefined) {
      known.readers += 1;
      return known;
    }
    const read = { isTainted: false, readers: 1 };
    this.#reads.set(id, read);
    return read;
  }

  finish(id: SessionId, read: UnderWay): void {
    read.readers -= 1;
    if (read.readers === 0 && this.#reads.get(id) === read) this.#reads.delete(id);
  }

  /** Taints the reads of this session that have begun. Those that begin from now on are not concerned. */
  taint(id: SessionId): void {
    const read = this.#reads.get(id);
    if (read === undefined) return;
    read.isTainted = true;
    this.#reads.delete(id);
  }

  taintAll(): void {
    if (this.#reads.size === 0) return;
    for (const read of this.#reads.values()) read.isTainted = true;
    this.#reads = new Map();
  }
}
