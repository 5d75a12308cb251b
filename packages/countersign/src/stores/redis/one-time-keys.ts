// The names of Redis keys of one-time records. A record is found by its hash alone, so it lives in a home
// of its own, and the index of its subject in another: in a Cluster in two slots.
//
//   <prefix>o:{home}<hash>      a record
//   <prefix>i:{home}<subject>   the records about a subject, `<hash> <kind>` each, by their expiry

import { homeOf } from '../../session/token.js';
import { encodeText } from './field-text.js';
import { homeIn, Keys } from './keys.js';

export class OneTimeKeys {
  readonly #prefix: string;

  /** @throws CountersignError `configuration` for a prefix that keys cannot have */
  constructor(prefix: string) {
    this.#prefix = new Keys(prefix).prefix;
  }

  record(hash: string): string {
    return `${this.#prefix}o:{${homeIn(hash)}}${hash}`;
  }

  index(subject: string): string {
    return `${this.#prefix}i:{${homeOf(subject)}}${encodeText(subject)}`;
  }
}
