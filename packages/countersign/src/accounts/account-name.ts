// The name that a person signs in with: a user name or an e-mail address. One function reads it, so
// that every path compares the same form. It follows the shape of RFC 8265 (UsernameCaseMapped); it
// is not a check that an e-mail address exists, nor that two names look different to the eye.

/** The longest name, in UTF-16 units after trimming: what an e-mail address may have (RFC 5321). */
export const MAX_NAME_LENGTH = 254;

/** Why a name is refused, and the sentence for the person who typed it. */
export const NAME_REFUSALS = {
  empty: 'Enter a user name or an e-mail address.',
  'too-long': `A user name has at most ${MAX_NAME_LENGTH} characters.`,
  'forbidden-character':
    'A user name has no spaces and no invisible characters. Use letters, digits and signs.',
} as const satisfies Record<string, string>;

export type NameRefusal = keyof typeof NAME_REFUSALS;

export type NameReading =
  | {
      readonly ok: true;
      /** As it was typed, without surrounding white space. For people to read and mail to go to. */
      readonly name: string;
      /** For comparing: NFKC and lower case. Two names with one canonical form are one account. */
      readonly canonicalName: string;
    }
  | { readonly ok: false; readonly reason: NameRefusal; readonly message: string };

/** Letters, marks, digits and signs: no spaces, controls, lone surrogates, private or unassigned ones. */
const VISIBLE = /^[\p{L}\p{N}\p{P}\p{S}][\p{L}\p{M}\p{N}\p{P}\p{S}]*$/u;
const INVISIBLE = /\p{Default_Ignorable_Code_Point}/u;

/**
 * Reads a name as it was typed. Surrounding white space is dropped, since phones add it.
 * @returns the spelling to keep and the form to compare, or a reason why it cannot be a name
 */
export function readAccountName(typed: string): NameReading {
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

/** Lower-casing can undo NFKC and the other way round, so both run until nothing changes. */
function canonicalise(name: string): string {
  let form = name;
  for (let round = 0; round < 4; round += 1) {
    const next = form.normalize('NFKC').toLowerCase().normalize('NFKC');
    if (next === form) break;
    form = next;
  }
  return form;
}

function isVisible(text: string): boolean {
  return VISIBLE.test(text) && !INVISIBLE.test(text);
}

function refuse(reason: NameRefusal): NameReading {
  return { ok: false, reason, message: NAME_REFUSALS[reason] };
}
