// The long passwords that no list can hold: one short piece again and again, counting, walks over the
// keyboard. Each rule judges the whole password, so a guessable part in a longer one is no matter (G28).

import type { Blocklist } from './blocklist.js';

/** A repeated piece shorter than this is no better than the piece: too short for any password (G21). */
const SHORT_PIECE = 8;

/** Counting and keyboard walks must average this many characters a run before they are refused. */
const LEAST_AVERAGE_RUN = 4;

/**
 * Whether a password is nothing but a repetition, a count or a keyboard walk.
 * @param folded the password in NFC and lower case
 * @param common what counts as a common word in a repetition, such as `password` in `passwordpassword`
 */
export function isPredictable(folded: string, common: Blocklist): boolean {
  const characters = Array.from(folded);
  const piece = findRepeatedPiece(characters);
  if (piece !== undefined && (piece.length < SHORT_PIECE || common.has(piece.join(''))))
    return true;
  return KEYBOARDS.some(
    (keyboard) => countRuns(characters, keyboard) * LEAST_AVERAGE_RUN <= characters.length,
  );
}

/**
 * The shortest piece that the whole text repeats at least twice; the last repetition may be cut off.
 * By the border table of Knuth, Morris and Pratt, so the time is linear.
 */
function findRepeatedPiece(characters: readonly string[]): readonly string[] | undefined {
  const borders: number[] = [0];
  let border = 0;
  for (let i = 1; i < characters.length; i += 1) {
    while (border > 0 && characters[i] !== characters[border]) border = borders[border - 1] ?? 0;
    if (characters[i] === characters[border]) border += 1;
    borders.push(border);
  }
  const period = characters.length - border;
  return period * 2 <= characters.length ? characters.slice(0, period) : undefined;
}

/** How many pieces a text falls into where each step is the same key, its neighbour, or counts by one. */
function countRuns(characters: readonly string[], keyboard: Keyboard): number {
  let runs = 0;
  let previous: string | undefined;
  for (const character of characters) {
    if (previous === undefined || !isStep(previous, character, keyboard)) runs += 1;
    previous = character;
  }
  return runs;
}

function isStep(from: string, to: string, keyboard: Keyboard): boolean {
  if (from === to || keyboard.get(from)?.has(to) === true) return true;
  const distance = (to.codePointAt(0) ?? 0) - (from.codePointAt(0) ?? 0);
  if (from === '9' && to === '0') return true;
  return Math.abs(distance) === 1 && COUNTABLE.test(from) && COUNTABLE.test(to);
}

const COUNTABLE = /[\p{L}\p{N}]/u;

/** Each key with the keys that touch it. */
type Keyboard = ReadonlyMap<string, ReadonlySet<string>>;

/** Rows from the digits down; the key at a place touches those above it at the same place and the next. */
const KEYBOARDS: readonly Keyboard[] = [
  ['1234567890-=', 'qwertyuiop[]', "asdfghjkl;'", 'zxcvbnm,./'],
  ['!@#$%^&*()_+', 'qwertyuiop{}', 'asdfghjkl:"', 'zxcvbnm<>?'],
  ['1234567890ß´', 'qwertzuiopü+', 'asdfghjklöä', 'yxcvbnm,.-'],
  ['1234567890)=', 'azertyuiop^$', 'qsdfghjklmù', 'wxcvbn,;:!'],
  ['1234567890-=', 'йцукенгшщзхъ', 'фывапролджэ', 'ячсмитьбю.'],
].map(layOut);

function layOut(rows: readonly string[]): Keyboard {
  const keyboard = new Map<string, Set<string>>();
  const touch = (a: string | undefined, b: string | undefined): void => {
    if (a === undefined || b === undefined) return;
    keyboard.set(a, (keyboard.get(a) ?? new Set()).add(b));
    keyboard.set(b, (keyboard.get(b) ?? new Set()).add(a));
  };
  rows.forEach((row, level) => {
    for (let column = 0; column < row.length; column += 1) {
      touch(row[column], row[column + 1]);
      touch(row[column], rows[level - 1]?.[column]);
      touch(row[column], rows[level - 1]?.[column + 1]);
    }
  });
  return keyboard;
}
