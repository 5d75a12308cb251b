// Records that were decoded lately, so that one that has not changed since is not decoded again. Not a
// cache of what the server says: the text was read just now, and has to be the same to the last character.

import type { SessionId, SessionRecord } from '../../session/record.js';
import { decodeRecord } from './record-text.js';

/** Two generations of so many: at about 1.2 kB each, 5 MB when both are full. */
const GENERATION = 2_048;
const LONGEST_TEXT = 2_048;

interface Decoded {
  readonly text: string;
  readonly record: SessionRecord;
}

export class DecodedRecords {
  #young = new Map<SessionId, Decoded>();
  #old = new Map<SessionId, Decoded>();

  /** The record in a text. @throws TypeError for a text that this version did not write */
  decode(id: SessionId, text: string): SessionRecord {
    const known = this.#young.get(id) ?? this.#old.get(id);
    if (known?.text === text) return known.record;
    const record = decodeRecord(id, text);
    if (text.length <= LONGEST_TEXT) this.#keep(id, { text, record });
    return record;
  }

  #keep(id: SessionId, decoded: Decoded): void {
    if (this.#young.size >= GENERATION) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(id, decoded);
  }
}
