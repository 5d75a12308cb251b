// What a person wants to be called, as it was typed into a form. It names nobody for certain: others may
// have the same one, and nothing is found by it.

/** The longest, in code points. */
export const MAX_DISPLAY_NAME_LENGTH = 100;

/** For the person who typed another. */
export const DISPLAY_NAME_REFUSAL = `Use at most ${MAX_DISPLAY_NAME_LENGTH} visible characters.`;

export interface DisplayNameRefused {
  readonly ok: false;
  readonly reason: 'name-invalid';
  /** For the person who typed it. */
  readonly message: string;
}

export type DisplayNameReading =
  /** In NFC, without surrounding white space; `null` for an empty one. */
  { readonly ok: true; readonly name: string | null } | DisplayNameRefused;

const VISIBLE = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]*$/u;
const INVISIBLE = /\p{Default_Ignorable_Code_Point}/u;

export function readDisplayName(typed: string): DisplayNameReading {
  const refused: DisplayNameRefused = {
    ok: false,
    reason: 'name-invalid',
    message: DISPLAY_NAME_REFUSAL,
  };
  // A field that a form does not have is undefined, whatever the type of its body says.
  if (typeof typed !== 'string') return refused;
  // Before normalising, which costs time.
  if (typed.length > 8 * MAX_DISPLAY_NAME_LENGTH) return refused;
  const name = typed.trim().normalize('NFC');
  if (!VISIBLE.test(name) || INVISIBLE.test(name)) return refused;
  if (Array.from(name).length > MAX_DISPLAY_NAME_LENGTH) return refused;
  return { ok: true, name: name === '' ? null : name };
}
