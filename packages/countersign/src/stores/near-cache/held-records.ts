// The records that a near-cache holds: two generations, of which the older is dropped as a whole when
// the younger is full. So memory is bounded, what is in use stays, and making room costs nothing.

import type { SessionId, SessionRecord } from '../../session/record.js';

/** Data beyond so many UTF-16 units counts as a further record, and so on. */
const DATA_PER_ENTRY = 2_048;

export class HeldRecords {
  /** How much each of the two generations may weigh. */
  readonly #capacity: number;
  #young = new Map<SessionId, SessionRecord>();
  #old = new Map<SessionId, SessionRecord>();
  #youngWeight = 0;

  /** @param max how many records with little data are held at most */
  constructor(max: number) {
    this.#capacity = Math.floor(max / 2);
  }

  get size(): number {
    return this.#young.size + this.#old.size;
  }

  get(id: SessionId): SessionRecord | undefined {
    return this.#young.get(id) ?? this.#rejuvenate(id);
  }

  set(record: SessionRecord): void {
    const { id } = record;
    this.delete(id);
    const weight = weightOf(record);
    if (weight > this.#capacity) return;
    if (this.#youngWeight + weight > this.#capacity) {
      this.#old = this.#young;
      this.#young = new Map();
      this.#youngWeight = 0;
    }
    this.#young.set(id, record);
    this.#youngWeight += weight;
  }

  delete(id: SessionId): void {
    const young = this.#young.get(id);
    if (young === undefined) {
      this.#old.delete(id);
      return;
    }
    this.#young.delete(id);
    this.#youngWeight -= weightOf(young);
  }

  clear(): void {
    this.#young = new Map();
    this.#old = new Map();
    this.#youngWeight = 0;
  }

  #rejuvenate(id: SessionId): SessionRecord | undefined {
    const record = this.#old.get(id);
    if (record !== undefined) this.set(record);
    return record;
  }
}

function weightOf({ data }: SessionRecord): number {
  return Math.max(Math.ceil(data.length / DATA_PER_ENTRY), 1);
}
