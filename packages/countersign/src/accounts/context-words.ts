// Words that an attacker knows of this very account: the service's name, the user's name and e-mail
// address (NIST SP 800-63B-4 §3.1.1.2, ASVS 6.2.11, G28). A password that consists of them alone is
// refused, with up to a date's worth of digits and signs; one that merely contains them is not.

/** Shorter pieces, such as the `co` of `co.uk`, are in ordinary words as well. */
const LEAST_PIECE = 3;

/** What may stand around and between the words without adding strength: a date such as 31/12/1999. */
const MOST_OTHERS = 10;

/** Bounds the work: words past these are left out. */
const MOST_PIECES = 32;
const LONGEST_WORD = 320;

/**
 * The pieces of the words, in lower case: of `Ada.King@example.org` these are `ada`, `king`,
 * `example`, `org`, and each of them backwards.
 */
export function splitContextWords(words: readonly string[]): readonly string[] {
  const pieces = new Set<string>();
  for (const word of words) {
    for (const piece of lettersOnly(word.slice(0, LONGEST_WORD)).split(' ')) {
      if (piece.length < LEAST_PIECE) continue;
      pieces.add(piece);
      pieces.add(Array.from(piece).toReversed().join(''));
    }
  }
  return [...pieces].slice(0, MOST_PIECES);
}

/**
 * Whether a password is nothing but context words in a row, with a few digits and signs around and
 * between them.
 * @param folded the password in NFC and lower case
 * @param pieces as `splitContextWords` gives them
 */
export function isMadeOfContext(folded: string, pieces: readonly string[]): boolean {
  const parts = lettersOnly(folded).split(' ').filter(Boolean);
  if (folded.length - parts.join('').length > MOST_OTHERS) return false;
  return parts.length > 0 && parts.every((part) => isChain(part, pieces));
}

/** Everything that is neither a letter nor a mark becomes a space. */
function lettersOnly(text: string): string {
  return text
    .normalize('NFC')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{M}]+/gu, ' ')
    .trim();
}

/** Whether `text` can be cut into pieces without a rest. `reached[i]`: the first i characters can. */
function isChain(text: string, pieces: readonly string[]): boolean {
  const reached: boolean[] = [true];
  for (let end = 1; end <= text.length; end += 1) {
    reached[end] = pieces.some(
      (piece) => reached[end - piece.length] === true && text.endsWith(piece, end),
    );
  }
  return reached[text.length] === true;
}
