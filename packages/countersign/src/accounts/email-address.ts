// E-mail addresses: the one parser (RFC 5321 §4.1.2, RFC 6531 §3.3, domains by UTS 46). It takes the
// addresses that people have, so no quoted local parts, address literals, comments or display names.
// It is not a check that an address exists: only a mail that is answered shows that.

import { Buffer } from 'node:buffer';
import { domainToASCII } from 'node:url';

import { foldName, isVisible } from './name-folding.js';

/** Octets of UTF-8: RFC 5321 §4.5.3.1.1, and §4.5.3.1.3 without the angle brackets. */
export const MAX_LOCAL_PART_OCTETS = 64;
export const MAX_ADDRESS_OCTETS = 254;

/** Why an address is refused, and the sentence for the person who typed it. */
export const ADDRESS_REFUSALS = {
  empty: 'Enter an e-mail address.',
  'too-long': 'This e-mail address is too long.',
  malformed: 'Enter an e-mail address such as ada@example.org.',
} as const satisfies Record<string, string>;

export type AddressRefusal = keyof typeof ADDRESS_REFUSALS;

export type AddressReading =
  | {
      readonly ok: true;
      /** As it was typed, in NFC and without surrounding white space. For people to read. */
      readonly address: string;
      /** Where to send mail: the local part as it was typed, the domain in A-labels. */
      readonly mailbox: string;
      /** For comparing: the local part in NFKC and lower case, the domain in lower-case A-labels. */
      readonly canonical: string;
    }
  | { readonly ok: false; readonly reason: AddressRefusal; readonly message: string };

/** Dot-atom; beyond ASCII whatever is visible (RFC 5322 §3.2.3, RFC 6531 §3.3). */
const LOCAL_PART =
  /^[\w!#$%&'*+\-/=?^`{|}~\u{80}-\u{10ffff}]+(?:\.[\w!#$%&'*+\-/=?^`{|}~\u{80}-\u{10ffff}]+)*$/u;

/** What a domain may be typed with: the URL parser behind `domainToASCII` has ideas about other ASCII. */
const TYPED_DOMAIN = /^[A-Za-z\d.\-\u{80}-\u{10ffff}]+$/u;

/** Two labels or more, the last of them no number: that would be an IPv4 address. */
const ASCII_DOMAIN =
  /^(?:[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?\.)+(?!\d+$)[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?$/;

/**
 * Reads an e-mail address as it was typed. Surrounding white space is dropped, since phones add it; no
 * other white space, control or invisible character is in an address that is accepted, so none can
 * end a header line. Two addresses with one canonical form are one account, and `readAccountName`
 * comes to the same form. Send mail to the address that an account has, never to the one that was
 * typed: other mailboxes than one's own can have the same canonical form.
 */
export function readEmailAddress(typed: string): AddressReading {
  // A field that a form does not have is undefined, whatever the type of its body says.
  if (typeof typed !== 'string') return refuse('empty');
  // The bound comes first, so that nothing below works on more than a few hundred characters.
  if (typed.length > 4 * MAX_ADDRESS_OCTETS) return refuse('too-long');
  const address = typed.trim().normalize('NFC');
  if (address === '') return refuse('empty');
  if (octets(address) > MAX_ADDRESS_OCTETS) return refuse('too-long');
  const at = address.lastIndexOf('@');
  const local = address.slice(0, Math.max(at, 0));
  const folded = foldName(local);
  // The folded form is checked as well: compatibility characters can turn into signs of any kind.
  if (!isLocalPart(local) || !isLocalPart(folded)) return refuse('malformed');
  const domain = readDomain(address.slice(at + 1));
  if (domain === null) return refuse('malformed');
  const mailbox = `${local}@${domain}`;
  const canonical = `${folded}@${domain}`;
  const tooLong =
    Math.max(octets(local), octets(folded)) > MAX_LOCAL_PART_OCTETS ||
    Math.max(octets(mailbox), octets(canonical)) > MAX_ADDRESS_OCTETS;
  if (tooLong) return refuse('too-long');
  return { ok: true, address, mailbox, canonical };
}

function isLocalPart(text: string): boolean {
  return LOCAL_PART.test(text) && isVisible(text);
}

/** The domain in lower-case A-labels, or `null` when it is none. */
function readDomain(typed: string): string | null {
  if (!TYPED_DOMAIN.test(typed) || !isVisible(typed)) return null;
  const domain = domainToASCII(typed);
  if (!ASCII_DOMAIN.test(domain)) return null;
  // What is compared has to be read as itself again.
  return domainToASCII(domain) === domain ? domain : null;
}

function octets(text: string): number {
  return Buffer.byteLength(text, 'utf8');
}

function refuse(reason: AddressRefusal): AddressReading {
  return { ok: false, reason, message: ADDRESS_REFUSALS[reason] };
}
