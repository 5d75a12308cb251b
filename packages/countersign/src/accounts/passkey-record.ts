// A passkey as an account keeps it, and the list of them: bounded, without doubles. Pure changes of a
// list; what a browser answered is judged in the ceremonies.

/** A public key credential (WebAuthn Level 3), bound to one account. */
export interface PasskeyRecord {
  /** The credential id, base64url. One account for each over the whole store. */
  readonly id: string;
  /** The public key as COSE, base64url. */
  readonly publicKey: string;
  /** The signature counter of the last use; 0 for good in passkeys that are synchronised. */
  readonly counter: number;
  /** How the browser reached it, such as `internal` or `usb`: a hint for the next time. */
  readonly transports: readonly string[];
  /** What its owner calls it. */
  readonly name: string;
  /** Epoch milliseconds. */
  readonly addedAt: number;
  /** Epoch milliseconds; `null` before the first use. */
  readonly lastUsedAt: number | null;
  /** Whether its provider keeps a copy, as of the last use. */
  readonly backedUp: boolean;
  /** When its counter last went back, which a copy of the key would make it do; `null`: never. */
  readonly counterWentBackAt: number | null;
}

/** The most that one account may have. */
export const MAX_PASSKEYS = 20;

/** The longest name, in code points. */
export const MAX_PASSKEY_NAME_LENGTH = 60;

/** For the person who typed another. */
export const PASSKEY_NAME_REFUSAL = `Give the passkey a name of at most ${MAX_PASSKEY_NAME_LENGTH} visible characters.`;

const VISIBLE = /^[\p{L}\p{N}\p{P}\p{S}][\p{L}\p{M}\p{N}\p{P}\p{S} ]*$/u;
const INVISIBLE = /\p{Default_Ignorable_Code_Point}/u;

/** A passkey's name as it was typed, in NFC and without surrounding white space; `undefined` when it cannot be one. */
export function readPasskeyName(typed: string): string | undefined {
  // A field that a form does not have is undefined, whatever the type of its body says.
  if (typeof typed !== 'string') return undefined;
  // Before normalising, which costs time.
  if (typed.length > 8 * MAX_PASSKEY_NAME_LENGTH) return undefined;
  const name = typed.trim().normalize('NFC');
  if (!VISIBLE.test(name) || INVISIBLE.test(name)) return undefined;
  return Array.from(name).length <= MAX_PASSKEY_NAME_LENGTH ? name : undefined;
}

export type PasskeyAddition =
  | { readonly ok: true; readonly passkeys: readonly PasskeyRecord[] }
  | { readonly ok: false; readonly reason: 'too-many' | 'already-there' };

/** The list with one more. To be asked again at each try of a compare-and-swap. */
export function addPasskey(
  passkeys: readonly PasskeyRecord[],
  added: PasskeyRecord,
): PasskeyAddition {
  if (findPasskey(passkeys, added.id) !== undefined) return { ok: false, reason: 'already-there' };
  if (passkeys.length >= MAX_PASSKEYS) return { ok: false, reason: 'too-many' };
  return { ok: true, passkeys: [...passkeys, added] };
}

/** The text under which an account store finds the owner of a credential id. */
export function passkeyKey(id: string): string {
  return `passkey:${id}`;
}

/** The passkey with this credential id. */
export function findPasskey(
  passkeys: readonly PasskeyRecord[],
  id: string,
): PasskeyRecord | undefined {
  return passkeys.find((passkey) => passkey.id === id);
}

/** The list with `changed` in the place of the one that has its id; without that one, as it was. */
export function replacePasskey(
  passkeys: readonly PasskeyRecord[],
  changed: PasskeyRecord,
): readonly PasskeyRecord[] {
  return passkeys.map((passkey) => (passkey.id === changed.id ? changed : passkey));
}

/** The list without the passkey with this credential id. */
export function removePasskey(
  passkeys: readonly PasskeyRecord[],
  id: string,
): readonly PasskeyRecord[] {
  return passkeys.filter((passkey) => passkey.id !== id);
}
