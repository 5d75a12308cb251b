// A password as text, before any rule of strength: bounded, well-formed, in one Unicode form. Every
// path reads passwords here, sign-in too, so that what was set is what is compared. NIST SP
// 800-63B-4 §3.1.1.2 (G7, G8, G23, G24).

/** The most code points a password may have, counted after NFC. */
export const MAX_PASSWORD_LENGTH = 256;

/** The same in UTF-8: a code point has at most four bytes. */
export const MAX_PASSWORD_BYTES = 4 * MAX_PASSWORD_LENGTH;

/** One code point in NFC was typed as six UTF-16 units at most (U+16126), so nothing valid is lost. */
const MAX_TYPED_UNITS = 6 * MAX_PASSWORD_LENGTH;

export type PasswordReading =
  | {
      readonly ok: true;
      /** In NFC. Never trimmed, cut or changed in case. */
      readonly password: string;
      /** Code points. */
      readonly length: number;
    }
  | { readonly ok: false; readonly reason: 'too-long' | 'ill-formed' };

const LONE_SURROGATE = /\p{Surrogate}/u;

/**
 * Reads a password as it was typed. `é` is one password whether a keyboard composed it or not, which
 * ASVS 6.2.8 (exactly as received) does not ask for and NIST does.
 */
export function readPassword(typed: string): PasswordReading {
  // A field that a form does not have is undefined, whatever the type of its body says.
  if (typeof typed !== 'string') return { ok: false, reason: 'ill-formed' };
  // Before normalising, which costs time.
  if (typed.length > MAX_TYPED_UNITS) return { ok: false, reason: 'too-long' };
  if (LONE_SURROGATE.test(typed)) return { ok: false, reason: 'ill-formed' };
  const password = typed.normalize('NFC');
  const length = countCodePoints(password);
  if (length > MAX_PASSWORD_LENGTH) return { ok: false, reason: 'too-long' };
  return { ok: true, password, length };
}

function countCodePoints(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}

/**
 * The bytes to hash: UTF-8, the whole of it (G7). `undefined` when there are more than
 * `MAX_PASSWORD_BYTES`, which hashers refuse whoever calls them (G8).
 */
export function encodePassword(password: string): Uint8Array | undefined {
  if (password.length > MAX_PASSWORD_BYTES) return undefined;
  const bytes = new TextEncoder().encode(password);
  return bytes.length > MAX_PASSWORD_BYTES ? undefined : bytes;
}
