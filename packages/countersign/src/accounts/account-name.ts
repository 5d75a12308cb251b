// The name that a person signs in with: a user name or an e-mail address. One function reads it, so
// that every path compares the same form. It follows the shape of RFC 8265 (UsernameCaseMapped); it
// is not a check that an e-mail address exists, nor that two names look different to the eye.

import { readEmailAddress } from './email-address.js';
import { foldName, isVisible } from './name-folding.js';

/** The longest name, in UTF-16 units after trimming: what an e-mail address may have (RFC 5321). */
export const MAX_NAME_LENGTH = 254;

/** Why a name is refused, and the sentence for the person who typed it. */
export const NAME_REFUSALS = {
  empty: 'Enter a user name or an e-mail address.',
  'too-long': `A user name has at most ${MAX_NAME_LENGTH} characters.`,
  'forbidden-character':
    'A user name has no spaces and no invisible characters. Use letters, digits and signs.',
  /** At registration by name only. */
  address: 'Choose a name that is no e-mail address. With an address, register by mail.',
} as const satisfies Record<string, string>;

export type NameRefusal = keyof typeof NAME_REFUSALS;

export type NameReading =
  | {
      readonly ok: true;
      /** As it was typed, without surrounding white space. For people to read and mail to go to. */
      readonly name: string;
      /**
       * For comparing: NFKC and lower case, or what `readEmailAddress` makes of an address. Two names
       * with one canonical form are one account.
       */
      readonly canonicalName: string;
    }
  | { readonly ok: false; readonly reason: NameRefusal; readonly message: string };

/**
 * Reads a name as it was typed. Surrounding white space is dropped, since phones add it.
 * @returns the spelling to keep and the form to compare, or a reason why it cannot be a name
 */
export function readAccountName(typed: string): NameReading {
  // A field that a form does not have is undefined, whatever the type of its body says.
  if (typeof typed !== 'string') return refuse('empty');
  // The bound comes first, so that nothing below works on more than a few hundred characters.
  if (typed.length > 4 * MAX_NAME_LENGTH) return refuse('too-long');
  const name = typed.trim();
  if (name === '') return refuse('empty');
  if (name.length > MAX_NAME_LENGTH) return refuse('too-long');
  const canonicalName = canonicalise(name);
  if (!isVisible(name) || !isVisible(canonicalName)) return refuse('forbidden-character');
  if (canonicalName.length > MAX_NAME_LENGTH) return refuse('too-long');
  return { ok: true, name, canonicalName };
}

/** Whether a name that was read is an address, as it was typed or as it is compared. */
export function isAddressName({
  name,
  canonicalName,
}: Extract<NameReading, { ok: true }>): boolean {
  return [name, canonicalName].some((text) => readEmailAddress(text).ok);
}

/** An e-mail address has the form that its own parser gives it, whose domain is in A-labels. */
function canonicalise(name: string): string {
  const folded = foldName(name);
  // The folded text is tried too, so that the canonical form of a canonical form is itself.
  for (const text of [name, folded]) {
    const reading = readEmailAddress(text);
    if (reading.ok) return reading.canonical;
  }
  return folded;
}

function refuse(reason: NameRefusal): NameReading {
  return { ok: false, reason, message: NAME_REFUSALS[reason] };
}
