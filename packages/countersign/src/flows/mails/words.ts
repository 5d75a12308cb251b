// What mails say of things that strangers wrote: the User-Agent of whoever tried a password, the name of
// a passkey. Mail programs make links of whatever looks like one, so nothing that does is let through.

import { readEmailAddress } from '../../accounts/email-address.js';

const LONGEST = 80;
const MINUTE_MS = 60_000;

/**
 * Letters, digits and a few signs of a text, at most 80 characters: no line ends, slashes, colons or
 * at signs, and no dots but between digits, as in `Firefox 128.0`.
 * @returns `undefined` when nothing is left
 */
export function plainWords(text: string | undefined): string | undefined {
  const words = (text ?? '')
    .slice(0, 8 * LONGEST)
    .replaceAll(/(?<!\d)\.|\.(?!\d)/g, ' ')
    .replaceAll(/[^\p{L}\p{M}\p{N} .,()'’+_-]/gu, ' ')
    .replaceAll(/ +/g, ' ')
    .trim();
  const cut = Array.from(words).slice(0, LONGEST).join('').trim();
  return cut === '' ? undefined : cut;
}

/** A network address, or `undefined` for what cannot be one. */
export function plainNetworkAddress(text: string | undefined): string | undefined {
  return text !== undefined && /^[\da-fA-F:.]{2,45}$/.test(text) ? text : undefined;
}

/** An e-mail address as it was typed; what is none becomes words. */
export function plainEmailAddress(text: string): string {
  const reading = readEmailAddress(text);
  return reading.ok ? reading.address : (plainWords(text) ?? 'unknown');
}

/** `Mon, 23 Nov 2026 04:29 UTC`. @param at epoch milliseconds */
export function momentInWords(at: number): string {
  return new Date(at).toUTCString().replace(/:\d\d GMT$/, ' UTC');
}

/** `30 minutes`, `24 hours`: rounded down, so that nobody is promised more than there is. */
export function durationInWords(milliseconds: number): string {
  const minutes = Math.max(1, Math.floor(milliseconds / MINUTE_MS));
  return minutes < 120 ? counted(minutes, 'minute') : counted(Math.floor(minutes / 60), 'hour');
}

/** `1 code`, `2 codes`. */
export function counted(count: number, thing: string): string {
  return `${count} ${thing}${count === 1 ? '' : 's'}`;
}
