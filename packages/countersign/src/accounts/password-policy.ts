// Which new passwords are good enough: length, not on a list, not known from the account. No rules of
// composition and no expiry, on purpose. NIST SP 800-63B-4 §3.1.1.2 and ASVS 5.0 V6.2 (G20-G30).

import { assertOptionNames, misconfigured } from '../errors.js';
import { commonPasswords, foldPassword, type Blocklist } from './blocklist.js';
import { isMadeOfContext, splitContextWords } from './context-words.js';
import { MAX_PASSWORD_LENGTH, readPassword } from './password-text.js';
import { isPredictable } from './predictable-password.js';

/** Why a password is refused, and the sentence for the person who typed it. */
export const PASSWORD_REFUSALS = {
  'too-short': 'This password is too short: use at least {least} characters.',
  'too-long': 'This password is too long: use at most {most} characters.',
  'ill-formed': 'This password has a broken character in it. Type it again.',
  common: 'Many people use this password, so it is tried first. Choose another one.',
  predictable:
    'This password repeats or counts, or follows the keys, so it is easily guessed. Choose another one.',
  'context-word':
    'This password is made of your name or address or of the name of this service. Choose another one.',
} as const satisfies Record<string, string>;

export type PasswordRefusal = keyof typeof PASSWORD_REFUSALS;

export type PasswordCheck =
  | {
      readonly ok: true;
      /** The password in NFC: hash this. */
      readonly password: string;
    }
  | { readonly ok: false; readonly reason: PasswordRefusal; readonly message: string };

export interface PasswordPolicyOptions {
  /**
   * Least length in code points. Default 15, which a password needs when it is the only factor
   * (G20). A policy for accounts that must give a second factor may have 8 (G21), the least allowed.
   */
  readonly minLength?: number;
  /** Greatest length in code points, 64 to 256. Default 256. */
  readonly maxLength?: number;
  /** Default: the shipped list. `joinBlocklists` adds your own to it. */
  readonly blocklist?: Blocklist;
  /** Words that anyone would try here: names of the service, the product, the organisation (ASVS 6.1.2). */
  readonly contextWords?: readonly string[];
}

export interface PasswordPolicy {
  readonly minLength: number;
  readonly maxLength: number;
  /** What to show beside the field before anything is typed (G29). */
  readonly guidance: string;
  /**
   * Judges a new password.
   * @param typed as it was typed
   * @param about what is known of the account: its user name, its e-mail address
   */
  check(typed: string, about?: { readonly context?: readonly string[] }): PasswordCheck;
}

const OPTION_NAMES: readonly (keyof PasswordPolicyOptions)[] = [
  'minLength',
  'maxLength',
  'blocklist',
  'contextWords',
];
const LEAST_MIN_LENGTH = 8;
const LEAST_MAX_LENGTH = 64;

/**
 * Builds a policy.
 * @throws CountersignError `configuration` for lengths that the standards do not allow
 */
export function createPasswordPolicy(options: PasswordPolicyOptions = {}): PasswordPolicy {
  assertOptionNames('', options, OPTION_NAMES);
  const { minLength = 15, maxLength = MAX_PASSWORD_LENGTH, blocklist = commonPasswords } = options;
  const contextWords = options.contextWords ?? [];
  requireLengths(minLength, maxLength);
  requireWords(contextWords);

  const refuse = (reason: PasswordRefusal): PasswordCheck => ({
    ok: false,
    reason,
    message: PASSWORD_REFUSALS[reason]
      .replace('{least}', String(minLength))
      .replace('{most}', String(maxLength)),
  });

  return {
    minLength,
    maxLength,
    guidance:
      `Use at least ${minLength} characters. A few words that have nothing to do with each other are ` +
      'easy to remember and hard to guess; spaces and any characters are welcome. ' +
      'A password manager can make one for you.',
    check(typed, about = {}) {
      const reading = readPassword(typed);
      if (!reading.ok) return refuse(reading.reason);
      const { password, length } = reading;
      if (length > maxLength) return refuse('too-long');
      if (length < minLength) return refuse('too-short');
      const folded = foldPassword(password);
      const pieces = splitContextWords([...(about.context ?? []), ...contextWords]);
      if (isMadeOfContext(folded, pieces)) return refuse('context-word');
      if (blocklist.has(folded)) return refuse('common');
      if (isPredictable(folded, blocklist)) return refuse('predictable');
      return { ok: true, password };
    },
  };
}

function requireLengths(minLength: number, maxLength: number): void {
  if (!Number.isInteger(minLength) || minLength < LEAST_MIN_LENGTH) {
    throw misconfigured(
      'minLength',
      `is ${minLength}, and ${LEAST_MIN_LENGTH} is the least (ASVS 6.2.1)`,
      'Leave it at 15, or use 8 to 14 only where a second factor is always asked for',
    );
  }
  const allowed =
    Number.isInteger(maxLength) &&
    maxLength >= LEAST_MAX_LENGTH &&
    maxLength <= MAX_PASSWORD_LENGTH;
  if (!allowed || maxLength < minLength) {
    throw misconfigured(
      'maxLength',
      `is ${maxLength}, with minLength ${minLength}`,
      `Use ${LEAST_MAX_LENGTH} (ASVS 6.2.9) to ${MAX_PASSWORD_LENGTH}, and at least minLength`,
    );
  }
}

/** A lone text would be taken apart into its letters. */
function requireWords(contextWords: unknown): void {
  if (Array.isArray(contextWords) && contextWords.every((word) => typeof word === 'string')) return;
  throw misconfigured('contextWords', 'is not a list of words', "Write such as ['Example Shop']");
}
