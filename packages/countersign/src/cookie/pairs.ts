// Splits a Cookie header into names and values: tolerant, in linear time, within fixed bounds.
// It decodes nothing, strips no quotes and repairs nothing. RFC 6265bis §4.2.1 and §5.6.

/** Characters of a header that are read; of a longer one, the pairs that end within them. Node allows 16,384 by default. */
export const MAX_HEADER_LENGTH = 65_536;
/** Pieces between semicolons that are read. Browsers keep some 180 cookies for a domain at most. */
export const MAX_PAIRS = 1024;

const SPACE = 0x20;
const TAB = 0x09;

/** Names and values of the same position belong together. */
export interface Pairs {
  readonly names: readonly string[];
  readonly values: readonly string[];
}

/** Every pair with a name, in the order of the header, duplicates included. */
export function splitPairs(header: string): Pairs {
  const text = withinBounds(header);
  const names: string[] = [];
  const values: string[] = [];
  let equals = -1;
  for (let start = 0, read = 0; start < text.length && read < MAX_PAIRS; read += 1) {
    // One search serves all the pieces before the `=` it finds, or many bare words would take quadratic time.
    if (equals < start) equals = text.indexOf('=', start);
    if (equals === -1) break;
    const semicolon = text.indexOf(';', start);
    const end = semicolon === -1 ? text.length : semicolon;
    if (equals < end) {
      const name = trimmedSlice(text, start, equals);
      if (name !== '') {
        names.push(name);
        values.push(trimmedSlice(text, equals + 1, end));
      }
    }
    start = end + 1;
  }
  return { names, values };
}

/** The header, or of one that is too long the pairs that are whole within the bound. */
export function withinBounds(header: string): string {
  if (header.length <= MAX_HEADER_LENGTH) return header;
  const end = header.lastIndexOf(';', MAX_HEADER_LENGTH);
  return end === -1 ? '' : header.slice(0, end);
}

/** The text from `start` up to `end` without spaces and tabs at either end. */
export function trimmedSlice(text: string, start: number, end: number): string {
  let first = start;
  let last = end;
  while (first < last && isBlank(text.charCodeAt(first))) first += 1;
  while (last > first && isBlank(text.charCodeAt(last - 1))) last -= 1;
  return text.slice(first, last);
}

/** Space or horizontal tab: the only white space of this grammar (OWS, RFC 9110 §5.6.3). */
export function isBlank(code: number): boolean {
  return code === SPACE || code === TAB;
}
