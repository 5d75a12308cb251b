// Arbitrary text as a cookie value and back: percent-encoded UTF-8, as many frameworks write it.
// A convention between you and yourself, not part of the cookie syntax (RFC 6265bis §4.1.1).

import { CountersignError } from '../errors.js';

/** Half of a UTF-16 pair: no UTF-8 can say it, so it would not be read back. */
const LONE_SURROGATE = /\p{Surrogate}/u;

/**
 * Text as a cookie value, percent-encoded: letters, digits and `-_.!~*'()` stay as they are.
 * @throws CountersignError `cookie-invalid` for text that is not well-formed Unicode
 */
export function encodeCookieValue(text: string): string {
  assertWellFormed(text);
  return encodeURIComponent(text);
}

/** The text of a value that `encodeCookieValue` made; `undefined` for a broken percent sequence. Never throws. */
export function decodeCookieValue(value: string): string | undefined {
  try {
    return decodeURIComponent(value);
  } catch {
    return undefined;
  }
}

/** @throws CountersignError `cookie-invalid` for half a surrogate pair, which would be read back as U+FFFD */
export function assertWellFormed(text: string): void {
  if (LONE_SURROGATE.test(text)) {
    throw new CountersignError(
      'cookie-invalid',
      'text for a cookie has half of a surrogate pair in it, which UTF-8 cannot express',
    );
  }
}
