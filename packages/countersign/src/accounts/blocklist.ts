// Lists of passwords that anybody would try first. A list answers for whole passwords only, never for
// parts of them (NIST SP 800-63B-4 §3.1.1.2, G28). It need only outlast the guesses that throttling
// allows (G30), so it is short.

import { COMMON_LONG_PASSWORDS, COMMON_SHORT_PASSWORDS } from './common-passwords.js';

/** A set of refused passwords. The policy asks with the password in NFC and lower case. */
export interface Blocklist {
  has(password: string): boolean;
}

/** Pass phrases that are examples in print, so that people copy them; written without their spaces too. */
const EXAMPLES_IN_PRINT: readonly string[] = [
  'correct horse battery staple',
  'four random words',
  'this is my password',
  'my voice is my passport',
  'open sesame open sesame',
  'to be or not to be that is the question',
  'the quick brown fox jumps over the lazy dog',
  'the quick brown fox',
  'may the force be with you',
  'one ring to rule them all',
  'i am the one who knocks',
  'all your base are belong to us',
  'never gonna give you up',
];

/**
 * A blocklist of given words, compared without regard to case.
 * @param words in any case and Unicode form
 */
export function createBlocklist(words: Iterable<string>): Blocklist {
  const folded = new Set<string>();
  for (const word of words) folded.add(foldPassword(word));
  return { has: (password) => folded.has(password) };
}

/** One list out of several: it has what any of them has. */
export function joinBlocklists(lists: readonly Blocklist[]): Blocklist {
  return { has: (password) => lists.some((list) => list.has(password)) };
}

/** The form in which passwords are compared with lists, never the one that is hashed. */
export function foldPassword(password: string): string {
  return password.normalize('NFC').toLowerCase();
}

/**
 * The list that is shipped: the 4,000 most frequent passwords of at least 15 characters, the 7,000
 * most frequent of 8 to 14, and pass phrases known from print. Read at the first question.
 */
export const commonPasswords: Blocklist = {
  has: (password) => loadCommonPasswords().has(password),
};

let loaded: Blocklist | undefined;

function loadCommonPasswords(): Blocklist {
  loaded ??= createBlocklist([
    ...COMMON_LONG_PASSWORDS.trim().split(/\s/),
    ...COMMON_SHORT_PASSWORDS.trim().split(/\s/),
    ...EXAMPLES_IN_PRINT.flatMap((phrase) => [
      phrase,
      phrase.replaceAll(' ', ''),
      phrase.replaceAll(' ', '-'),
    ]),
  ]);
  return loaded;
}
