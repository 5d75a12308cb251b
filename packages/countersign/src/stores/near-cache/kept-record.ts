// The copy of a record that is kept: frozen, as requests share it, and without the memory of whatever its
// texts were cut from or of what other records say in the same words.

import type { SessionRecord } from '../../session/record.js';
import { freezeRecord } from '../frozen-record.js';

/** Browsers are fewer than sessions. */
const MOST_SHARED = 1_000;

export class RecordCopier {
  readonly #shared = new Map<string, string>();

  copy(record: SessionRecord): SessionRecord {
    const id = unattached(record.id);
    const { userAgent, address } = record.client;
    return freezeRecord({
      ...record,
      id,
      lineage: record.lineage === id ? id : unattached(record.lineage),
      client: { userAgent: userAgent === null ? null : this.#share(userAgent), address },
      factors: record.factors.map(({ kind, at }) => ({ kind: this.#share(kind), at })),
    });
  }

  /** One copy of a text for all records that have it. */
  #share(text: string): string {
    const known = this.#shared.get(text);
    if (known !== undefined) return known;
    if (this.#shared.size >= MOST_SHARED) this.#shared.clear();
    const copy = unattached(text);
    this.#shared.set(copy, copy);
    return copy;
  }
}

/**
 * The same text with memory of its own. An id is cut out of a Cookie header, and V8 keeps the whole header
 * for as long as the part is in use.
 */
function unattached(text: string): string {
  const copy = Buffer.from(text).toString();
  // Half a surrogate pair does not survive this; no id has one.
  return copy === text ? copy : text;
}
