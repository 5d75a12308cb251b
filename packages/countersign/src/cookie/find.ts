// Finds one cookie in a Cookie header without parsing the others, for the way of every request.
// It gives the same answer as parseCookies on every input. RFC 6265bis §4.2, §8.6.

import { MAX_PAIRS, isBlank, splitPairs, trimmedSlice, withinBounds } from './pairs.js';

const EQUALS = 0x3d;
const SEMICOLON = 0x3b;

/**
 * The value of a cookie, compared by its case-sensitive name.
 * @param header a Cookie header field, as `readCookieHeader` gives it
 * @returns `undefined` when it did not come, its value when it came once, all its values in the order of
 *   the header when it came more often. Neither the first nor the last of several may be trusted:
 *   a sibling host can plant one in either place.
 */
export function findCookie(
  header: string | undefined,
  name: string,
): string | readonly string[] | undefined {
  if (header === undefined) return undefined;
  if (name !== lastReadable) {
    if (!canBeRead(name)) return undefined;
    lastReadable = name;
  }
  const text = withinBounds(header);
  const at = locateValue(text, name, 0);
  if (at === -1) return undefined;
  const end = text.indexOf(';', at);
  if (end !== -1 && locateValue(text, name, end) !== -1) return collectValues(text, name);
  if (isBeyondLastPair(text, at)) return undefined;
  return trimmedSlice(text, at, end === -1 ? text.length : end);
}

/** An application asks for the same name at each request, and looking that over costs as much as finding it. */
let lastReadable = '';

/** Where the value begins of the first pair with this name from `from` on; -1 when there is none. */
function locateValue(text: string, name: string, from: number): number {
  let at = text.indexOf(name, from);
  while (at !== -1) {
    let after = at + name.length;
    while (isBlank(text.charCodeAt(after))) after += 1;
    if (text.charCodeAt(after) === EQUALS && beginsPair(text, at)) return after + 1;
    at = text.indexOf(name, at + 1);
  }
  return -1;
}

function beginsPair(text: string, at: number): boolean {
  let before = at - 1;
  while (before >= 0 && isBlank(text.charCodeAt(before))) before -= 1;
  return before < 0 || text.charCodeAt(before) === SEMICOLON;
}

/** No parsed name is empty, has `=` or `;` in it, or a blank at an end; a search for such text would go astray. */
function canBeRead(name: string): boolean {
  if (name === '' || isBlank(name.charCodeAt(0)) || isBlank(name.charCodeAt(name.length - 1))) {
    return false;
  }
  for (let i = 0; i < name.length; i += 1) {
    const code = name.charCodeAt(i);
    if (code === EQUALS || code === SEMICOLON) return false;
  }
  return true;
}

/** Whether so many semicolons stand before `at` that parseCookies would not have read on. */
function isBeyondLastPair(text: string, at: number): boolean {
  if (at <= MAX_PAIRS) return false;
  let semicolons = 0;
  for (let i = text.indexOf(';'); i !== -1 && i < at; i = text.indexOf(';', i + 1)) semicolons += 1;
  return semicolons >= MAX_PAIRS;
}

function collectValues(text: string, name: string): string | readonly string[] | undefined {
  const pairs = splitPairs(text);
  const values = pairs.values.filter((_, position) => pairs.names[position] === name);
  return values.length > 1 ? values : values[0];
}
