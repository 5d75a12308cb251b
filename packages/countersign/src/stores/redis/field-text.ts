// Text inside a stored record: without control characters, which separate the parts of a record, and
// short where it is common. Times too: eight characters, whose place in a record never moves.

/** 2020-01-01T00:00:00Z. Counted from here, eight characters reach until 2109. */
export const TIME_ZERO = 1_577_836_800_000;
const TIME_CHARACTERS = 8;
const DIGIT_0 = 0x30;
const LETTER_A = 0x61;
const TIME_LIMIT = TIME_ZERO + 36 ** TIME_CHARACTERS;

/** Control characters, the escape character, and halves of surrogate pairs, which UTF-8 cannot hold. */
const SPECIAL = /[\u0000-\u001f\\\p{Cs}]/u;
/** An empty text, told from none. */
const EMPTY = '\\';

/**
 * Epoch milliseconds as eight characters. Numbers compare as the texts do.
 * @throws RangeError for what is no whole number of milliseconds from 2020 to 2109
 */
export function encodeTime(time: number): string {
  if (!Number.isInteger(time) || time < TIME_ZERO || time >= TIME_LIMIT) {
    throw new RangeError(`${time} is not a time that redisStore can hold`);
  }
  return (time - TIME_ZERO).toString(36).padStart(TIME_CHARACTERS, '0');
}

/** The time at a place in a text. By hand: `parseInt` of a slice takes five times as long. */
export function decodeTime(text: string, at = 0): number {
  let time = 0;
  for (let i = at; i < at + TIME_CHARACTERS; i += 1) {
    const code = text.charCodeAt(i);
    time = time * 36 + code - (code < LETTER_A ? DIGIT_0 : LETTER_A - 10);
  }
  return time + TIME_ZERO;
}

/** A text as a field. Different texts have different fields, and no text has the field of `null`. */
export function encodeText(text: string | null): string {
  if (text === null) return '';
  if (text === '') return EMPTY;
  return SPECIAL.test(text) ? JSON.stringify(text).slice(1, -1) : text;
}

export function decodeText(field: string): string | null {
  return field === '' ? null : decodeSomeText(field);
}

/** As `decodeText`, for a field that is never `null`. */
export function decodeSomeText(field: string): string {
  if (!field.includes('\\')) return field;
  return field === EMPTY ? '' : String(JSON.parse(`"${field}"`));
}

/**
 * What browsers say of themselves is mostly the same few words, and so are the kinds of factors: each is
 * one control character in a record. The order is part of the layout: words may be added at the end, up to \u001b, never changed.
 */
const WORDS: readonly string[] = [
  'Mozilla/5.0 (',
  ') AppleWebKit/537.36 (KHTML, like Gecko) Chrome/',
  '.0.0.0 Safari/537.36',
  ') AppleWebKit/605.1.15 (KHTML, like Gecko) Version/',
  'Windows NT 10.0; Win64; x64',
  'Macintosh; Intel Mac OS X 10_15_7',
  'Macintosh; Intel Mac OS X 10.15; rv:',
  'X11; Linux x86_64',
  'Linux; Android 10; K',
  'iPhone; CPU iPhone OS ',
  ' like Mac OS X',
  ' Mobile/15E148 Safari/604.1',
  ' Safari/605.1.15',
  ') Gecko/20100101 Firefox/',
  '.0.0.0 Mobile Safari/537.36',
  'Mozilla/5.0',
  ' Edg/',
  'Windows NT 10.0; Win64; x64; rv:',
  'iPad; CPU OS ',
  'Android ',
  'password',
  'passkey',
  'recovery-code',
];

const LONGEST_WORD_FIRST = WORDS.map((word, index) => ({
  word,
  code: String.fromCharCode(index + 1),
})).toSorted((a, b) => b.word.length - a.word.length);
const CODES = /[\u0001-\u001b]/g;

/** As `encodeText`, for text that is mostly made of these words. */
export function encodeWords(text: string | null): string {
  let field = encodeText(text);
  for (const { word, code } of LONGEST_WORD_FIRST) field = field.replaceAll(word, code);
  return field;
}

/** Browsers are fewer than sessions: most texts were read before, and one copy serves all records. */
const MOST_KNOWN = 1_000;
const knownTexts = new Map<string, string | null>();

/** @throws TypeError for a word that this version does not know */
export function decodeWords(field: string): string | null {
  const known = knownTexts.get(field);
  if (known !== undefined) return known;
  const text = decodeText(field.replaceAll(CODES, wordOf));
  if (knownTexts.size >= MOST_KNOWN) knownTexts.clear();
  knownTexts.set(field, text);
  return text;
}

function wordOf(code: string): string {
  const word = WORDS[code.charCodeAt(0) - 1];
  if (word === undefined) throw new TypeError('A stored session was written by a newer version');
  return word;
}
