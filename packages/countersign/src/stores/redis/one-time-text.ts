// A one-time record as text: expiry, kind, subject and content with a separator after each of the first
// three, which none of them holds. And its entry in the index of its subject.

import type { OneTimeRecord } from '../../accounts/one-time-store.js';
import { decodeSomeText, decodeText, encodeText } from './field-text.js';

const SEPARATOR = '\u001f';

export function encodeOneTime({ kind, subject, expiresAt, content }: OneTimeRecord): string {
  return [String(expiresAt), encodeText(kind), encodeText(subject), content].join(SEPARATOR);
}

/** @throws TypeError for a text that `encodeOneTime` did not make */
export function decodeOneTime(hash: string, text: string): OneTimeRecord {
  const [expiry = '', kind = '', subject = '', ...rest] = text.split(SEPARATOR);
  const expiresAt = Number(expiry);
  if (rest.length === 0 || kind === '' || !Number.isSafeInteger(expiresAt)) {
    throw new TypeError('Redis holds a one-time record of another layout');
  }
  const content = rest.join(SEPARATOR);
  return { hash, kind: decodeSomeText(kind), subject: decodeText(subject), expiresAt, content };
}

/** The entry of a record in the index of its subject. A hash has no space. */
export function entryOf(hash: string, kind: string): string {
  return `${hash} ${encodeText(kind)}`;
}

/** The hash in an entry. */
export function hashIn(entry: string): string {
  return entry.slice(0, entry.indexOf(' '));
}

/** Whether an entry is that of a record of this kind. */
export function isOfKind(entry: string, kind: string): boolean {
  return entry.slice(entry.indexOf(' ') + 1) === encodeText(kind);
}
