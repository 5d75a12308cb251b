// Text that a column of PostgreSQL cannot hold as it is: NUL is refused, and half a surrogate pair turns
// into U+FFFD on the way. JSON's escapes keep every text apart from every other.

import { sha256 } from '../../crypto/digest.js';

/** An entry of an index holds 2,704 bytes at most. A character is three of them, or two halves of four. */
const LONGEST_KEY = 500;

const SPECIAL = /["\\\u0000-\u001f\ud800-\udfff]/;

/** Text for a column, or for a key of `jsonb`: as it stands between the quotes of a JSON text. */
export function toColumn(text: string): string {
  return SPECIAL.test(text) ? JSON.stringify(text).slice(1, -1) : text;
}

/** A user id as a key: a long one by its hash, under a mark that no escaped text begins with. */
export function userToKey(userId: string): string {
  const column = toColumn(userId);
  return column.length <= LONGEST_KEY ? column : String.raw`\#${sha256(userId)}`;
}

/** An array of texts as one text, which PostgreSQL reads by a cast to `text[]`. */
export function toArray(texts: Iterable<string>): string {
  const items = Array.from(texts, (text) => `"${text.replaceAll(/["\\]/g, String.raw`\$&`)}"`);
  return `{${items.join(',')}}`;
}
