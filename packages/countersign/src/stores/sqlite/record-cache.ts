// Records read lately, so that a row that has not changed is not fetched and parsed again. Never
// trusted by itself: whoever takes a record out compares its stamp with the row's first.

import type { SessionId } from '../../session/record.js';
import type { StampedRecord } from './session-rows.js';

/** Two generations of so many: at about 1.2 kB each without data, 20 MB when both are full. */
const GENERATION = 8_192;
const LONGEST_DATA = 4_096;

export class RecordCache {
  #young = new Map<SessionId, StampedRecord>();
  #old = new Map<SessionId, StampedRecord>();

  get(id: SessionId): StampedRecord | undefined {
    const young = this.#young.get(id);
    if (young !== undefined) return young;
    const old = this.#old.get(id);
    if (old !== undefined) this.set(old);
    return old;
  }

  set(stamped: StampedRecord): void {
    if (stamped.record.data.length > LONGEST_DATA) return;
    if (this.#young.size >= GENERATION) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(stamped.record.id, stamped);
  }

  delete(id: SessionId): void {
    this.#young.delete(id);
    this.#old.delete(id);
  }

  clear(): void {
    this.#young.clear();
    this.#old.clear();
  }
}
